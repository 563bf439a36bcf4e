"""What is written comes back: all that a format can hold, and what it cannot is counted."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.records import AlignedPair
from align.write import COLUMNS, FORMATS, Layout, read_metadata, read_pairs, save_pairs, write_pairs
from align.write.rows import RowBuilder
from tests.write.rows import LANGUAGES, METADATA, ROWS, alignments, corpora

READABLE = [name for name, each in FORMATS.items() if each.readable]
ONE_DOCUMENT = ("ladder", "hunalign")


def held(rows: list[AlignedPair], format: str) -> list[AlignedPair]:
    """The rows as the format can hold them: its columns, with the rest as any file without them means it."""
    limits, builder = FORMATS[format], RowBuilder()
    kept = []
    for row in rows:
        if row.is_null and not limits.nulls:
            continue
        fields = {name: getattr(row, name) for name in limits.holds}
        for name in {"doc", "src", "tgt"} & fields.keys():
            fields[name] = limits.plain(name)(fields[name])
        kept.append(builder.build(fields))
    return kept


@pytest.mark.parametrize("format", READABLE)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_a_format_holds_comes_back(format: str, data: st.DataObject) -> None:
    rows = data.draw(alignments if format in ONE_DOCUMENT else corpora)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out.{format}"
        loss = save_pairs(rows, path, format, metadata=METADATA).loss
        back = list(read_pairs(path, metadata=METADATA))
    assert back == held(rows, format)
    left = [row for row in rows if FORMATS[format].nulls or not row.is_null]
    assert (loss.rows, loss.nulls) == (len(left), len(rows) - len(left))
    differing = Counter(
        name
        for one, other in zip(left, back, strict=True)
        for name in COLUMNS
        if getattr(one, name) != getattr(other, name)
    )
    assert differing == loss.missing + loss.changed
    assert bool(loss) == (back != rows)


@pytest.mark.parametrize("format", ["tsv", "jsonl", "csv", "parquet", "hf"])
@given(rows=corpora, data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_columns_may_be_chosen_and_are_filled_in(format: str, rows: list[AlignedPair], data: st.DataObject) -> None:
    base = data.draw(st.sampled_from([("src", "tgt"), ("src_ids", "tgt_ids"), ("src_ids", "tgt_ids", "src", "tgt")]))
    more = data.draw(st.lists(st.sampled_from([name for name in COLUMNS if name not in base]), unique=True))
    columns = tuple(data.draw(st.permutations([*base, *more])))
    if not {"src_ids", "tgt_ids"} <= set(columns):  # a type that contradicts numbers made up for one side
        columns = tuple(name for name in columns if name not in ("src_ids", "tgt_ids"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out.{format}"
        save_pairs(rows, path, format, Layout(columns), METADATA)
        back = list(read_pairs(path))
    builder = RowBuilder()
    assert back == [builder.build({name: getattr(row, name) for name in columns}) for row in rows]


@pytest.mark.parametrize("format", READABLE)
def test_no_rows_come_back_as_none(format: str, tmp_path: Path) -> None:
    save_pairs([], tmp_path / f"out.{format}", format, metadata=METADATA)
    assert list(read_pairs(tmp_path / f"out.{format}", metadata=METADATA)) == []


@pytest.mark.parametrize("format", ["parquet", "hf", "tmx", "xliff", "xces"])
def test_the_languages_come_back(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{format}"
    save_pairs(ROWS, path, format, metadata=METADATA)
    found = read_metadata(path)
    assert found.languages == LANGUAGES
    if format != "xces":
        assert found.signature == METADATA.signature


@pytest.mark.parametrize("format", ["tsv", "moses", "ladder"])
def test_the_sidecar_tells_the_languages_where_the_file_cannot(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{format}"
    about = b'{"signature": "made", "src": {"language": "ja"}, "tgt": {"language": "en"}}'
    save_pairs(ROWS, path, format, metadata=METADATA, sidecar=lambda tally: about)
    assert read_metadata(path).languages == ("ja", "en")
    path.with_name(path.name + ".json").write_text("[torn")
    assert read_metadata(path).languages == (LANGUAGES if format == "moses" else None)


@pytest.mark.parametrize("format", [name for name in FORMATS if FORMATS[name].form == "file"])
def test_rows_are_written_as_they_come(format: str, tmp_path: Path) -> None:
    """A file grows while rows are still being made, so that no format keeps them all."""
    path = tmp_path / "out"
    sizes = []

    def many():
        for number in range(30_000 if format == "parquet" else 3_000):
            yield AlignedPair(
                "d", number, "1-1", (number,), (number,), 1.0, 0.5, (), f"{number} a" * 9, "い", None, None
            )
            sizes.append(stream.tell() if not stream.closed else 0)

    with path.open("wb") as stream:
        write_pairs(many(), stream, format, metadata=METADATA)
    assert 0 < sizes[len(sizes) * 3 // 4] < path.stat().st_size


@pytest.mark.parametrize("format", ["tsv", "jsonl", "csv", "tmx", "xliff"])
def test_rows_are_read_as_they_come(format: str, tmp_path: Path) -> None:
    """The first row is there before the end, which is torn off, has been looked at."""
    path = tmp_path / f"out.{format}"
    save_pairs(ROWS * 2000, path, format, metadata=METADATA)
    path.write_bytes(path.read_bytes()[:-100] + b"\x00\xff")
    rows = read_pairs(path, metadata=METADATA)
    assert next(rows) == ROWS[0]


def test_a_loss_is_told_in_one_line(tmp_path: Path) -> None:
    loss = save_pairs(ROWS, tmp_path / "out.moses", "moses", metadata=METADATA).loss
    assert str(loss) == (
        "1 row with one side empty; columns doc (2 rows), bead (1 row), type (1 row), tgt_ids (2 rows), "
        "confidence (2 rows), similarity (2 rows), flags (1 row), src_span (2 rows), tgt_span (2 rows)"
    )
    loss = save_pairs([ROWS[0], ROWS[2]], tmp_path / "out.tsv").loss
    assert not loss
    assert str(loss) == ""
