"""The dataset folder: `datasets` opens it without a network, and its card tells what is in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from align.errors import OutputError
from align.write import Layout, Metadata, read_pairs, save_pairs
from tests.write.rows import METADATA, PAIR, ROWS

LOAD = """
import json, sys
from datasets import load_dataset
data = load_dataset(sys.argv[1])
print(json.dumps({"splits": list(data), "columns": data["train"].column_names, "rows": data["train"].to_list()}))
"""


def test_datasets_loads_it_offline(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    save_pairs(ROWS, tmp_path / "corpus", "hf", metadata=METADATA)
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache"), "HF_DATASETS_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path / "corpus")], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["splits"] == ["train"]
    assert [row["src"] for row in found["rows"]] == [row.src for row in ROWS]
    assert found["rows"][0]["tgt_ids"] == [0, 1]
    assert found["rows"][1]["src_span"] is None


def test_the_card_tells_what_is_in_it(tmp_path: Path) -> None:
    metadata = replace(METADATA, licence="cc-by-4.0", title='News: "ja" & en')
    save_pairs(ROWS, tmp_path / "corpus", "hf", metadata=metadata)
    card = (tmp_path / "corpus" / "README.md").read_text(encoding="utf-8")
    _, front, body = card.split("---\n", 2)
    assert yaml.safe_load(front) == {
        "language": ["en", "ja"],
        "license": "cc-by-4.0",
        "pretty_name": 'News: "ja" & en',
        "task_categories": ["translation"],
        "size_categories": ["n<1K"],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*"}]}],
    }
    for line in ("| rows | 3 |", "| of them with one side empty | 1 |", "| documents | 1 |", "| 0.9 to 1.0 | 1 | █"):
        assert line in body
    assert "| 0.2 to 0.3 | 1 | █" in body
    assert "| length | 1 |" in body
    assert METADATA.signature in body


def test_a_language_that_yaml_takes_for_a_truth_value_stays_a_language(tmp_path: Path) -> None:
    save_pairs(ROWS, tmp_path / "corpus", "hf", metadata=Metadata(("en", "no")))
    card = (tmp_path / "corpus" / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["language"] == ["en", "no"]
    assert front["license"] == "unknown"
    assert "licence of the texts is not known" in card


def test_columns_may_be_chosen(tmp_path: Path) -> None:
    save_pairs(ROWS, tmp_path / "corpus", "hf", Layout(("src", "tgt"), pairs_only=True), METADATA)
    assert [(row.src, row.tgt) for row in read_pairs(tmp_path / "corpus")] == [
        (row.src, row.tgt) for row in ROWS if not row.is_null
    ]
    assert "| `similarity` |" not in (tmp_path / "corpus" / "README.md").read_text(encoding="utf-8")


def test_shards_are_read_in_order(tmp_path: Path) -> None:
    data = tmp_path / "corpus" / "data"
    data.mkdir(parents=True)
    for number in (2, 0, 1):
        save_pairs([replace(PAIR, doc=f"d{number}")], data / f"train-0000{number}-of-00003.parquet")
    assert [row.doc for row in read_pairs(tmp_path / "corpus")] == ["d0", "d1", "d2"]


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    save_pairs(ROWS, folder, "hf", metadata=METADATA)
    save_pairs(ROWS[:1], folder, "hf", metadata=METADATA)
    assert list(read_pairs(folder)) == ROWS[:1]
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"holds notes\.txt"):
        save_pairs(ROWS, folder, "hf", metadata=METADATA)
    assert list(read_pairs(folder)) == ROWS[:1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus"]
