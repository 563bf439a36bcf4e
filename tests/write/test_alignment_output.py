"""An alignment is written in every format, with its sidecar, and never over its own input."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from align.alignment import Alignment
from align.errors import OutputError
from align.records import Document, Paragraph, Side, Verdict
from align.settings import AlignSettings
from align.write import FORMATS, read_metadata, read_pairs
from tests.write.rows import ROWS


@pytest.fixture
def alignment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Alignment:
    monkeypatch.chdir(tmp_path)
    documents = []
    for code in ("en", "ja"):
        Path(f"news.{code}").write_text(code)
        documents.append(Document(f"news.{code}", code, (Paragraph(0, 2),), code))
    sides = [Side(f"news.{document.language}", document.language, 2, 1, 1, "0" * 64) for document in documents]
    return Alignment(
        "news", tuple(documents), tuple(sides), tuple(ROWS), Verdict("parallel", 0.9), AlignSettings(), "hand@1", "hand"
    )


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_with_its_sidecar(format: str, alignment: Alignment) -> None:
    written = alignment.write(f"out.{format}")
    *files, sidecar = written.files
    assert sidecar == f"out.{format}.json"
    assert all(Path(file).exists() for file in files)
    about = json.loads(Path(sidecar).read_text())
    assert about["command"] == f"align pair news.en news.ja -o out.{format}"
    assert written.tally.rows == written.loss.rows == len(ROWS) - written.loss.nulls
    if FORMATS[format].readable:
        assert len(list(read_pairs(f"out.{format}"))) == written.loss.rows
        assert read_metadata(f"out.{format}").languages == ("en", "ja")


def test_null_rows_that_were_not_wanted_are_no_loss(alignment: Alignment) -> None:
    assert alignment.write("out.tmx", pairs_only=True).loss.nulls == 0
    assert alignment.write("out.tmx").loss.nulls == 1


def test_a_moses_pair_does_not_take_the_place_of_the_inputs(alignment: Alignment) -> None:
    with pytest.raises(OutputError, match=r"news\.en would overwrite the input"):
        alignment.write("news.moses")
    assert Path("news.en").read_text() == "en"


def test_a_folder_may_end_in_a_slash(alignment: Alignment) -> None:
    written = alignment.write("corpus/", "xces")
    assert written.files == ("corpus", "corpus.json")
    assert [row.tgt for row in read_pairs("corpus")] == [row.tgt for row in ROWS]


def test_the_text_of_an_xces_document_is_cut_as_the_segmenter_cuts(alignment: Alignment) -> None:
    row = replace(ROWS[0], src_ids=(0, 1), type="2-2", src="Dr. No left. He came back.")
    replace(alignment, pairs=(row,)).write("corpus", "xces")
    assert '<s id="s0">Dr. No left.</s>' in Path("corpus/en/news.xml").read_text()
