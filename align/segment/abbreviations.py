"""Abbreviations and sentence openers by language, where a full stop alone does not tell."""

from __future__ import annotations

import re


def _sets(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in table.items()}


_NEVER = _sets(
    {
        "en": "Mr Mrs Ms Mx Dr Drs Prof Sen Sens Rep Reps Gov Gen Col Lt Sgt Capt Cpl Maj Adm Cmdr Cdr Pvt Rev "
        "Hon Pres Supt Det Insp Msgr Fr Mt Ft Messrs Mme Mlle vs v viz cf ca approx e.g i.e esp incl",
        "de": "Dr Prof Hr Hrn Fr Frl Dipl Ing Mag Nr St vgl bzw ca evtl ggf inkl exkl sog geb gest z.B d.h u.a "
        "v.a i.d.R o.ä s.o s.u zzgl zz max min Mio Mrd Chr v.Chr",
        "fr": "M MM Mme Mmes Mlle Mlles Dr Me Mgr Pr St Ste cf env av apr p.ex c.-à-d ex vol chap fig éd art",
        "es": "Sr Sra Sres Sras Srta Dr Dra Dres D Dña Da Prof Profa Ing Lic Arq Gral Cnel Cap Ud Uds Vd Vds St "
        "Sto Sta pág págs núm art cf p.ej vol aprox Excmo",
        "it": "Sig Sigg Sig.ra Sig.na Dott Dott.ssa Prof Prof.ssa On Avv Ing Geom Arch Gen Col S Ss St cfr ca "
        "pag pagg vol art es p.es L'on l'on Mons",
        "pt": "Sr Sra Srs Sras Srta Dr Dra Drs Prof Profa Eng Arq Exmo Exma Gen Cel Cap D pág págs núm art cf p.ex vol",
        "nl": "Dhr Mevr Mw Dr Drs Ir Ing Mr Prof St bijv ca nr o.a d.w.z t.a.v m.b.t bv",
        "da": "Hr Fr Dr Prof St bl.a f.eks fx ca kl nr dvs mht pga",
        "no": "Hr Fr Dr Prof St bl.a f.eks ca kl nr dvs mht pga",
        "sv": "Hr Fr Dr Prof St bl.a t.ex ca kl nr dvs s.k resp",
        "is": "Hr Fr Dr Próf St t.d þ.e ca kl nr sbr m.a bls u.þ.b",
        "fi": "Hra Rva Dr Prof esim ks ns nk",
        "pl": "Dr Prof Mgr Inż Hab Ks Św Ul Al Pl np tj tzn tzw ok nr ur zm ww im",
        "cs": "Dr MUDr JUDr PhDr RNDr Ing Mgr Bc Prof Doc Sv např tzv tj č str ul nám resp",
        "sk": "Dr MUDr JUDr PhDr RNDr Ing Mgr Bc Prof Doc Sv napr tzv tj č str ul nám resp",
        "sl": "Dr Prof Mag Sv npr oz t.i št",
        "hr": "Dr Prof Mr Sv npr tj tzv br ul",
        "hu": "Dr Prof Id Ifj Szt pl ún kb ill",
        "ro": "Dl Dna Dr Prof Ing Sf dl dna nr pag str art ex",
        "ru": "ул им проф акад доц тов св см ср напр т.е просп обл р-н пос",
        "uk": "вул буд стор ім проф акад доц св див напр т.зв обл",
        "bg": "ул стр проф д-р акад напр т.е т.нар св",
        "tr": "Dr Prof Doç Yrd Av Sn Hz Alb Gen Org Ar Gör örn bkz No Mah Cad Sok",
        "id": "Dr Drs Prof Ir H Hj Tn Ny PT CV Jl No dr drg",
        "vi": "TP Tp Ths TS GS PGS BS TT",
        "hi": "डॉ श्री पं प्रो सं रु",
        "bn": "ডা ড মো প্রফেসর",
        "el": "κ κα κκ δρ Δρ καθ π.χ δηλ αγ Αγ αρ βλ",
        "ar": "د أ م",
    }
)
"""Titles and the like: a name or a number always follows. Where it is given in capitals, only so."""

