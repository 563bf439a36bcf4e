"""Which files are documents, and what is kept of them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from align.errors import MissingInput
from align.match.collect import SAMPLE, collect, files, text_of
from align.match.records import Skipped, Text
from align.read import read_text
from align.settings import AlignSettings

SETTINGS = AlignSettings()
EN = "The new library opened on Monday, May 3, 2021. About 300 people stood in line at the door of the house.\n"


def texts(folder: Path, code: str | None = None, head: int = 60) -> list[Text | Skipped]:
    return [found for path in files(folder) for found in collect(folder, path, code, head, SETTINGS)]


def test_documents_of_sub_folders_without_what_belongs_to_web_pages(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/10.html", "a.md", "page.html", "page_files/ad.html", "x_files/kept.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(EN)
    for name in ("photo.jpg", "style.css", "code.js", "data.json", ".hidden.txt", "movie.mp4", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(EN)
    found = [Path(path).relative_to(tmp_path).as_posix() for path in files(tmp_path)]
    assert found == ["a.md", "b/10.html", "b/2.txt", "page.html", "x_files/kept.txt"]


def test_what_is_kept(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "library.en.txt").write_text(EN)
    (text,) = texts(tmp_path, head=1)
    assert (text.name, text.stem, text.language, text.sentences) == ("news/library.en.txt", "news/library.en", "en", 2)
    assert [sentence.text for sentence in text.head] == ["The new library opened on Monday, May 3, 2021."]
    assert len(text.sample) == 2
    assert 0 < text.places[0] < text.places[1] < 1
    assert {"@2021-05-03", "#300"} <= text.marks


def test_a_long_document_is_sampled_evenly() -> None:
    document = read_text("\n".join(f"Line {n} of it." for n in range(1000)), "x", AlignSettings(presplit=True))
    text = text_of(document, "x", "x", "en", 60, AlignSettings(presplit=True))
    assert text.sentences == 1000
    assert len(text.sample) == len(text.places) == SAMPLE
    assert max(b - a for a, b in zip(text.places, text.places[1:], strict=False)) < 0.01


def test_what_does_not_read_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(EN)
    (tmp_path / "2.txt").write_text("")
    (tmp_path / "3.txt").write_bytes(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0")
    (tmp_path / "4.txt").write_text("12345 67890\n")
    (tmp_path / "5\ttab.txt").write_text(EN)
    (tmp_path / "6.txt").write_text(EN)
    found = texts(tmp_path)
    assert [type(each) for each in found] == [Text, Skipped, Skipped, Skipped, Skipped, Text]
    assert all(Path(each.path).name.split("\t")[0] in each.reason for each in found if isinstance(each, Skipped))


def test_the_language_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("12345 67890\n")
    (text,) = texts(tmp_path, "de")
    assert text.language == "de"


def test_members_of_archives_are_documents(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("en/1.txt", EN)
        archive.writestr("en/2.txt", EN)
    for place in (tmp_path, tmp_path / "all.zip"):
        found = texts(place)
        assert [text.path for text in found] == [f"{tmp_path}/all.zip::en/{n}.txt" for n in (1, 2)]
        assert [text.stem for text in found] == ["all.zip::en/1", "all.zip::en/2"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [("a/b.html", "a/b"), ("2021.05.03", "2021.05.03"), ("a.b/c", "a.b/c"), ("x.tar.gz", "x.tar"), (".txt", ".txt")],
)
def test_a_stem_is_the_name_without_its_suffix(text, name: str, stem: str) -> None:
    assert text(name, "en", ["x"]).stem == stem


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="nowhere"):
        files(tmp_path / "nowhere")
