"""Token vectors: made with the sentence's, kept by row, compared word by word."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corpus.model import Role, Visibility
from index.embedder import Embedder, OnnxEmbedder, SentenceTransformerEmbedder
from index.library import Library
from index.matching import matched
from index.projection import DIRECTIONS, fit, projection
from index.rows import Row
from index.token_vectors import FILE, Tokens, TokenStore, quantised, similarities

DAY = date(2026, 11, 22)
PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL


def _tokens(*vectors: list[float], spans: list[tuple[int, int]] | None = None) -> Tokens:
    places = spans or [(i, i + 1) for i in range(len(vectors))]
    return Tokens(quantised(np.array(vectors, np.float32)), np.array(places, np.int32))


def test_cosines_survive_the_quantisation() -> None:
    rng = np.random.default_rng(7)
    raw = rng.normal(size=(40, DIRECTIONS)).astype(np.float32) * rng.uniform(0.1, 30, (40, 1)).astype(
        np.float32
    )
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    tokens = _tokens(*raw.tolist())
    assert np.abs(similarities(tokens, tokens) - unit @ unit.T).max() < 0.02


def test_a_piece_is_matched_by_its_own_words_alone() -> None:
    question = _tokens([1, 0], [0, 1])
    row = Row("d:0", "d", "题", "", "甲乙。丙丁。")
    tokens = _tokens([1, 0], [0, 1], [0.6, 0.8], spans=[(-1, 0), (0, 2), (3, 5)])
    match = matched(question, [row], {"d:0": tokens})
    assert match is not None
    assert match.whole == pytest.approx([1.0, 1.0], abs=0.01)
    assert match.within("丙丁。") == pytest.approx([0.6, 0.8], abs=0.02)
    assert match.within("甲乙。") == pytest.approx([0.0, 1.0], abs=0.02)
    assert match.within("不在其中") == pytest.approx(match.whole)
    assert matched(question, [row], {}) is None


def test_the_store_keeps_public_and_internal_apart(tmp_path: Path) -> None:
    store = TokenStore(tmp_path, "m-1")
    store.add(PUBLIC, "d", ["d:0", "d:1"], [_tokens([1, 0]), _tokens([0, 1], [1, 0])])
    store.add(INTERNAL, "e", ["e:0"], [_tokens([1, 1])])
    assert set(store.get(PUBLIC, ["d:0", "d:1", "e:0"])) == {"d:0", "d:1"}
    assert store.get(PUBLIC, ["d:1"])["d:1"].vectors.shape == (2, 2)
    store.delete(PUBLIC, ["d"])
    assert (store.count(PUBLIC), store.count(INTERNAL)) == (0, 1)
    other = TokenStore(tmp_path, "m-2")
    other.add(PUBLIC, "d", ["d:0"], [_tokens([1, 0])])
    other.clear()
    assert other.count(PUBLIC) == 0
    store.close()
    other.close()


def test_the_projection_leaves_the_common_direction_out() -> None:
    assert projection().shape == (384, DIRECTIONS)
    rng = np.random.default_rng(3)
    common = np.zeros(200, np.float32)
    common[0] = 10.0
    made = fit([(rng.normal(size=(500, 200)) + common).astype(np.float32)])
    assert made.shape == (200, DIRECTIONS)
    assert np.abs(made[0]).max() < 0.2  # none of the directions is the one that all share


@pytest.mark.slow
def test_both_engines_give_the_same_tokens(models_dir: Path) -> None:
    """In the precision of the other engine; what int8 changes is for test_embedder.py."""
    folder = models_dir / "multilingual-e5-small"
    embedder = OnnxEmbedder(folder, "fp32")
    texts = ["对中小企业贷款按年利率2%给予贴息。", "第十条　企业更名的，应当报告。"]
    fast = embedder.passage_tokens(texts)
    torch = SentenceTransformerEmbedder(str(folder), projection=projection()).passage_tokens(texts)
    assert fast.tokens is not None and torch.tokens is not None
    assert np.allclose(fast.sentences, torch.sentences, atol=1e-3)
    assert np.allclose(fast.sentences, embedder.encode_passages(texts), atol=1e-5)
    for text, ours, theirs in zip(texts, fast.tokens, torch.tokens, strict=True):
        assert ours.spans.tolist() == theirs.spans.tolist()
        assert np.diag(similarities(ours, theirs)).min() > 0.98
        assert "".join(text[a:z] for a, z in ours.spans).count("企业") == 1


@pytest.mark.slow
def test_a_question_is_matched_where_its_words_stand(library: Library, source: Path) -> None:
    list(library.ingest([source]))
    question = "租用算力能给多少补贴"
    found = library.search(question, as_of=DAY, k=9)
    matches = library.match(question, found)
    fit_of = {item.title: float(matches[item.clause_id].whole.mean()) for item in reversed(found)}
    assert max(fit_of, key=lambda title: fit_of[title]) == "算力券管理办法"
    assert library.match("？？", found) == {}


@pytest.mark.slow
def test_lost_tokens_are_made_anew(zhixun_home: Path, source: Path, embedder: Embedder) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
        found = library.search("算力", as_of=DAY)
        before = library.match("算力", found)
        library._index.tokens.clear()
        again = library.match("算力", found)
        assert again.keys() == before.keys() and before
        for clause_id, match in before.items():
            assert again[clause_id].whole == pytest.approx(match.whole, abs=0.02)
    (zhixun_home / FILE).unlink()
    with Library.open(zhixun_home, embedder=embedder) as library:  # rebuilt from the record
        assert library._index.tokens.count(PUBLIC) == library._index.vectors.count(PUBLIC) > 0


@pytest.mark.slow
def test_tokens_go_with_their_document(library: Library, source: Path) -> None:
    results = list(library.ingest([source], visibility=INTERNAL))
    tokens = library._index.tokens
    assert tokens.count(INTERNAL) > 0 == tokens.count(PUBLIC)
    found = library.search("算力", as_of=DAY, role=Role.OFFICIAL)
    assert library.match("算力", found)
    list(library.ingest([source], visibility=PUBLIC))
    assert tokens.count(PUBLIC) > 0 == tokens.count(INTERNAL)
    for result in results:
        if result.doc_id:
            library.remove(result.doc_id)
    assert tokens.count(PUBLIC) == 0