_NUMBERED = _sets(
    {
        "en": "No Nos Fig Figs Eq Sec Ch Chap Vol p pp Art Para Pt",
        "de": "Abb Abs Art Bd Kap S Tab Zl",
        "fr": "p pp no n° § tél",
        "es": "n.º tel cap",
        "it": "n p pp",
        "ru": "рис табл гл стр",
        "uk": "рис табл гл",
    }
)
"""Goes on where a number follows."""

_RARELY = _sets(
    {
        "en": "Inc Corp Ltd Co Cos Bros LLC Jr Sr Esq St Ave Blvd Rd Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct "
        "Nov Dec Mon Tue Wed Thu Fri Sat Sun Calif Ariz Colo Conn Fla Ga Kan Ky Md Mich Minn Mont Neb Nev "
        "Okla Tenn Tex Va Vt Wis Wyo al Univ Dept Assn Gov't",
        "de": "Str Jh Jhdt Jan Feb Apr Aug Sept Okt Nov Dez",
        "fr": "Jr janv févr avr juill sept oct nov déc",
        "es": "EE UU EE.UU S.A Cía Jr ene feb abr ago sept oct nov dic",
        "it": "S.p.A S.r.l",
        "pt": "Ltda S.A",
        "nl": "enz jl",
        "da": "osv mv m.m",
        "no": "osv mv m.m",
        "sv": "osv m.m",
        "is": "o.s.frv o.fl",
        "fi": "jne ym",
        "pl": "itd itp r w",
        "cs": "atd apod",
        "sk": "atď apod",
        "hu": "stb",
        "ru": "г гг др пр руб тыс млн млрд т.д т.п н.э",
        "tr": "vs",
        "uk": "ін грн тис млн млрд",
    }
)
"""Ends a sentence only where a sentence opener follows."""

_OPENERS = _sets(
    {
        "en": "The A An This That These Those It He She They We You I But And Or In On At For If When While "
        "After Before There Here His Her Their Its Our My Your However Meanwhile So Then Now As By From "
        "With To Not No Yes What Why How Who Where Since Although Though Because Once Until Some Many "
        "Most Such Also Even Another Other Both Each Every All One Two Still Yet Nor Despite During "
        "According Instead Later Earlier Today Yesterday Let Is Are Was Were Do Does Did Can Could Will "
        "Would Should May Have Has Had Please Nobody Everyone Everybody Someone Somebody Nothing Something",
        "de": "Der Die Das Den Dem Des Ein Eine Einen Einem Einer Er Sie Es Ich Wir Ihr Und Aber Oder Denn Doch "
        "Dann Da Dort Hier In Im Am An Auf Bei Mit Nach Von Vor Zu Zum Zur Für Aus Als Wenn Weil Ob Was "
        "Wer Wie Wo Warum So Auch Nur Noch Nun Jetzt Diese Dieser Dieses Seine Seinen Ihre Sein Mein Kein "
        "Keine Man Nicht Dabei Danach Damit Darauf Deshalb Trotzdem Außerdem Allerdings Jedoch Später "
        "Zwei Drei Viele Alle Einige Ja Nein",
        "fr": "Le La Les L'un Un Une Des Du De Il Elle Ils Elles On Nous Vous Je Tu Ce Cet Cette Ces C'est Mais "
        "Et Ou Or Donc Car Dans En Sur À Au Aux Pour Par Avec Sans Après Avant Puis Si Quand Que Qui Où "
        "Son Sa Ses Leur Leurs Mon Ma Mes Notre Selon Depuis Alors Ainsi Cependant Oui Non",
        "es": "El La Los Las Un Una Unos Unas Él Ella Ellos Ellas Yo Nosotros Este Esta Esto Ese Esa Eso Pero Y "
        "O En De A Al Del Con Por Para Sin Según Desde Cuando Si Como Qué Quién Su Sus Mi Se No Sí "
        "Entonces Después Luego También Además",
        "it": "Il Lo La I Gli Le Un Una Uno Egli Ella Lui Lei Loro Io Noi Questo Questa Ma E Ed O In Di A Al Da "
        "Con Per Su Se Quando Che Chi Come Non Sì Poi Dopo Così Anche",
        "pt": "O A Os As Um Uma Ele Ela Eles Elas Eu Nós Este Esta Isso Mas E Ou Em No Na De Do Da Com Por Para "
        "Se Quando Que Quem Como Não Sim Depois Então Também",
        "nl": "De Het Een Hij Zij Ze Wij We Ik Jij U Dit Dat Deze Die Maar En Of In Op Bij Met Van Voor Na Als "
        "Toen Er Daar",
        "da": "Den Det De En Et Han Hun Jeg Vi Men Og Så I På Da Der Her Efter For Med Til Hvis Når",
        "no": "Den Det De En Et Han Hun Jeg Vi Men Og Så I På Da Der Her Etter For Med Til Hvis Når",
        "sv": "Den Det De En Ett Han Hon Jag Vi Men Och Så I På Då Där Här Efter För Med Till Om När Sedan",
        "is": "Hann Hún Það Þeir Þær Þau Ég Við En Og Þá Í Á Þar Hér Eftir Fyrir Með Til Ef Þegar Svo",
        "fi": "Hän Se He Ne Minä Me Mutta Ja Niin Kun Jos Sitten Tämä Nämä",
        "pl": "On Ona Ono Oni To Ten Ta Ja My Ale I A W Na Z Do Po Gdy Jeśli Potem Jego Jej",
        "cs": "On Ona Ono Oni To Ten Ta Já My Ale A V Na S Do Po Když Pak Jeho Její",
        "hu": "A Az Ő Ők Ez Egy De És Én Mi Ha Amikor Aztán Majd",
        "ru": "Он Она Оно Они Я Мы Вы Это Этот Эта Эти Но И А В Во На С Со К По За Из От До Для Если Когда "
        "Потом Затем Так Тогда Его Её Их Как Что Кто Где Не Да Нет После Однако Также",
        "uk": "Він Вона Воно Вони Я Ми Ви Це Цей Але І Й А В У На З До По За Якщо Коли Потім Його Її Їх Як Що",
        "tr": "O Bu Şu Ben Biz Onlar Ama Ve Bir Sonra Ancak Daha",
    }
)
"""Words in capitals that show a new sentence even after an abbreviation."""

