"""ONNX Runtime over the graphs of the bundled encoder: float32 everywhere, int8 where it is sound."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StateError
from index.bundled_model import ENCODER, ENCODER_INT8, PROBE_INT8

Floats: TypeAlias = NDArray[np.float32]
Embed: TypeAlias = Callable[[list[int]], Floats]  # token ids -> word vectors, no positions
Output: TypeAlias = Literal["sentence", "tokens"]

TEXTS_A_BATCH = 32
TOKENS_A_BATCH = 2048  # padded tokens: bounds memory, and keeps a batch within the caches
TOKENS_A_BATCH_INT8 = 512  # the cache of one core


class Engine(Protocol):
    """Runs texts, as token ids, through the encoder."""

    precision: ClassVar[Literal["fp32", "int8"]]

    def run(
        self, texts: Sequence[list[int]], embed: Embed, positions: Floats, outputs: Sequence[Output]
    ) -> Iterator[tuple[list[int], list[Floats]]]:
        """Batch by batch, in no promised order: the places of its texts, and the outputs for them."""
        ...


class Fp32Engine:
    """Texts of like length in a batch, padded; ONNX Runtime spreads each product over the cores."""

    precision: ClassVar[Literal["fp32", "int8"]] = "fp32"

    def __init__(self, folder: Path) -> None:
        self._session = _session(folder / ENCODER, threads=0)

    def run(
        self, texts: Sequence[list[int]], embed: Embed, positions: Floats, outputs: Sequence[Output]
    ) -> Iterator[tuple[list[int], list[Floats]]]:
        for batch in padded_batches([len(ids) for ids in texts]):
            length = max(len(texts[i]) for i in batch)
            inputs = np.zeros((len(batch), length, positions.shape[1]), np.float32)
            mask = np.zeros((len(batch), length), np.int32)
            for row, i in enumerate(batch):
                inputs[row, : len(texts[i])] = embed(texts[i])
                mask[row, : len(texts[i])] = 1
            inputs += positions[:length]
            yield batch, self._session.run(list(outputs), {"embeddings": inputs, "mask": mask})


class Int8Engine:
    """Texts of one length in a batch, so that there is no padding; each core works on its own batch.

    A text's vector does not depend on what else is encoded: every token has a scale of its own.
    """

    precision: ClassVar[Literal["fp32", "int8"]] = "int8"

    def __init__(self, folder: Path) -> None:
        self._session = _session(folder / ENCODER_INT8, threads=1)
        self._workers = cores()

    def run(
        self, texts: Sequence[list[int]], embed: Embed, positions: Floats, outputs: Sequence[Output]
    ) -> Iterator[tuple[list[int], list[Floats]]]:
        def one(batch: list[int]) -> tuple[list[int], list[Floats]]:
            length = len(texts[batch[0]])
            inputs = np.stack([embed(texts[i]) for i in batch]) + positions[:length]
            return batch, self._session.run(list(outputs), {"embeddings": inputs})

        batches = equal_batches([len(ids) for ids in texts])
        if min(len(batches), self._workers) <= 1:
            yield from map(one, batches)
            return
        with ThreadPoolExecutor(self._workers, "embed") as pool:
            yield from pool.map(one, batches)


def open_engine(folder: Path, precision: Literal["auto", "fp32", "int8"]) -> Engine:
    """The engine of that precision.

    Raises:
        StateError: as `chosen_precision`.
        Exception: ONNX Runtime cannot load the graph (its errors share no base class).
    """
    return Int8Engine(folder) if chosen_precision(folder, precision) == "int8" else Fp32Engine(folder)


def chosen_precision(folder: Path, precision: Literal["auto", "fp32", "int8"]) -> Literal["fp32", "int8"]:
    """What a setting comes to here; `auto`: int8 where the processor computes it exactly.

    Raises:
        StateError: int8 is asked for by name, and this processor or folder cannot do it.
    """
    if precision != "fp32" and int8_is_sound(folder):
        return "int8"
    if precision == "int8":
        raise StateError("index.int8_unusable")
    return "fp32"


def int8_is_sound(folder: Path) -> bool:
    """Whether the int8 graph is there and this processor multiplies bytes exactly."""
    return (folder / ENCODER_INT8).is_file() and products_are_exact(folder / PROBE_INT8)


def products_are_exact(probe: Path) -> bool:
    """Whether the largest bytes, multiplied, come out right; False without the probe's graph.

    x86 processors without VNNI add pairs of products in 16 bits, which overflow: fast, and wrong for
    large weights. Rather than names of processors, a product that would overflow is computed.
    """
    if not probe.is_file():
        return False
    session = _session(probe, threads=1)
    width = session.get_inputs()[0].shape[1]
    (found,) = session.run(None, {"bytes": np.full((4, width), 255, np.uint8)})
    return bool((found == 255 * 127 * width).all())


def cores() -> int:
    """Processor cores that this process may use; `OMP_NUM_THREADS` lowers it, as it does for torch."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    said = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(found, int(said))) if said.isdecimal() else found


def padded_batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indexes in batches of like length, the longest first (so that memory peaks at once)."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        batch = batches[-1] if batches else []
        full = len(batch) >= TEXTS_A_BATCH or (
            batch and lengths[batch[0]] * (len(batch) + 1) > TOKENS_A_BATCH
        )
        if not batches or full:
            batches.append([index])
        else:
            batch.append(index)
    return batches


def equal_batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indexes in batches of one length each, the longest first."""
    batches: list[list[int]] = []
    for length, group in groupby(sorted(range(len(lengths)), key=lambda i: -lengths[i]), lengths.__getitem__):
        same, size = list(group), max(1, TOKENS_A_BATCH_INT8 // length)
        batches += [same[at : at + size] for at in range(0, len(same), size)]
    return batches


def _session(path: Path, threads: int) -> Any:
    """`threads` 0: as many as there are cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # The graphs are written with fused operators already.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
