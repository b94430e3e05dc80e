"""A cross-encoder by setting: it orders the first units, and changes nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.errors import StateError
from corpus.model import Validity, Visibility
from index.crossencoder import CrossEncoder
from index.embedder import Embedder
from index.library import Library
from index.settings import IndexSettings
from index.types import Evidence

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 22)
LETTERS = "企业租用算力按合同金额给予补贴稳岗返还贷款贴息设备更新，。"


def made(folder: Path, outputs: int = 1) -> Path:
    """A tiny BERT with weights of chance, in the layout of a downloaded cross-encoder."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = {word: number for number, word in enumerate([*special, *dict.fromkeys(LETTERS)])}
    tokenizer = BertTokenizerFast(vocab=words)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=256,
        num_labels=outputs,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def unit(number: int, text: str) -> Evidence:
    state, place = Validity.IN_FORCE, Visibility.PUBLIC
    return Evidence(f"d:{number}", "d", None, (), text, None, "题", None, None, state, place, 1 - number / 10)


def test_the_first_units_are_put_in_the_models_order(tmp_path: Path) -> None:
    judge = CrossEncoder(str(made(tmp_path / "m")), 3)
    texts = ["稳岗返还", "租用算力给予补贴", "贷款贴息", "设备更新", "算力补贴"]
    before = [unit(number, text) for number, text in enumerate(texts)]
    after = judge.reordered("算力补贴", before)
    values = judge.scores("算力补贴", [f"题\n{text}" for text in texts[:3]])
    assert len(set(values)) == 3
    best_first = sorted(range(3), key=lambda at: -values[at])
    assert [item.text for item in after] == [*(texts[at] for at in best_first), *texts[3:]]
    assert [item.score for item in after] == [item.score for item in before]
    assert judge.scores("算力", []) == []


def test_it_serves_the_search_where_it_is_set(
    zhixun_home: Path, tmp_path: Path, source: Path, embedder: Embedder
) -> None:
    folder = str(made(tmp_path / "m"))
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
        usual = library.search("企业补贴", as_of=DAY, k=4, rerank=True)
    settings = IndexSettings(_env_file=None, reranker=folder)  # type: ignore[call-arg]
    with Library.open(zhixun_home, settings, embedder) as library:
        found = library.search("企业补贴", as_of=DAY, k=4, rerank=True)
        plain = library.search("企业补贴", as_of=DAY, k=4)
    judge = CrossEncoder(folder, 30)
    texts = ["\n".join([item.title, *item.heading_path, item.text]) for item in found]
    values = judge.scores("企业补贴", texts)
    assert values == sorted(values, reverse=True)
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    assert {item.clause_id for item in plain} and len(found) == len(usual)


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_a_model_is_named(tmp_path: Path, name: str) -> None:
    if name == "empty":
        (tmp_path / name).mkdir()
    with pytest.raises(StateError, match=r"ZHIXUN_RERANKER"):
        CrossEncoder(str(tmp_path / name), 30)


def test_a_classifier_is_not_taken_for_a_reranker(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"3 个输出"):
        CrossEncoder(str(made(tmp_path / "m", outputs=3)), 30)