_ORDINARY = _sets(
    {
        "en": "no No me re may ill miss mar",
        "de": "mich Art May",
        "fr": "vol",
        "es": "no nos bien mar mono post auto contra",
        "it": "si le lo la ci mi vi ne li se sa fa so no sia va ha ai fin ore ve re mai via fai sai usa nato "
        "parte file",
        "nl": "dat hand pas al best me no top",
        "hu": "nem Nem res",
        "tr": "kan nem sen al ok ver",
        "is": "minn",
        "id": "ala ia",
        "ru": "муж",
    }
)
"""Words that sentencex takes for abbreviations and that often end sentences."""

ORDINALS = frozenset(
    ("de", "da", "no", "is", "fi", "et", "lv", "cs", "sk", "sl", "hr", "bs", "sr", "hu", "pl", "tr", "eu", "fo")
)
"""Languages that write ordinal numbers with a full stop."""

_EVERYWHERE = frozenset(("Mr", "Mrs", "Ms", "Dr", "Prof", "Дж", "Св"))
_NONE: frozenset[str] = frozenset()
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.-?)+[^\W\d_]{1,2}")


def never(code: str, word: str) -> bool:
    """Whether a sentence never ends after this word and a full stop."""
    words = _NEVER.get(code, _NONE)
    small = word[:1].lower() + word[1:] if len(word) > 1 else word
    return word in words or small in words or word in _EVERYWHERE


def numbered(code: str, word: str) -> bool:
    """Whether no sentence ends after this word and a full stop where a number follows."""
    return word in _NUMBERED.get(code, _NONE)


def rarely(code: str, word: str) -> bool:
    """Whether a sentence ends after this word and a full stop only before a sentence opener."""
    return word in _RARELY.get(code, _NONE) or _DOTTED.fullmatch(word) is not None


def ordinary(code: str, word: str) -> bool:
    """Whether this is a word in its own right although sentencex has it among the abbreviations."""
    return word in _ORDINARY.get(code, _NONE)


def opens(code: str, word: str) -> bool:
    """Whether this word, in capitals, shows that a new sentence begins."""
    return word in _OPENERS.get(code, _NONE)
