"""Gold of every layout as samples: tables, folders of lines, folders of documents; chunks; what does not read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import AlignError, MalformedAlignment, MissingInput
from align.lattice.noise import Sample
from align.samples import _chunks, read_collection, with_paragraphs

CORPORA = Path(__file__).parent.parent / "corpora"


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def put_folder(folder: Path, **files: str) -> Path:
    """Files by name; `en_txt` stands for `en.txt`."""
    for name, text in files.items():
        put(folder / name.replace("_", "."), text)
    return folder


# --- tables ---

ROWS = [
    ("a", "One came. Two went.", "一人が来た。二人が去った。"),
    ("a", "He sat.", "彼は座った。"),
    ("a", "She said it. Nobody heard.", "彼女はそう言ったが、誰も聞かなかった。"),
    ("b", "Short.", "短い。"),
    ("a", "It rained.", "雨が降った。"),
    ("a", "Nothing here.", " "),
    ("a", "The end.", "終わり。"),
]


def table(folder: Path, rows=ROWS, name: str = "en-ja.tsv") -> Path:
    return put(folder / name, "\n".join("\t".join(row) for row in [("doc", "src", "tgt"), *rows]) + "\n")


def test_a_table_is_cut_into_sentences(tmp_path: Path) -> None:
    (sample,) = read_collection(table(tmp_path)).samples  # b has too few beads to learn from
    assert sample.name == "en-ja/a"
    assert sample.languages == ("en", "ja")
    assert sample.sentences[0] == (
        *("One came.", "Two went.", "He sat.", "She said it.", "Nobody heard.", "It rained.", "The end."),
    )
    assert len(sample.sentences[1]) == 6
    # Two sentences against two: which belong together, the table does not say.
    assert sample.gold == (((2,), (2,)), ((3, 4), (3,)), ((5,), (4,)), ((6,), (5,)))


def test_a_table_to_score_keeps_segments_whole(tmp_path: Path) -> None:
    (sample,) = read_collection(table(tmp_path), to_score=True).samples
    assert sample.gold[0] == ((0, 1), (0, 1))
    assert len({*sample.paragraphs[0], *sample.paragraphs[1]}) == 1


def test_paragraphs_of_a_table_are_made_up_of_whole_segments(tmp_path: Path) -> None:
    rows = [("a", f"Sentence {i}. And more {i}.", f"文{i}。") for i in range(40)]
    (sample,) = read_collection(table(tmp_path, rows)).samples
    source, target = sample.paragraphs
    assert len(set(source)) > 8
    assert list(source) == sorted(source)
    for a, b in sample.gold:
        assert {source[i] for i in a} == {target[j] for j in b}
    assert read_collection(tmp_path / "en-ja.tsv").samples == (sample,), "the same each time"


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("en-ja.tsv", ("en", "ja")),
        ("en-zho-CN.tsv", ("en", "zh")),
        ("news.deu-fra.tsv", ("de", "fr")),
        ("web-en-ja.tsv", ("en", "ja")),
        ("ja-en-web.tsv", ("ja", "en")),
    ],
)
def test_the_name_tells_the_languages(tmp_path: Path, name: str, languages: tuple[str, str]) -> None:
    rows = [("a", f"{i}.", f"{i}.") for i in range(4)]
    (sample,) = read_collection(table(tmp_path, rows, name)).samples
    assert sample.languages == languages


# --- folders of lines ---

LINES = {"src_txt": "Eins.\nZwei.\n\nVier.\n", "tgt_txt": "Un.\nDeux et trois.\nQuatre.\n"}


def test_lines_are_the_sentences_empty_ones_too(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "de-fr", **LINES, gold_txt="[0]:[0]\n[1, 2]:[1]\n[3]:[2]\n[]:[]\n")
    (sample,) = read_collection(folder).samples
    assert sample.languages == ("de", "fr")
    assert sample.sentences == (("Eins.", "Zwei.", "-", "Vier."), ("Un.", "Deux et trois.", "Quatre."))
    assert sample.gold == (((0,), (0,)), ((1, 2), (1,)), ((3,), (2,)))
    assert sample.paragraphs == ((0, 0, 0, 0), (0, 0, 0)), "lines say nothing of paragraphs"


def test_languages_of_lines_may_stand_in_the_parents_name(tmp_path: Path) -> None:
    for name in ("dev", "test0"):
        put_folder(tmp_path / "textberg-de-fr" / name, **LINES, gold_txt="[0]:[0]\n")
    samples = read_collection(tmp_path / "textberg-de-fr").samples
    assert [(s.name, s.languages) for s in samples] == [
        ("textberg-de-fr/dev", ("de", "fr")),
        ("textberg-de-fr/test0", ("de", "fr")),
    ]


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "de-fr", **LINES, gold_txt="[0]:[0]\n")
    (folder / "src.txt").write_bytes(b"\xef\xbb\xbfEins.\r\nZwei.\r\n")
    assert read_collection(folder).samples[0].sentences[0] == ("Eins.", "Zwei.")


# --- folders of documents ---

EN = "The first. The second.\n\nThe third.\n"
JA = "最初。次。\n\n最後。\n"


def test_documents_are_read_and_segmented(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "tale", en_txt=EN, ja_txt=JA, gold_txt="[0]:[0]\n[1]:[1]\n[2]:[2]\n")
    (sample,) = read_collection(folder).samples
    assert sample.languages == ("en", "ja")
    assert sample.sentences == (("The first.", "The second.", "The third."), ("最初。", "次。", "最後。"))
    assert sample.paragraphs == ((0, 0, 1), (0, 0, 1))


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("ja-en-tale", ("ja", "en")),
        ("tale", ("en", "ja")),
        ("to-do-list", ("en", "ja")),
        ("de-fr-tale", ("en", "ja")),
        ("web-ja-en", ("ja", "en")),
    ],
)
def test_the_folders_name_tells_which_is_the_source(tmp_path: Path, name: str, languages: tuple[str, str]) -> None:
    folder = put_folder(tmp_path / name, en_txt=EN, ja_txt=JA, gold_txt="[0]:[0]\n")
    assert read_collection(folder).samples[0].languages == languages


def test_other_files_beside_them_do_no_harm(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "tale", en_txt=EN, ja_html=f"<p>{JA}</p>", gold_txt="[0]:[0]\n", README_txt="x")
    assert read_collection(folder).samples[0].sentences[1][0] == "最初。"


def test_the_written_documents_read() -> None:
    training = read_collection(CORPORA / "training")
    assert training.name == "training"
    assert {sample.name for sample in training.samples} == {
        f"training/{path.parent.name}" for path in CORPORA.glob("training/*/gold.txt")
    }
    for sample in training.samples:
        assert sample.name.split("/")[1].startswith("-".join(sample.languages))
        assert [i for bead in sample.gold for i in bead[0]] == list(range(len(sample.sentences[0])))


# --- what does not read ---


@pytest.mark.parametrize(
    ("files", "kind", "message"),
    [
        pytest.param({}, MissingInput, "no gold", id="nothing"),
        pytest.param({"gold_txt": "[0]:[0]\n"}, MalformedAlignment, "gold.txt alone", id="gold alone"),
        pytest.param({"gold_txt": "", "en_txt": EN}, MalformedAlignment, "it holds en.txt", id="one document"),
        pytest.param(
            {"gold_txt": "", "en_txt": EN, "ja_txt": JA, "de_txt": "Eins."}, MalformedAlignment, "de.txt", id="three"
        ),
        pytest.param(
            {"gold_txt": "", "en_txt": EN, "en_html": EN, "ja_txt": JA}, MalformedAlignment, "en.html", id="one twice"
        ),
        pytest.param(
            {"gold_txt": "[0]:[0]\n[7]:[1]\n", "en_txt": EN, "ja_txt": JA},
            MalformedAlignment,
            "source sentence 7.*3 sentences",
            id="beyond the end",
        ),
        pytest.param(
            {"gold_txt": "[0]:[-1]\n", "en_txt": EN, "ja_txt": JA}, MalformedAlignment, "number -1", id="negative"
        ),
        pytest.param({"gold_txt": "0-0\n", "en_txt": EN, "ja_txt": JA}, MalformedAlignment, "line 1", id="no ladder"),
        pytest.param({"gold_txt": "[0]:[0]\n", **LINES}, MalformedAlignment, "both languages", id="no languages"),
    ],
)
def test_a_folder_that_does_not_fit(
    tmp_path: Path, files: dict[str, str], kind: type[AlignError], message: str
) -> None:
    folder = tmp_path / "tale"
    folder.mkdir()
    with pytest.raises(kind, match=message):
        read_collection(put_folder(folder, **files))


def test_tables_that_do_not_read(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match=r"en-ja\.tsv"):
        read_collection(tmp_path / "en-ja.tsv")
    with pytest.raises(MalformedAlignment, match="both languages"):
        read_collection(table(tmp_path, name="gold.tsv"))
    with pytest.raises(MalformedAlignment, match="line 3: 2 fields"):
        read_collection(table(tmp_path, [ROWS[0], ("a", "b")]))
    (tmp_path / "en-ja.tsv").write_bytes(b"doc\tsrc\ttgt\na\tcaf\xe9\tx\n")
    with pytest.raises(MalformedAlignment, match="not UTF-8"):
        read_collection(tmp_path / "en-ja.tsv")
    (tmp_path / "de-fr.tsv").mkdir()
    with pytest.raises(AlignError, match=r"de-fr\.tsv"):
        read_collection(tmp_path / "de-fr.tsv")


# --- chunks and paragraphs ---

SHAPES = ((1, 1), (1, 1), (1, 2), (2, 1), (1, 0), (0, 1))


def sample_of(shapes: list[tuple[int, int]]) -> Sample:
    ends, gold = [0, 0], []
    for shape in shapes:
        gold.append(tuple(tuple(range(end, end + count)) for end, count in zip(ends, shape, strict=True)))
        ends = [end + count for end, count in zip(ends, shape, strict=True)]
    sentences = tuple(tuple(f"{side}{i}" for i in range(end)) for side, end in zip("st", ends, strict=True))
    return Sample("books/a", ("de", "fr"), sentences, tuple((0,) * end for end in ends), tuple(gold))


def words(sample: Sample) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Gold by its words."""
    return [
        tuple(tuple(s[i] for i in ids) for s, ids in zip(sample.sentences, bead, strict=True)) for bead in sample.gold
    ]


