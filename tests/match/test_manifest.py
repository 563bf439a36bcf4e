"""Manifests: paths that lead back, names that can be files."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.batch import read_manifest
from align.match import Alone, Evidence, Match, write_alone, write_manifest
from align.match.manifest import doc_names

EVIDENCE = Evidence(1, 1, 1, 1, 1, 1, 0)


def match(
    text, src: str, tgt: str, codes: tuple[str, str] = ("en", "ja"), folders: tuple[str, str] = ("s", "t")
) -> Match:
    sides = (
        text(name, code, ["x"], folder=folder) for name, code, folder in zip((src, tgt), codes, folders, strict=True)
    )
    return Match(*sides, 0.98765, EVIDENCE)


def test_a_manifest_is_one_that_batch_reads(text, tmp_path: Path) -> None:
    folders = str(tmp_path / "en"), str(tmp_path / "other" / "ja")
    matches = [match(text, f"{n}.html", f"x{n}.txt", folders=folders) for n in (1, 2)]
    path = tmp_path / "lists" / "manifest.tsv"
    path.parent.mkdir()
    with path.open("wb") as stream:
        write_manifest(matches, stream, str(path.parent))
    assert path.read_text().splitlines()[:2] == [
        "doc\tsrc\ttgt\tsrc_lang\ttgt_lang\tscore",
        "1\t../en/1.html\t../other/ja/x1.txt\ten\tja\t0.9877",
    ]
    entries = read_manifest(path).entries
    assert [entry.doc for entry in entries] == ["1", "2"]
    assert [os.path.normpath(entry.src) for entry in entries] == [each.source.path for each in matches]
    assert [os.path.normpath(entry.tgt) for entry in entries] == [each.target.path for each in matches]
    assert (entries[0].src_lang, entries[0].tgt_lang) == ("en", "ja")


def test_documents_without_a_partner_have_an_empty_one(text) -> None:
    stream = io.BytesIO()
    alone = [
        Alone(text("a.txt", "en", ["x"], folder="s"), True, 0.1),
        Alone(text("b/c.txt", "ja", ["x"], folder="t"), False, 0),
    ]
    write_alone(alone, stream, "")
    assert stream.getvalue().decode().splitlines()[1:] == [
        "a\ts/a.txt\t\ten\t\t0.1000",
        "b/c\t\tt/b/c.txt\t\tja\t0.0000",
    ]


def test_an_address_in_an_archive_keeps_its_slashes(text) -> None:
    stream = io.BytesIO()
    found = match(text, "c.warc::https://example.org//a", "x.txt", folders=("in/s", "in/t"))
    write_manifest([found], stream, "in")
    assert stream.getvalue().decode().splitlines()[1].split("\t")[:2] == [
        "c.warc/https:/example.org/a",
        "s/c.warc::https://example.org//a",
    ]


@pytest.mark.parametrize(
    ("label", "sources", "names"),
    [
        ("plain", ["a.txt", "b/c.html"], ["a", "b/c"]),
        ("two of one stem", ["a.txt", "a.html", "b.txt"], ["a.txt", "a.html", "b"]),
        ("case", ["A.txt", "a.html"], ["A.txt", "a.html"]),
        ("a name is taken", ["a.b.txt", "a.b.html", "a.b.txt.md"], ["a.b.txt", "a.b.html", "a.b.txt-2"]),
    ],
)
def test_names_of_pairs(text, label: str, sources: list[str], names: list[str]) -> None:
    assert doc_names([match(text, name, "x") for name in sources]) == names


def test_pairs_of_several_languages_lie_in_folders(text) -> None:
    found = [match(text, "a.txt", "x", ("en", code)) for code in ("de", "ja")]
    assert doc_names(found) == ["en-de/a", "en-ja/a"]


@given(
    st.lists(
        st.text(st.characters(blacklist_characters="\t\n\r\0", blacklist_categories=["Cs"]), min_size=1), unique=True
    )
)
def test_any_names_become_names_of_files_no_two_alike(text, names: list[str]) -> None:
    found = doc_names([match(text, name, "x") for name in names])
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert name.isprintable()
        assert all(part not in ("", ".", "..") for part in name.split("/"))
