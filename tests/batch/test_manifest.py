"""Manifests and pairs of folders: what is read, and what is refused with file and line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from align.batch.manifest import Manifest, check_outputs, pair_folders, read_manifest
from align.batch.places import Places
from align.batch.records import Entry
from align.errors import InputIsDirectory, MalformedManifest, MissingInput, OutputError

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "manifests.yaml").read_text(encoding="utf-8"))


def write(path: Path, *lines: str, end: str = "\n", mark: str = "") -> Path:
    path.write_bytes((mark + "".join(line + end for line in lines)).encode())
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_what_cannot_be_used_is_told_with_its_line(case: dict, tmp_path: Path) -> None:
    path = write(tmp_path / "manifest.tsv", *case["lines"])
    with pytest.raises(MalformedManifest) as error:
        read_manifest(path)
    message = str(error.value)
    place = f"{path}, line {case['line']}:" if "line" in case else str(path)
    assert message.startswith(place)
    for words in case["says"]:
        assert words in message


def test_paths_start_from_the_manifest(tmp_path: Path) -> None:
    path = write(tmp_path / "m.tsv", "doc\tsrc\ttgt", "a\ten/a.txt\t/data/a.txt", "b/c\t../x\t-")
    first, second = read_manifest(path).entries
    assert first == Entry("a", f"{tmp_path}/en/a.txt", "/data/a.txt", line=2)
    assert (second.src, second.tgt) == (f"{tmp_path}/../x", f"{tmp_path}/-")


def test_a_dash_is_a_file_and_not_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "m.tsv", "doc\tsrc\ttgt", "a\t-\ty")
    assert read_manifest("m.tsv").entries[0].src == "./-"


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_columns_come_in_any_order_beside_others(end: str, mark: str, tmp_path: Path) -> None:
    header = "score\ttgt_lang\ttgt\tsrc\tdoc\tsrc_lang"
    path = write(tmp_path / "m.tsv", header, "", ".9\tjpn\tj\te\ta\t", ".8\t\tj\te\tb\tzh-TW", end=end, mark=mark)
    first, second = read_manifest(path).entries
    assert (first.src_lang, first.tgt_lang, first.line) == (None, "ja", 3)
    assert (second.src_lang, second.tgt_lang, second.doc) == ("zh", None, "b")


def test_no_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="none"):
        read_manifest(tmp_path / "none.tsv")
    with pytest.raises(InputIsDirectory, match="two folders"):
        read_manifest(tmp_path)
    (tmp_path / "latin.tsv").write_bytes("doc\tsrc\ttgt\nd\xe9\tx\ty\n".encode("latin-1"))
    with pytest.raises(MalformedManifest, match="UTF-8"):
        read_manifest(tmp_path / "latin.tsv")


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_folders_pair_by_name_and_then_by_stem(tmp_path: Path) -> None:
    touch(tmp_path / "en", "same.txt", "other.html", "deep/er/x.txt", "alone.txt", ".hidden", "many.txt", "many.html")
    touch(tmp_path / "ja", "same.txt", "other.txt", "deep/er/x.txt", "lonely.txt", ".hidden", "many.md")
    manifest = pair_folders(tmp_path / "en", tmp_path / "ja")
    assert [(e.doc, Path(e.src).name, Path(e.tgt).name) for e in manifest.entries] == [
        ("deep/er/x", "x.txt", "x.txt"),
        ("other", "other.html", "other.txt"),
        ("same", "same.txt", "same.txt"),
    ]
    assert {os.path.relpath(path, tmp_path) for path in manifest.unpaired} == {
        "en/alone.txt", "en/many.html", "en/many.txt", "ja/lonely.txt", "ja/many.md",
    }  # fmt: skip


def test_a_name_that_two_pairs_would_have_keeps_its_suffix(tmp_path: Path) -> None:
    for side in ("en", "ja"):
        touch(tmp_path / side, "a.txt", "a.html", "b.txt")
    assert [e.doc for e in pair_folders(tmp_path / "en", tmp_path / "ja").entries] == ["a.html", "a.txt", "b"]


def test_folders_with_nothing_in_common_are_told(tmp_path: Path) -> None:
    touch(tmp_path / "en", "a.txt")
    touch(tmp_path / "ja", "b.txt")
    with pytest.raises(MissingInput, match="same name"):
        pair_folders(tmp_path / "en", tmp_path / "ja")
    with pytest.raises(MissingInput, match="no folder"):
        pair_folders(tmp_path / "en", tmp_path / "fr")


def manifest(*docs: str) -> Manifest:
    return Manifest("m.tsv", tuple(Entry(doc, f"en/{doc}", f"ja/{doc}", line=n) for n, doc in enumerate(docs, 2)))


@pytest.mark.parametrize(
    ("docs", "says"),
    [
        (("summary",), "summary.tsv"),
        (("x", "corpus"), "corpus.tsv"),
        (("x", "timings"), "timings.tsv"),
        (("a.tsv/b", "a"), "a.tsv"),
        (("a", "a.tsv.json/b"), "a.tsv.json"),
    ],
)
def test_documents_that_would_take_each_others_place_clash(docs: tuple[str, ...], says: str) -> None:
    with pytest.raises(MalformedManifest, match=rf"m\.tsv, line \d: .*{says}"):
        check_outputs(manifest(*docs), Places("out"), ("tsv",))


def test_documents_whose_files_differ_do_not_clash() -> None:
    check_outputs(manifest("a", "a.tsv", "a/b", "A", "summary.x", "deep/summary"), Places("out"), ("tsv", "jsonl"))


def test_an_output_that_is_an_input_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    entries = (Entry("a", "x.txt", "y.txt"), Entry("b", str(tmp_path / "a.tsv"), "y.txt"))
    with pytest.raises(OutputError, match=r"a\.tsv"):
        check_outputs(Manifest("m", entries), Places("."), ("tsv",))


CELLS = st.sampled_from(["a", "b/c", "../d", "/e", "./f", "a/../../g", "summary", "A"]) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\t"), max_size=8
)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4).map("\t".join), max_size=6))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = write(tmp_path_factory.mktemp("manifest") / "m.tsv", "doc\tsrc\ttgt", *lines)
    try:
        entries = read_manifest(path).entries
        check_outputs(Manifest("m", entries), Places("out"), ("tsv",))
    except (MalformedManifest, OutputError):
        return
    for entry in entries:
        inside = os.path.normpath(os.path.join("/out", entry.doc + ".tsv"))
        assert inside.startswith("/out/")
        assert inside != "/out/summary.tsv"


def test_the_digest_tells_manifests_apart() -> None:
    assert manifest("a", "b").digest != manifest("b", "a").digest
    assert manifest("a").digest != manifest("b").digest
    assert manifest("a").digest == manifest("a").digest
