"""The page in a headless Chromium: what is shown, what can be done with it, and that it asks for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from align.report import ReportSettings, write_report
from align.report import build as report_build
from align.verdict import verdict
from align.write import read_pairs
from tests.report.conftest import LetterEncoder, Visit, make_pairs

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "search.yaml").read_text(encoding="utf-8"))
MADE = {"src": {"language": "en"}, "tgt": {"language": "ja"}}
PLAIN = ReportSettings(heat_map=False)
ROWS = [
    ("The ship left.", "船は出た。", 0.95),
    ("An advert", "", 0.8),
    ("It rained.|It was cold.", "雨で寒かった。", 0.6),
    ("", "広告", 0.99),
    ("They waited.", "彼らは待った。|長かった。", 0.3),
    ("Then the sun came out.", "そして日が出た。", 0.999),
]
FLAGS = {1: ("boilerplate",), 3: ("boilerplate",), 4: ("low-confidence", "numbers")}

Write = Callable[..., Path]
Open = Callable[..., Any]


@pytest.fixture
def shown(visit: Visit, write: Write, tmp_path: Path) -> Open:
    """Write rows, make their report, and open it at a hash."""

    def opened(rows: list[Any] = ROWS, hash: str = "", settings: ReportSettings = PLAIN, **more: Any) -> Any:
        path = write(
            "out.tsv", make_pairs(rows, **{"flags": FLAGS if rows is ROWS else {}, **more}), {"doc": "doc", **MADE}
        )
        written = write_report(path, tmp_path / "out.html", settings)
        return visit.open(Path(written.page), hash)

    return opened


def many(count: int) -> list[tuple[str, str, float]]:
    return [(f"Sentence number {n}.", f"{n}番の文。", 0.5 + (n * 7 % count) / count / 2) for n in range(count)]


# --- what is shown ---


def test_both_sides_stand_next_to_each_other_in_their_languages(shown: Open, visit: Visit) -> None:
    page = shown()
    assert visit.rows() == [0, 1, 2, 3, 4, 5]
    source, target = page.locator("tr[data-row='2'] td.text").all()
    assert (source.inner_text(), source.get_attribute("lang")) == ("It rained. It was cold.", "en")
    assert (target.inner_text(), target.get_attribute("lang")) == ("雨で寒かった。", "ja")
    left, right = source.bounding_box(), target.bounding_box()
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"] + 1


def test_heading_tells_the_figures(shown: Open) -> None:
    heading = shown().inner_text(".heading")
    judged = verdict(make_pairs(ROWS))
    told = f"{judged.label} {judged.aligned:.0%} of the text is aligned"
    for text in ("doc", "English → Japanese", told, "rows\n6", "with two sides\n4", "source only\n1"):
        assert text in heading


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"label": "not parallel", "aligned": 0.1}, "not parallel 10% of the text is aligned"),
        (
            {"label": "reordered", "aligned": 0.5, "moved": 0.25},
            "reordered 50% of the text is aligned in order, 25% in other places",
        ),
        (
            {"label": "wrong language", "aligned": 0.1, "foreign": {"src": 0.2, "tgt": 0.8}},
            "wrong language 80% of the target does not look like Japanese",
        ),
    ],
)
def test_verdict_of_the_sidecar_goes_before_that_of_the_rows(
    said: dict[str, Any], told: str, visit: Visit, write: Write, tmp_path: Path
) -> None:
    path = write("out.tsv", make_pairs(ROWS), {"doc": "doc", "verdict": said, **MADE})
    page = visit.open(Path(write_report(path, tmp_path / "out.html", PLAIN).page))
    assert page.inner_text(".verdict") == told


def test_rows_without_similarities_get_no_verdict(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "bitext.tsv"
    path.write_text("src\ttgt\nabcd\tef\nab\t\n")
    page = visit.open(Path(write_report(path, settings=PLAIN).page))
    assert (
        page.inner_text(".verdict") == "no verdict for want of similarities; 75% of the text is in rows with two sides"
    )


def test_null_rows_flags_and_types_are_marked(shown: Open) -> None:
    page = shown()
    assert page.locator("tr.null").count() == 2
    assert page.inner_text("tr[data-row='1'] .empty") == "no counterpart"
    assert page.locator("tr[data-row='4'] .flag").all_inner_texts() == ["low-confidence", "numbers"]
    assert page.inner_text("tr[data-row='2'] .kind") == "2-1"


def test_hostile_text_is_text(shown: Open, visit: Visit) -> None:
    hostile = [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(2)>",
        "$scripts ${style} &lt;",
        "a\u2028b\ud800",
    ]
    page = shown([(text, text) for text in hostile], doc="<b>&amp;\"'")
    assert page.inner_text("h1") == "<b>&amp;\"'"
    texts = page.locator("td.text:nth-last-child(1)").all_inner_texts()
    assert texts[:3] == hostile[:3]
    assert visit.problems == []


def test_alignment_without_rows(shown: Open) -> None:
    page = shown([])
    assert "The alignment has no rows" in page.inner_text("#rows")


PIXELS = """name => {
  const canvas = document.querySelector(".plot canvas"), context = canvas.getContext("2d");
  const probe = document.createElement("i"); probe.style.color = `var(--${name})`; document.body.append(probe);
  const wanted = getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).map(Number);
  const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
  const found = [];
  for (let at = 0; at < data.length; at += 4)
    if (wanted.every((value, i) => Math.abs(value - data[at + i]) < 3)) found.push(at / 4);
  const xs = found.map((at) => at % width), ys = found.map((at) => Math.floor(at / width));
  const ends = (all) => [Math.min(...all), Math.max(...all)];
  const [[left, right], [top, bottom]] = [ends(xs), ends(ys)];
  return found.length && { left, right, top, bottom };
}"""


@pytest.mark.parametrize("visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_plot_puts_pairs_on_the_diagonal_and_nulls_on_the_edges(shown: Open, visit: Visit) -> None:
    page = shown([("a", "b", 1.0), ("a", "", 1.0), ("", "b", 1.0), ("a", "b|c", 1.0), ("a|b", "c", 1.0)])
    visit.until(PIXELS, "one")
    one, split, merge, source, target = (
        page.evaluate(PIXELS, name) for name in ("one", "split", "merge", "source", "target")
    )
    assert one["right"] <= split["left"] <= merge["left"]
    assert one["bottom"] <= split["top"] <= merge["top"]
    assert split["bottom"] - split["top"] > (one["bottom"] - one["top"]) * 1.5
    assert merge["right"] - merge["left"] > (one["right"] - one["left"]) * 1.5
    assert source["bottom"] < one["top"]  # above the plot, at its source sentence
    assert one["right"] <= source["left"] <= split["left"]
    assert target["right"] < one["left"]  # left of the plot, at its target sentence
    assert one["bottom"] <= target["top"] <= split["top"]


def test_plot_opens_the_row_that_is_clicked_and_zooms(shown: Open, visit: Visit) -> None:
    page = shown([("a", "b", 1.0)] * 4, hash="#q=nothing")
    visit.until(PIXELS, "one")
    box = page.locator(".plot canvas").bounding_box()
    at = page.evaluate(PIXELS, "one")
    page.mouse.click(box["x"] + at["left"] + 3, box["y"] + at["top"] + 3)
    page.wait_for_selector("tr.selected[data-row='0']")  # the search that hid it has gone
    page.locator(".plot canvas").scroll_into_view_if_needed()
    box = page.locator(".plot canvas").bounding_box()
    page.mouse.move(box["x"] + at["left"], box["y"] + at["top"])
    page.mouse.down()
    page.mouse.move(box["x"] + at["left"] + 100, box["y"] + at["top"] + 100, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Whole document").click()
    assert page.get_by_role("button", name="Whole document").is_hidden()


def test_heat_map_shows_the_rows_behind_a_cell(
    shown: Open, visit: Visit, letters: LetterEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_build, "encoder_of", lambda *how: letters)
    page = shown([("aaa", "aaa"), ("bbb", ""), ("", "bbb")], settings=ReportSettings())
    canvas = page.locator("figure:has(.heat-scale) canvas")
    visit.until("document.querySelector('figure:has(.heat-scale) canvas').style.height !== ''")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.75)
    assert page.inner_text("#tip").splitlines()[0] == "Rows 1 and 2 · similarity 1.00"
    assert [text for text in page.inner_text("#tip").splitlines() if text][1:] == ["bbb", "bbb"]


def test_gold_marks_rows_and_compares_confidence(shown: Open, visit: Visit, tmp_path: Path) -> None:
    gold = tmp_path / "gold.txt"
    gold.write_text("[0]:[0]\n[1]:[]\n[2]:[1]\n[3]:[]\n[]:[2]\n[4]:[3, 4]\n[5]:[5]\n")
    page = shown(settings=ReportSettings(gold=str(gold), heat_map=False))
    assert page.locator("h2", has_text="Reliability").count() == 1
    page.get_by_role("button", name=re.compile("Not as gold")).click()
    visit.found("1 of 6 rows")
    assert page.inner_text("tr[data-row='2'] .flag") == "partly as gold"
    page.click("tr[data-row='2'] .text")
    assert "[2]:[1] [3]:[]" in page.inner_text("tr.detail")


# --- finding and ordering ---


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_search(case: dict[str, Any], shown: Open, visit: Visit) -> None:
    page = shown([(case["src"], case["tgt"]), ("other", "別")])
    page.keyboard.press("/")
    page.keyboard.insert_text(case["query"])
    found = [0] if case["found"] else []
    visit.found("2 rows" if not case["query"].strip() else f"{len(found)} of 2 rows")
    if case["query"].strip():
        assert visit.rows() == found
    assert page.locator("tr[data-row='0'] mark").all_inner_texts() == case.get("marked", [])


@pytest.mark.parametrize(
    ("hash", "rows"),
    [
        ("#view=pairs", [4, 2, 0, 5]),
        ("#view=nulls", [1, 3]),
        ("#view=flagged", [1, 3, 4]),
        ("#sort=confidence", [4, 2, 1, 0, 3, 5]),
        ("#sort=length", [4, 2, 5, 0, 1, 3]),
        ("#type=1-1&type=2-1", [0, 2, 5]),
        ("#flag=numbers&flag=boilerplate", [1, 3, 4]),
        ("#min=0.6&max=0.95", [0, 1, 2]),
        ("#view=pairs&flag=boilerplate", []),
        ("#view=constructor&sort=__proto__&min=x&row=-4&page=99&type=9-9", []),
    ],
)
def test_address_says_what_is_shown(hash: str, rows: list[int], shown: Open, visit: Visit) -> None:
    shown(hash=hash)
    visit.until("() => !document.querySelector('#rows .found').textContent.includes('Searching')")
    assert visit.rows() == rows


def test_least_sure_rows_are_one_click_away(shown: Open, visit: Visit) -> None:
    page = shown()
    page.get_by_role("button", name=re.compile("Least sure")).click()
    visit.found("4 of 6 rows")
    assert visit.rows() == [4, 2, 0, 5]
    page.get_by_role("button", name="Sim.").click()
    assert page.locator("th[aria-sort]").inner_text().startswith("Sim.")


def test_bars_filter_and_can_be_taken_back(shown: Open, visit: Visit) -> None:
    page = shown()
    page.click(".bars button[data-name='boilerplate']")
    visit.found("2 of 6 rows")
    page.click(".bars button[data-name='1-0']")
    visit.found("1 of 6 rows")
    assert page.locator(".bars button[aria-pressed='true']").count() == 2
    page.click(".bars button[data-name='boilerplate']")
    visit.found("1 of 6 rows")
    page.get_by_role("button", name="Clear filters").click()
    visit.found("6 rows")


def test_threshold_and_histogram_filter_by_confidence(shown: Open, visit: Visit) -> None:
    page = shown()
    page.locator(".small button", has_text="0.95").click()
    visit.found("3 of 6 rows")
    page.locator(".bar-hit").nth(6).click()
    visit.found("1 of 6 rows")
    assert visit.rows() == [4]


# --- moving ---


def test_rows_come_in_pages(shown: Open, visit: Visit) -> None:
    page = shown(many(250))
    assert visit.rows() == list(range(100))
    page.get_by_label("Next page").first.click()
    assert visit.rows() == list(range(100, 200))
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert visit.rows() == list(range(200, 250))
    page.get_by_label("Page", exact=True).first.fill("2")
    page.keyboard.press("Enter")
    page.wait_for_selector("tr[data-row='100']")


def test_link_to_a_row_opens_its_page_and_survives_a_reload(shown: Open, visit: Visit) -> None:
    page = shown(many(250), hash="#row=155")
    for _ in range(2):
        page.wait_for_selector("tr.selected[data-row='155']")
        assert visit.rows()[0] == 100
        box = page.locator("tr.selected").bounding_box()
        assert 0 < box["y"] < 900
        page.reload()


def test_keys(shown: Open, visit: Visit) -> None:
    page = shown(many(250))
    selected = lambda: page.get_attribute("tr.selected", "data-row")  # noqa: E731
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("tr.selected[data-row='2']")
    page.keyboard.press("k")
    page.wait_for_selector("tr.selected[data-row='1']")
    page.keyboard.press("w")
    visit.found("250 rows")
    visit.until("document.querySelector('th[aria-sort]').textContent.startsWith('Conf')")
    page.keyboard.press("j")
    page.keyboard.press("j")
    visit.until("document.querySelectorAll('tr.selected').length === 1")
    row = selected()
    page.keyboard.press("Enter")  # in its place
    visit.until("document.querySelector('th[aria-sort]').textContent.startsWith('Row')")
    assert selected() == row
    page.keyboard.press("/")
    page.keyboard.type("number 24")
    visit.found("13 of 250 rows")
    page.keyboard.press("Escape")  # out of the search field
    page.keyboard.press("Escape")  # and the search away
    visit.found("250 rows")
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("dialog").is_hidden()


def test_row_is_copied_and_rows_are_saved_as_they_were(shown: Open, visit: Visit, tmp_path: Path) -> None:
    visit.page.add_init_script("navigator.clipboard.writeText = async (text) => { window.copied = text; };")
    page = shown(hash="#view=flagged")
    page.keyboard.press("j")
    page.wait_for_selector("tr.selected")
    page.keyboard.press("c")
    visit.until("window.copied !== undefined")
    given = (tmp_path / "out.tsv").read_text(encoding="utf-8").splitlines()
    assert page.evaluate("window.copied") == given[2]
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as TSV").click()
    saved = tmp_path / "saved.tsv"
    download.value.save_as(saved)
    assert list(read_pairs(saved)) == [list(read_pairs(tmp_path / "out.tsv"))[row] for row in (1, 3, 4)]


# --- a corpus ---


@pytest.fixture
def corpus(write: Write, tmp_path: Path) -> Path:
    for name, confidence in (("good", 0.99), ("poor", 0.1), ("a/b & c#1", 0.9)):
        pairs = make_pairs([(src, tgt, confidence) for src, tgt, _ in ROWS], name)
        said = {"label": "parallel" if confidence > 0.5 else "not parallel", "aligned": confidence}
        file = f"corpus/{name.replace('/', '-').replace('#', '')}.tsv"
        write(file, pairs, {"doc": name, "verdict": said, **MADE})
    (tmp_path / "corpus" / "summary.tsv").write_text("doc\terror\nbroken\tbroken.txt is empty.\n", encoding="utf-8")
    return tmp_path / "corpus"


@pytest.mark.parametrize("split", [False, True], ids=["one page", "split"])
def test_corpus_leads_to_every_document_and_back(split: bool, corpus: Path, visit: Visit, tmp_path: Path) -> None:
    written = write_report(corpus, tmp_path / "report", ReportSettings(split=split))
    page = visit.open(Path(written.page)) if split else visit.open(Path(written.page).rename(tmp_path / "report.html"))
    assert page.inner_text("h1") == "corpus"
    assert page.locator(".documents tbody tr").count() == 3
    assert "broken.txt is empty." in page.inner_text(".failures")
    for name in ("good", "poor", "a/b & c#1"):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("heading", level=1, name=name, exact=True).wait_for()
        page.wait_for_selector("tr[data-row='5']")
        assert visit.rows() == [0, 1, 2, 3, 4, 5]
        page.click("#trail a")
        page.wait_for_selector(".documents")
    page.click(".worst tbody a >> nth=0")
    page.wait_for_selector("tr.selected[data-row='0']")
    assert page.inner_text("h1") == "poor"
    page.go_back()
    page.wait_for_selector(".documents")


def test_documents_are_found_sorted_and_filtered(corpus: Path, visit: Visit, tmp_path: Path) -> None:
    page = visit.open(Path(write_report(corpus, tmp_path / "report.html").page))
    names = lambda: page.locator(".documents tbody td:first-child").all_inner_texts()  # noqa: E731
    page.get_by_role("button", name="Aligned").click()
    assert names() == ["poor", "a/b & c#1", "good"]
    page.get_by_role("button", name="not parallel").click()
    assert names() == ["poor"]
    page.get_by_role("button", name="not parallel").click()
    page.keyboard.press("/")
    page.keyboard.type("GOOD")
    assert names() == ["good"]


def test_languages_are_told_once_or_listed(corpus: Path, visit: Visit, write: Write, tmp_path: Path) -> None:
    page = visit.open(Path(write_report(corpus, tmp_path / "one.html").page))
    assert page.inner_text(".heading .languages") == "English → Japanese"
    assert "Languages" not in page.inner_text(".documents thead")
    write("corpus/de.tsv", make_pairs([("Ja.", "Oui.")], "de"), {"src": {"language": "de"}, "tgt": {"language": "fr"}})
    page = visit.open(Path(write_report(corpus, tmp_path / "two.html").page))
    assert page.locator(".heading .languages").count() == 0
    languages = page.locator(".documents tbody td:nth-child(2)")
    assert sorted(languages.all_inner_texts()) == ["English → Japanese"] * 3 + ["German → French"]
    page.click(".bars button[data-name='German → French']")
    assert languages.all_inner_texts() == ["German → French"]
    page.click(".bars button[data-name='not parallel']")  # which no German one is
    assert languages.all_inner_texts() == []


# --- for everyone ---

CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const linear = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const probe = document.body.appendChild(document.createElement("i"));
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return light(parse(getComputedStyle(probe).color));
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const found = {};
  const texts = ["ink", "muted", "accent", "good", "fair", "poor"];
  const kinds = ["one", "split", "merge", "many", "source", "target"];
  for (const ground of ["surface", "sunken", "ground"])
    for (const name of [...texts, ...kinds])
      found[`${name} on ${ground}`] = ratio(read(name), read(ground));
  return found;
}"""


