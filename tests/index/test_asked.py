from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.asked import Asked
from index.bundled_model import bundled_model
from index.embedder import Encoded, OnnxEmbedder, Vectors


class _Counting(OnnxEmbedder):
    """The bundled model, counting its passes."""

    passes = 0

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.passes += 1
        return super().encode_queries(texts)

    def query_tokens(self, texts: Sequence[str]) -> Encoded:
        self.passes += 1
        return super().query_tokens(texts)


QUESTION = "专精特新中小企业认定要满足哪些条件？"


def test_one_pass_gives_the_vector_and_the_tokens(models_dir: Path) -> None:
    embedder = _Counting(bundled_model(models_dir))
    asked = Asked(QUESTION, embedder)
    vector, tokens = asked.vector(with_tokens=True), asked.tokens
    assert embedder.passes == 1
    assert tokens is not None and len(tokens.spans)
    assert np.array_equal(vector, embedder.encode_queries([QUESTION])[0])


def test_a_first_stage_alone_makes_no_tokens(models_dir: Path) -> None:
    embedder = _Counting(bundled_model(models_dir))
    asked = Asked(QUESTION, embedder)
    before = asked.vector(with_tokens=False)
    assert embedder.passes == 1
    assert asked.tokens is not None  # wanted later after all
    assert asked.vector(with_tokens=True) is before
    assert not before.flags.writeable
