from __future__ import annotations

import logging
import re
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import StateError
from index.bundled_model import NAME, _source
from index.e5_file import E5File, Vocabulary
from index.embedder import Embedder, OnnxEmbedder, SentenceTransformerEmbedder, open_embedder
from index.settings import IndexSettings

TEXTS = [
    "中小企业促进法什么时候施行？",
    "第五十三条　国家机关、事业单位和大型企业不得违约拖欠中小企业的货物、工程、服务款项。",
    "ＧＤＰ增长５．５％　全角空格\t制表符\r\n换行  两个空格",
    "苏政办发〔2025〕27号",
    "①②③ ㎡ ﬁ Å 臺灣產業 🚀 é",
    "The quick brown fox",
    "",
    "，",
    "企业" * 700,
]
pytestmark = pytest.mark.slow


def _settings(**values: str) -> IndexSettings:
    return IndexSettings(_env_file=None, **values)  # type: ignore[arg-type, call-arg]


@pytest.fixture(scope="module")
def torch_embedder(models_dir: Path) -> Embedder:
    return open_embedder(models_dir, _settings(embedding_backend="torch"))


def test_both_engines_give_the_same_vectors(embedder: Embedder, torch_embedder: Embedder) -> None:
    assert isinstance(embedder, OnnxEmbedder) and isinstance(torch_embedder, SentenceTransformerEmbedder)
    for name in ("encode_queries", "encode_passages"):
        fast, plain = getattr(embedder, name)(TEXTS), getattr(torch_embedder, name)(TEXTS)
        assert fast.shape == (len(TEXTS), embedder.dim) and fast.dtype == np.float32
        assert (fast * plain).sum(axis=1).min() >= 0.9999
        assert np.linalg.norm(fast, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert embedder.fingerprint == torch_embedder.fingerprint


def test_vectors_do_not_depend_on_what_stands_beside_them(embedder: Embedder) -> None:
    together = embedder.encode_passages(TEXTS)
    alone = np.concatenate([embedder.encode_passages([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.99999


def test_queries_and_passages_have_their_own_prompts(embedder: Embedder) -> None:
    query, passage = embedder.encode_queries(TEXTS[:1]), embedder.encode_passages(TEXTS[:1])
    assert 0.8 < float((query * passage).sum()) < 0.999


def test_the_passage_that_answers_is_nearest(embedder: Embedder) -> None:
    passages = ["注册商标的有效期为十年。", "小型微型企业免征增值税。", "货款应当自交付之日起三十日内支付。"]
    scores = embedder.encode_queries(["商标注册以后能用多久"]) @ embedder.encode_passages(passages).T
    assert int(scores.argmax()) == 0


def test_no_text_gives_no_vector(embedder: Embedder, torch_embedder: Embedder) -> None:
    assert embedder.encode_passages([]).shape == torch_embedder.encode_passages([]).shape == (0, 384)


def _best_segmentation(vocabulary: Vocabulary, text: str) -> list[int]:
    """The likeliest pieces of one text, worked out plainly: what the tokenizer must give."""
    points = [p for c in text for p in vocabulary.normalization.get(ord(c), (ord(c),))]
    joined = re.sub(" {2,}", " ", "".join(map(chr, points)))
    marked = ("" if joined.startswith(" ") else "▁") + joined.replace(" ", "▁")
    ids = {piece: i for i, piece in enumerate(vocabulary.pieces)}
    best: list[tuple[float, list[int]]] = [(0.0, [])]
    unknown = min(vocabulary.scores) - 10
    for end in range(1, len(marked) + 1):
        ways = [(best[end - 1][0] + unknown, [*best[end - 1][1], vocabulary.unk])]
        for start in range(max(0, end - 20), end):
            piece = ids.get(marked[start:end])
            if piece is not None and piece != vocabulary.unk:
                ways.append((best[start][0] + vocabulary.scores[piece], [*best[start][1], piece]))
        best.append(max(ways, key=lambda way: way[0]))
    return [vocabulary.bos, *best[-1][1], vocabulary.eos]


def test_the_tokenizer_segments_as_the_vocabulary_says(models_dir: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(models_dir / NAME / "tokenizer.json"))
    vocabulary = E5File(_source()).vocabulary
    for text in ["query: Ｈｅｌｌｏ　　world", *(f"passage: {text}" for text in TEXTS[:6])]:
        assert tokenizer.encode(text).ids == _best_segmentation(vocabulary, text), text


def test_any_model_folder_may_be_named_and_has_its_own_fingerprint(models_dir: Path, tmp_path: Path) -> None:
    named = open_embedder(tmp_path, _settings(embedding_model=str(models_dir / NAME)))
    assert isinstance(named, SentenceTransformerEmbedder)
    assert named.dim == 384 and len(named.fingerprint) == 12


def test_an_unknown_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="ZHIXUN_EMBEDDING_MODEL"):
        open_embedder(tmp_path, _settings(embedding_model=str(tmp_path / "none")))


def test_without_the_graph_sentence_transformers_takes_over_and_says_so(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("index.embedder.ENCODER", "onnx/none.onnx")
    with caplog.at_level(logging.WARNING, "index"):
        embedder = open_embedder(models_dir, _settings())
    assert isinstance(embedder, SentenceTransformerEmbedder) and "sentence-transformers" in caplog.text
    with pytest.raises(StateError, match="ZHIXUN_EMBEDDING_BACKEND"):
        open_embedder(models_dir, _settings(embedding_backend="onnx"))
