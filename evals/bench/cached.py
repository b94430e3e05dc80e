"""An embedder that embeds each passage once, for benchmarks that index one set in several ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.embedder import Embedder, Encoded, TokenEmbedder, Vectors
from index.token_vectors import Tokens

_Made = tuple[Vectors, Tokens | None]  # one passage's vector and, where they were wanted, its tokens


class CachedEmbedder:
    """Passages are kept in memory (their vectors, and 100 bytes a token); queries are embedded anew each
    time, since it is their time that is measured."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[str, _Made] = {}
        self.name = embedder.name
        self.dim = embedder.dim
        self.fingerprint = embedder.fingerprint
        self.has_tokens = isinstance(embedder, TokenEmbedder) and embedder.has_tokens

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.encode_queries(texts)

    def query_tokens(self, texts: Sequence[str]) -> Encoded:
        return self._tokened.query_tokens(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self._add(
            [text for text in texts if text not in self._kept],
            lambda new: Encoded(self._embedder.encode_passages(new), None),
        )
        return self._vectors(texts)

    def passage_tokens(self, texts: Sequence[str]) -> Encoded:
        wanting = [text for text in texts if text not in self._kept or self._kept[text][1] is None]
        self._add(wanting, self._tokened.passage_tokens)
        tokens = [made for text in texts if (made := self._kept[text][1]) is not None]
        return Encoded(self._vectors(texts), tokens if len(tokens) == len(texts) else None)

    @property
    def _tokened(self) -> TokenEmbedder:
        if not isinstance(self._embedder, TokenEmbedder):
            raise TypeError("the embedder gives no token vectors")
        return self._embedder

    def _add(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Encoded]) -> None:
        new = list(dict.fromkeys(texts))
        if not new:
            return
        made = encode(new)
        tokens: Sequence[Tokens | None] = made.tokens or [None] * len(new)
        self._kept |= {
            text: (vector, own) for text, vector, own in zip(new, made.sentences, tokens, strict=True)
        }

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        return np.stack([self._kept[text][0] for text in texts])
