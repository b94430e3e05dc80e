"""From texts to vectors: one protocol, two engines.

The bundled model runs under ONNX Runtime (imported in 0.2 s, where sentence-transformers takes
5 to 8), in int8 where the processor can; any other model, and the bundled one by setting, runs under
sentence-transformers.
"""

from __future__ import annotations

import json
import logging
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StateError
from index.bundled_model import MAX_TOKENS, NAME, PROMPTS, WEIGHTS, bundled_model, fingerprint
from index.onnx_engine import TEXTS_A_BATCH, Engine, Output, open_engine
from index.projection import Projection, projection
from index.settings import IndexSettings
from index.token_vectors import Spans, Tokens, quantised

log = logging.getLogger(__name__)

TEXTS_A_BATCH_GPU = 256

Vectors: TypeAlias = NDArray[np.float32]  # (n, dim), rows of unit length


class Embedder(Protocol):
    """Makes vectors of unit length; their dot product is the cosine similarity."""

    @property
    def name(self) -> str: ...

    @property
    def dim(self) -> int: ...

    @property
    def fingerprint(self) -> str:
        """Identity of the model: vectors of different fingerprints are never compared."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as vectors of unit length (n, dim) and, from a model that gives them, as tokens."""

    sentences: Vectors
    tokens: list[Tokens] | None

    def __len__(self) -> int:
        return len(self.sentences)

    def __getitem__(self, part: slice) -> Encoded:
        return Encoded(self.sentences[part], None if self.tokens is None else self.tokens[part])


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An embedder that also gives the vectors of the tokens, from the same pass, if `has_tokens`."""

    @property
    def has_tokens(self) -> bool: ...

    def query_tokens(self, texts: Sequence[str]) -> Encoded: ...

    def passage_tokens(self, texts: Sequence[str]) -> Encoded: ...


class OnnxEmbedder:
    """The bundled model under ONNX Runtime.

    The word vectors are read row by row from the safetensors file, so only those in use are ever
    in memory. Vectors of both precisions may meet (`docs/decisions/0011`): the fingerprint is one.
    """

    name = NAME
    has_tokens = True

    def __init__(self, folder: Path, precision: Literal["auto", "fp32", "int8"] = "auto") -> None:
        from tokenizers import Tokenizer

        self.fingerprint = fingerprint(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._engine: Engine = open_engine(folder, precision)
        tensors = _safetensors(folder / WEIGHTS)
        self._words = tensors("embeddings.word_embeddings.weight")
        types = tensors("embeddings.token_type_embeddings.weight")
        self._positions = np.asarray(tensors("embeddings.position_embeddings.weight")) + types[0]
        self.dim = int(self._words.shape[1])

    @property
    def precision(self) -> Literal["fp32", "int8"]:
        return self._engine.precision

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode([PROMPTS["query"] + _encodable(text) for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode([PROMPTS["passage"] + _encodable(text) for text in texts])

    def query_tokens(self, texts: Sequence[str]) -> Encoded:
        return self._with_tokens(texts, PROMPTS["query"])

    def passage_tokens(self, texts: Sequence[str]) -> Encoded:
        return self._with_tokens(texts, PROMPTS["passage"])

    def _encode(self, texts: list[str]) -> Vectors:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        vectors = np.empty((len(texts), self.dim), np.float32)
        for batch, (sentences,) in self._run(tokens, ["sentence"]):
            vectors[batch] = sentences
        return vectors

    def _with_tokens(self, texts: Sequence[str], prompt: str) -> Encoded:
        prompted = [prompt + _encodable(text) for text in texts]
        read = self._tokenizer.encode_batch(prompted)
        vectors = np.empty((len(texts), self.dim), np.float32)
        found: list[Tokens | None] = [None] * len(texts)
        ids = [encoding.ids for encoding in read]
        for batch, (sentences, tokens) in self._run(ids, ["sentence", "tokens"]):
            vectors[batch] = sentences
            for place, i in enumerate(batch):
                spans = np.array(read[i].offsets, np.int32).reshape(-1, 2)
                found[i] = _telling(tokens[place, : len(spans)], spans, prompted[i], len(prompt))
        return Encoded(vectors, [tokens for tokens in found if tokens is not None])

    def _run(
        self, tokens: list[list[int]], outputs: list[Output]
    ) -> Iterator[tuple[list[int], list[Vectors]]]:
        return self._engine.run(tokens, self._words.__getitem__, self._positions, outputs)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model by name or folder, with the prompts its config states.

    It runs on the GPU where torch sees one (in larger batches), else on the processor. The bundled model
    does so only with `ZHIXUN_EMBEDDING_BACKEND=torch`. Nothing is fetched: a name is looked for among the
    models downloaded before.

    Raises:
        StateError: the model cannot be loaded, or files of it are missing.
    """

    def __init__(
        self, model: str, fingerprint: str | None = None, projection: Projection | None = None
    ) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model, local_files_only=True)
        except Exception as error:  # those of safetensors, json and the modules share no base class
            raise StateError("index.model_unusable", model=model, reason=error) from error
        if missing := _missing_part(Path(model), self._model):
            raise StateError("index.model_incomplete", model=model, missing=missing)
        self._texts_a_batch = TEXTS_A_BATCH if self._model.device.type == "cpu" else TEXTS_A_BATCH_GPU
        self.name = Path(model).name
        self._projection = projection
        self.has_tokens = bool(getattr(self._model.tokenizer, "is_fast", False))
        dim = self._model.get_embedding_dimension()
        if dim is None:
            dim = self._model.encode("a").shape[0]
        self.dim = int(dim)
        prompts = {name: prompt for name, prompt in self._model.prompts.items() if prompt}
        self._query_prompt = prompts.get("query")
        names = ("passage", "document", "corpus")
        self._passage_prompt = next((prompts[name] for name in names if name in prompts), None)
        self.fingerprint = fingerprint or _weights_fingerprint(self._model)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._normalised(self._model.encode_query, texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._normalised(self._model.encode_document, texts, self._passage_prompt)

    def query_tokens(self, texts: Sequence[str]) -> Encoded:
        return self._with_tokens(texts, self._query_prompt)

    def passage_tokens(self, texts: Sequence[str]) -> Encoded:
        return self._with_tokens(texts, self._passage_prompt)

    def _with_tokens(self, texts: Sequence[str], prompt: str | None) -> Encoded:
        """Tokens as the model gives them: only the bundled one has a projection of its own."""
        prompted = [(prompt or "") + _encodable(text) for text in texts]
        if not prompted or not self.has_tokens:
            return Encoded(self._normalised(self._model.encode, prompted, None), None)
        rows = self._model.encode(
            prompted, batch_size=self._texts_a_batch, output_value=None, show_progress_bar=False
        )
        read = self._model.tokenizer(prompted, return_offsets_mapping=True, truncation=True)
        found = []
        for row, offsets, text in zip(rows, read["offset_mapping"], prompted, strict=True):
            spans = np.array(offsets, np.int32).reshape(-1, 2)
            vectors = np.asarray(row["token_embeddings"].float().cpu())[: len(spans)]
            if self._projection is not None:
                vectors = vectors @ self._projection
            found.append(_telling(vectors, spans, text, len(prompt or "")))
        sentences = np.stack([np.asarray(row["sentence_embedding"].float().cpu()) for row in rows])
        return Encoded(sentences / np.linalg.norm(sentences, axis=1, keepdims=True), found)

    def _normalised(self, encode: Callable[..., Any], texts: Sequence[str], prompt: str | None) -> Vectors:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        vectors = encode(  # sorts by length by itself
            [_encodable(text) for text in texts],
            prompt=prompt,
            batch_size=self._texts_a_batch,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32)


def open_embedder(models: Path, settings: IndexSettings | None = None) -> Embedder:
    """The embedder that the settings name; the bundled model is unpacked under `models` if need be.

    Raises:
        StateError: the model cannot be found, unpacked or loaded.
    """
    settings = settings or IndexSettings()
    precision = settings.embedding_precision
    if precision == "int8" and (settings.embedding_model or settings.embedding_backend == "torch"):
        raise StateError("index.int8_only_bundled")
    if settings.embedding_model:
        return SentenceTransformerEmbedder(settings.embedding_model)
    folder = bundled_model(models)
    if settings.embedding_backend != "torch":
        try:
            return OnnxEmbedder(folder, precision)
        except StateError:
            raise
        except Exception as error:  # ONNX Runtime's errors share no base class
            if settings.embedding_backend == "onnx":
                raise StateError("index.onnx_unusable", reason=error) from error
            log.warning("ONNX Runtime cannot run the bundled model (%s): using sentence-transformers.", error)
    return SentenceTransformerEmbedder(str(folder), fingerprint(folder), projection())


def _telling(vectors: NDArray[np.float32], spans: Spans, text: str, prompt: int) -> Tokens:
    """The tokens that hold a letter or figure of the text after its prompt."""
    kept = [
        i
        for i, (start, end) in enumerate(spans.tolist())
        if end > start and end > prompt and re.search(r"\w", text[max(start, prompt) : end])
    ]
    return Tokens(quantised(vectors[kept]), spans[kept] - np.int32(prompt))


def _encodable(text: str) -> str:
    """Half of a surrogate pair, as broken input carries, would stop a tokenizer."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _safetensors(path: Path) -> Callable[[str], NDArray[np.float32]]:
    """Reads tensors as memory maps: rows come from the disk when they are asked for."""
    with path.open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))

    def tensor(name: str) -> NDArray[np.float32]:
        entry = header[name]
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, expected F32")
        start = 8 + size + entry["data_offsets"][0]
        return np.memmap(path, np.float32, "r", start, tuple(entry["shape"]))

    return tensor


def _missing_part(folder: Path, model: Any) -> str | None:
    """What an incomplete model folder lacks that sentence-transformers replaces by a guess: the vocabulary
    (every word would be unknown) or the list of modules (the pooling would be another)."""
    if not (folder / "modules.json").exists() and any(folder.glob("*_Pooling")):
        return "modules.json"
    words = getattr(model.tokenizer, "vocab_size", None)
    inputs = getattr(getattr(model[0], "auto_model", None), "get_input_embeddings", None)
    rows = getattr(inputs(), "num_embeddings", 0) if inputs else 0
    return "tokenizer.json" if isinstance(words, int) and words < rows / 2 else None


def _weights_fingerprint(model: Any) -> str:
    """A digest over the beginning of every parameter: any retrained model differs."""
    import hashlib

    digest = hashlib.sha256(json.dumps(model.prompts, sort_keys=True).encode())
    for name, value in sorted(model.state_dict().items()):
        sample = value.flatten()[:16].float().cpu().numpy()
        digest.update(f"{name}{tuple(value.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()[:12]
