"""A question as the model sees it, encoded once however often a turn searches it."""

from __future__ import annotations

from index.embedder import Embedder, TokenEmbedder, Vectors
from index.token_vectors import Tokens


class Asked:
    """A question's vector and its tokens, each made when it is first wanted.

    One pass through the model gives both, so that a search with a second stage encodes only once.
    """

    def __init__(self, query: str, embedder: Embedder) -> None:
        self._query = query
        self._embedder = embedder
        self._vector: Vectors | None = None
        self._tokens: Tokens | None = None
        self._has_tokens = False

    def vector(self, with_tokens: bool) -> Vectors:
        """The vector of the whole question (dim), read-only; `with_tokens`: they will be wanted too."""
        if self._vector is None and with_tokens:
            self._encode_whole()
        if self._vector is None:
            self._vector = _shared(self._embedder.encode_queries([self._query])[0])
        return self._vector

    @property
    def tokens(self) -> Tokens | None:
        """The question's tokens; None where the model gives none."""
        if not self._has_tokens:
            self._encode_whole()
        return self._tokens

    def _encode_whole(self) -> None:
        self._has_tokens = True
        if not isinstance(self._embedder, TokenEmbedder):
            return
        found = self._embedder.query_tokens([self._query])
        self._tokens = found.tokens[0] if found.tokens else None
        if self._vector is None:
            self._vector = _shared(found.sentences[0])


def _shared(vector: Vectors) -> Vectors:
    vector.setflags(write=False)
    return vector
