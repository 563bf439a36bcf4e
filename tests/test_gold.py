from __future__ import annotations

from pathlib import Path

import pytest

from align.errors import MalformedAlignment, MissingInput
from align.gold import pair_documents


def tree(root: Path, **files: str) -> Path:
    """Files under `root`, `__` in a keyword standing for `/` and a last `_` for the dot; ids i:i for the content n."""
    for name, content in files.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        path = root / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def marked(n: int) -> str:
    """A ladder told by its one id."""
    return f"[{n}]:[{n}]\n"


def rows(*documents: str) -> str:
    return "doc\tsrc_ids\ttgt_ids\n" + "".join(f"{doc}\t{i}\t{i}\n" for i, doc in enumerate(documents))


def paired(gold, predicted) -> dict[str, tuple[int, int]]:
    pairs, _ = pair_documents(gold, predicted)
    return {pair.name: (pair.gold[0].src[0], pair.predicted[0].src[0]) for pair in pairs}


def test_folders_by_stem(tmp_path):
    gold = tree(tmp_path / "g", a_txt=marked(1), news__b_txt=marked(2))
    found = tree(tmp_path / "p", a_tsv=rows("x"), news__b_jsonl='{"src_ids": [5], "tgt_ids": [5]}\n')
    assert paired(gold, found) == {"a": (1, 0), "news/b": (2, 5)}


def test_gold_file_in_a_folder_per_document(tmp_path):
    gold = tree(
        tmp_path / "g",
        a__gold_txt=marked(1),
        a__src_txt="Text",
        a__tgt_txt="Text",
        b__gold_txt=marked(2),
        b__src_txt="x",
    )
    flat = tree(tmp_path / "flat", a_tsv=rows("x"), b_tsv=rows("x"))
    deep = tree(tmp_path / "deep", a__out_tsv=rows("x"), b__other_tsv=rows("x"))
    assert paired(gold, flat) == paired(gold, deep) == {"a": (1, 0), "b": (2, 0)}


def test_folder_of_one_gold_against_a_file(tmp_path):
    gold = tree(tmp_path / "g", gold_txt=marked(1), src_txt="Text", tgt_txt="Text")
    found = tree(tmp_path / "p", whatever_tsv=rows("x"))
    assert paired(gold, found / "whatever.tsv").popitem()[1] == (1, 0)
    with pytest.raises(MissingInput):  # Two folders go by names, even with a file each.
        pair_documents(gold, found)


def test_corpus_in_one_file(tmp_path):
    gold = tree(tmp_path / "g", a_txt=marked(1), b_txt=marked(2))
    found = tree(tmp_path, corpus_tsv=rows("b", "a")) / "corpus.tsv"
    assert paired(gold, found) == {"a": (1, 1), "b": (2, 0)}
    assert paired(found, found) == {"b": (0, 0), "a": (1, 1)}


def test_dots_in_names_and_other_files(tmp_path):
    gold = tree(tmp_path / "g", **{"cnn.269595_txt": marked(1)})
    found = tree(
        tmp_path / "p",
        **{"cnn.269595_tsv": rows("x"), "cnn.269595.tsv_json": "{}", "report_html": "<p>", ".x_txt": "?"},
    )
    assert paired(gold, found) == {"cnn.269595": (1, 0)}


def test_missing_predictions_are_listed(tmp_path):
    gold = tree(tmp_path / "g", a_txt=marked(1), b__gold_txt=marked(2), c_txt=marked(3))
    found = tree(tmp_path / "p", c_txt=marked(3), d_txt=marked(4))
    with pytest.raises(MissingInput) as error:
        pair_documents(gold, found)
    assert f"2 of 3 documents in {gold} have no prediction in {found}: a, b. " in str(error.value)
    assert str(error.value).endswith("called c, d.")


def test_predictions_without_gold_are_left_out_with_a_warning(tmp_path):
    gold = tree(tmp_path / "g", c_txt=marked(3))
    found = tree(tmp_path / "p", c_txt=marked(3), d_txt=marked(4))
    pairs, warnings = pair_documents(gold, found)
    assert [pair.name for pair in pairs] == ["c"]
    assert len(warnings) == 1
    assert warnings[0].endswith("predictions without gold, left out: d.")


def test_two_files_for_one_document(tmp_path):
    gold = tree(tmp_path / "g", a_txt=marked(1))
    found = tree(tmp_path / "p", a_txt=marked(1), a_tsv=rows("x"))
    with pytest.raises(MalformedAlignment, match=r"a\.tsv and .*a\.txt both stand for"):
        pair_documents(gold, found)


def test_two_golds_for_one_prediction(tmp_path):
    gold = tree(tmp_path / "g", a_txt=marked(1), a__b_txt=marked(2))
    found = tree(tmp_path / "p", a_txt=marked(1))
    with pytest.raises(MalformedAlignment, match="go with the prediction 'a'"):
        pair_documents(gold, found)


def test_lists_go_by_order(tmp_path):
    tree(tmp_path, a_txt=marked(1), b_txt=marked(2), x_tsv=rows("x"))
    pairs, _ = pair_documents([tmp_path / "a.txt", str(tmp_path / "b.txt")], [tmp_path / "b.txt", tmp_path / "x.tsv"])
    assert [(pair.gold[0].src, pair.predicted[0].src) for pair in pairs] == [((1,), (2,)), ((2,), (0,))]
    with pytest.raises(MalformedAlignment, match="2 gold files, but 1 predicted"):
        pair_documents(["a", "b"], ["a"])
    with pytest.raises(MalformedAlignment, match="one side only"):
        pair_documents(tmp_path / "a.txt", [tmp_path / "b.txt"])


def test_nothing_there(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(MissingInput, match="holds no alignment"):
        pair_documents(tmp_path / "empty", tmp_path / "empty")
    with pytest.raises(MissingInput, match="nowhere"):
        pair_documents(tmp_path / "nowhere", tmp_path / "empty")


def test_links_back_up_end(tmp_path):
    gold = tree(tmp_path / "g", a__b_txt=marked(1))
    (gold / "a" / "up").symlink_to(gold, target_is_directory=True)
    assert paired(gold, gold) == {"a/b": (1, 1)}