@pytest.mark.parametrize("visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_colours_can_be_told_from_their_ground(shown: Open) -> None:
    for pair, ratio in shown().evaluate(CONTRAST).items():
        is_text = pair.split()[0] in ("ink", "muted", "accent", "good", "fair", "poor")
        assert ratio >= (4.5 if is_text else 3), pair  # WCAG 2.2, 1.4.3 and 1.4.11


def test_theme_follows_the_system_until_it_is_chosen(shown: Open) -> None:
    page = shown()
    ground = lambda: page.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
    light = ground()
    page.emulate_media(color_scheme="dark")
    dark = ground()
    assert light != dark
    page.keyboard.press("t")
    assert ground() == light
    page.reload()
    assert ground() == light


NAMELESS = """() => [...document.querySelectorAll("button, input, canvas, svg[role=img], nav, a")]
  .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.closest("label")))
  .map((node) => node.outerHTML)"""


def test_everything_has_a_name_for_those_who_hear_it(shown: Open, visit: Visit) -> None:
    page = shown(many(120))
    assert page.evaluate(NAMELESS) == []
    assert page.get_attribute("html", "lang") == "en"
    page.keyboard.press("w")
    visit.until("document.querySelector('#said').textContent === '120 rows'")


@pytest.mark.parametrize("visit", [{"viewport": {"width": 375, "height": 800}}], indirect=True)
def test_narrow_screens_need_no_sideways_scrolling(shown: Open) -> None:
    page = shown([("word " * 30, "文" * 90), ("x" * 300, "y" * 300), ("", "広告")])
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.locator("tr[data-row='0'] td.text").first.bounding_box()["width"] > 300


def test_paper_gets_figures_and_rows_without_controls(shown: Open) -> None:
    page = shown()
    page.emulate_media(media="print")
    assert page.locator(".toolbar").is_hidden()
    assert page.locator("tr[data-row]").first.is_visible()
    assert page.locator(".plot canvas").is_visible()


# --- size ---


def test_hundred_thousand_rows(shown: Open, visit: Visit) -> None:
    page = shown(many(100_000))
    # On a machine of its own about one second; the limit is for one that is busy.
    assert page.evaluate("performance.now()") < 8000
    assert len(visit.rows()) == 100
    page.evaluate(
        "() => { window.slow = []; new PerformanceObserver((list) => list.getEntries().forEach((entry) => "
        "window.slow.push(entry.duration))).observe({ type: 'longtask' }); }"
    )
    page.keyboard.press("/")
    page.keyboard.type('"number 9999"')
    visit.found("11 of 100,000 rows")
    assert visit.rows() == [9999, *range(99990, 100000)]
    assert max(page.evaluate("window.slow"), default=0) < 1000
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    visit.found("100,000 rows")
    page.evaluate("location.hash = '#row=99999'")
    page.wait_for_selector("tr.selected[data-row='99999']")