shape_lists = st.lists(st.sampled_from(SHAPES), min_size=1, max_size=80)


@settings(deadline=None)
@given(shape_lists, st.integers(4, 20))
def test_chunks_are_stretches_with_their_gold(shapes: list[tuple[int, int]], size: int) -> None:
    sample = sample_of(shapes)
    chunks = list(_chunks(sample, size))
    pairs = sum(a > 0 < b for a, b in shapes)
    if pairs < 2 * size:
        assert chunks == [sample]
        return
    whole = words(sample)
    parts = [words(chunk) for chunk in chunks]
    assert all(set(part) <= set(whole) for part in parts)
    assert len({bead for part in parts for bead in part}) == sum(map(len, parts)), "no bead twice"
    assert len({chunk.name for chunk in chunks}) == len(chunks)
    for chunk, part in zip(chunks, parts, strict=True):
        assert chunk.name.startswith("books/a#")
        covered = [[text for bead in part for text in bead[side]] for side in (0, 1)]
        assert [tuple(sorted(c)) for c in covered] == [tuple(sorted(s)) for s in chunk.sentences]
        assert size // 2 <= sum(bool(a and b) for a, b in part) <= size


def test_a_long_folder_is_cut(tmp_path: Path) -> None:
    lines = "\n".join(f"Zeile {i}." for i in range(100))
    gold = "\n".join(f"[{i}]:[{i}]" for i in range(100))
    folder = put_folder(tmp_path / "de-fr", src_txt=lines, tgt_txt=lines, gold_txt=gold)
    assert [len(s.gold) for s in read_collection(folder, chunk=30).samples] == [30, 30, 30]
    assert [len(s.gold) for s in read_collection(folder).samples] == [100]


@settings(deadline=None)
@given(shape_lists, st.integers(0, 99))
def test_made_up_paragraphs_hold_whole_beads(shapes: list[tuple[int, int]], seed: int) -> None:
    sample = sample_of(shapes)
    if seed % 2:  # a paragraph a line is as good as none
        sample = replace(sample, paragraphs=tuple(tuple(range(len(side))) for side in sample.sentences))
    made = with_paragraphs(sample, Random(seed))
    assert made.sentences == sample.sentences
    for side, numbers in enumerate(made.paragraphs):
        assert len(numbers) == len(sample.sentences[side])
        assert list(numbers) == sorted(numbers)
    for a, b in made.gold:
        if a and b:
            assert len({made.paragraphs[0][i] for i in a} | {made.paragraphs[1][j] for j in b}) == 1


def test_paragraphs_that_are_there_stay() -> None:
    sample = Sample("a/b", ("de", "fr"), (("x", "y", "z"), ("z",)), ((0, 0, 1), (0,)), (((0, 1, 2), (0,)),))
    assert with_paragraphs(sample, Random(0)) is sample
