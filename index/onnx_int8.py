"""Builds the ONNX graph of the bundled encoder with int8 products, for processors that multiply bytes.

Plain dynamic quantisation cost 4 points of hit@1: one scale for a whole batch of activations, in a
model whose few outlier channels are 20 times the rest. Here every token has a scale of its own, so
that a vector depends on no other text; the outlier channels of what LayerNorm gives are made smaller
and the weights that meet them larger (SmoothQuant, Xiao et al. 2022; `index/int8_peaks.npy`); weights
are int8 with a scale a column. LayerNorm, softmax, GELU and sums stay in float32.

All texts of a batch have the same number of tokens: there is no mask and no padding, which is what
lets ONNX Runtime take its flash attention.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.e5_file import Floats, Geometry
from index.onnx_graph import Graph, Weights

PEAKS_FILE = Path(__file__).with_name("int8_peaks.npy")

Peaks: TypeAlias = NDArray[np.float32]  # (layers, 2, hidden): into attention, into the wide layer
_Array: TypeAlias = NDArray[np.floating[Any]]

_STEPS = 127.0
_PROBE_WIDTH = 64
# GELU gives nothing below -0.17: of the 255 steps 32 lie below zero, which reach it with a step of
# 0.0054 or more.
_GELU_ZERO, _GELU_STEPS, _GELU_LEAST = 32, 223.0, 0.0054


def peaks() -> Peaks:
    """The largest absolute value of each channel over the sources of the sample library."""
    found: Peaks = np.load(PEAKS_FILE).astype(np.float32)
    return found


def write_int8_encoder(
    path: Path, geometry: Geometry, weights: Weights, projection: Floats, channel_peaks: Peaks
) -> None:
    """Writes the graph to `path`.

    Input: `embeddings` float32 (n, length, hidden), no padding. Outputs as of `write_encoder`.
    """
    encoder = _Encoder(geometry, weights, channel_peaks)
    encoder.build(projection)
    width = geometry.hidden_size
    encoder.graph.save(
        path,
        "encoder-int8",
        {"embeddings": (np.float32, ["n", "length", width])},
        {
            "sentence": (np.float32, ["n", width]),
            "tokens": (np.float32, ["n", "length", projection.shape[1]]),
        },
    )


def write_probe(path: Path, weight: int = 127) -> None:
    """Writes the product of bytes by which `index.onnx_engine` tells whether int8 is sound here."""
    graph = Graph()
    weights = graph.constant("weights", np.full((_PROBE_WIDTH, 16), weight, np.int8))
    graph.add("MatMulInteger", ["bytes", weights], "sums")
    graph.save(path, "probe", {"bytes": (np.uint8, ["n", _PROBE_WIDTH])}, {"sums": (np.int32, ["n", 16])})


class _Encoder:
    def __init__(self, geometry: Geometry, weights: Weights, channel_peaks: Peaks) -> None:
        self.graph = Graph()
        self._geometry = geometry
        self._weights = weights
        self._peaks = channel_peaks
        constant = self.graph.constant
        self._one = constant("one", np.array(1, np.float32))
        self._step = constant("step", np.array(1 / _STEPS, np.float32))
        self._least = constant("least", np.array(1e-12, np.float32))
        self._zero = constant("zero", np.array(128, np.uint8))
        self._gelu_step = constant("gelu_step", np.array(1 / _GELU_STEPS, np.float32))
        self._gelu_least = constant("gelu_least", np.array(_GELU_LEAST, np.float32))
        self._gelu_zero = constant("gelu_zero", np.array(_GELU_ZERO, np.uint8))
        self._thirds = constant("thirds", np.array([geometry.hidden_size] * 3, np.int64))

    def build(self, projection: Floats) -> None:
        graph = self.graph
        hidden = self._layer_norm("embeddings", "embeddings", "embedded", self._output_bias(0))
        for layer in range(self._geometry.layers):
            hidden = self._layer(layer, hidden)
        tokens = graph.constant("axis_tokens", np.array([1], np.int64))
        total = graph.add("ReduceSum", [hidden, tokens], "total", keepdims=0)
        graph.add("LpNormalization", [total], "sentence", axis=-1, p=2)
        graph.add("MatMul", [hidden, graph.constant("projection", projection)], "tokens")

    def _layer(self, layer: int, hidden: str) -> str:
        """`hidden` carries the bias of this layer's attention output already (`_layer_norm`)."""
        graph, source, name = self.graph, f"encoder.layer.{layer}", f"l{layer}"
        parts = [f"{source}.attention.self.{part}" for part in ("query", "key", "value")]
        matrix = np.concatenate([self._weights(part + ".weight") for part in parts]).T
        bias = np.concatenate([self._weights(part + ".bias") for part in parts])
        carried = self._output_bias(layer)
        qkv = self._smooth_product(hidden, matrix, self._peaks[layer, 0], f"{name}.qkv")
        remaining = graph.constant(f"{name}.qkv_bias", bias - carried @ matrix)
        qkv = graph.add("Add", [qkv, remaining], f"{name}.qkv_b")
        split = [f"{name}.query", f"{name}.key", f"{name}.value"]
        graph.add_many("Split", [qkv, self._thirds], split, axis=-1)
        attended = graph.add(
            "MultiHeadAttention", split, f"{name}.attended", fused=True, num_heads=self._geometry.heads
        )
        dense = self._weights(f"{source}.attention.output.dense.weight").T
        projected = self._product(attended, dense, f"{name}.projected")
        carried = self._weights(f"{source}.output.dense.bias")
        total = graph.add("Add", [projected, hidden], f"{name}.a_sum")
        attention = self._layer_norm(total, f"{source}.attention.output", f"{name}.a", carried)

        matrix = self._weights(f"{source}.intermediate.dense.weight").T
        bias = self._weights(f"{source}.intermediate.dense.bias") - carried @ matrix
        wide = self._smooth_product(attention, matrix, self._peaks[layer, 1], f"{name}.wide")
        wide = graph.add("Add", [wide, graph.constant(f"{name}.wide_bias", bias)], f"{name}.wide_b")
        gelu = graph.add("Gelu", [wide], f"{name}.gelu", fused=True)
        narrow = self._gelu_product(gelu, self._weights(f"{source}.output.dense.weight").T, f"{name}.narrow")
        total = graph.add("Add", [narrow, attention], f"{name}.b_sum")
        return self._layer_norm(total, f"{source}.output", f"{name}.b", self._output_bias(layer + 1))

    def _output_bias(self, layer: int) -> _Array:
        if layer == self._geometry.layers:
            return np.zeros(self._geometry.hidden_size, np.float32)
        return self._weights(f"encoder.layer.{layer}.attention.output.dense.bias")

    def _layer_norm(self, value: str, source: str, name: str, carried: _Array) -> str:
        """LayerNorm whose result carries the bias that the next residual sum would add; the product
        in between takes it out of its own bias. Exact, and saves a pass."""
        gamma = self.graph.constant(f"{name}.gamma", self._weights(f"{source}.LayerNorm.weight"))
        beta = self.graph.constant(f"{name}.beta", self._weights(f"{source}.LayerNorm.bias") + carried)
        return self.graph.add(
            "LayerNormalization", [value, gamma, beta], name, epsilon=self._geometry.epsilon, axis=-1
        )

    def _smooth_product(self, value: str, matrix: _Array, peak: _Array, name: str) -> str:
        """The product with activations and weights drawn together, channel by channel."""
        by = np.sqrt(np.maximum(peak, 1e-4) / np.maximum(np.abs(matrix).max(1), 1e-6))
        by /= np.exp(np.log(by).mean())
        inverse = self.graph.constant(f"{name}.smooth", (1 / by).astype(np.float32))
        smooth = self.graph.add("Mul", [value, inverse], f"{name}.smoothed")
        return self._product(smooth, matrix * by[:, None], name)

    def _product(self, value: str, matrix: _Array, name: str) -> str:
        add = self.graph.add
        absolute = add("Abs", [value], f"{name}.abs")
        peak = add("ReduceMax", [absolute], f"{name}.peak", keepdims=1, axes=[-1])
        peak = add("Max", [peak, self._least], f"{name}.peak_least")
        scale = add("Mul", [peak, self._step], f"{name}.scale")
        return self._quantised_product(value, scale, self._zero, matrix, name)

    def _gelu_product(self, value: str, matrix: _Array, name: str) -> str:
        add = self.graph.add
        peak = add("ReduceMax", [value], f"{name}.peak", keepdims=1, axes=[-1])
        step = add("Mul", [peak, self._gelu_step], f"{name}.step")
        scale = add("Max", [step, self._gelu_least], f"{name}.scale")
        return self._quantised_product(value, scale, self._gelu_zero, matrix, name)

    def _quantised_product(self, value: str, scale: str, zero: str, matrix: _Array, name: str) -> str:
        add, constant = self.graph.add, self.graph.constant
        column = np.maximum(np.abs(matrix).max(0) / _STEPS, 1e-12)
        weights = constant(f"{name}.weight", np.round(matrix / column).astype(np.int8))
        columns = constant(f"{name}.columns", column.astype(np.float32))
        steps = add("Div", [value, scale], f"{name}.steps")
        bytes_ = add("QuantizeLinear", [steps, self._one, zero], f"{name}.bytes")
        product = add(
            "MatMulIntegerToFloat", [bytes_, weights, self._one, columns, zero], f"{name}.product", fused=True
        )
        return add("Mul", [product, scale], name)


def main() -> None:
    """Finds the peaks anew: `python -m index.onnx_int8 corpus/samples/sources`."""
    import torch
    from sentence_transformers import SentenceTransformer

    from corpus.settings import CorpusSettings
    from index.bundled_model import bundled_model

    parser = argparse.ArgumentParser(description="Finds the peaks of the channels that int8 smooths.")
    parser.add_argument("folder", type=Path)
    texts = [path.read_text("utf-8") for path in sorted(parser.parse_args().folder.glob("*.md"))]
    passages = [piece for text in texts for piece in text.splitlines() if len(piece) > 20]
    model = SentenceTransformer(str(bundled_model(CorpusSettings().home / "models")))
    encoder = model[0].auto_model.encoder.layer
    found = torch.zeros(len(encoder), 2, model[0].auto_model.config.hidden_size)

    def watch(layer: int, place: int, bias: torch.Tensor) -> Any:
        def seen(_: Any, inputs: tuple[torch.Tensor, ...]) -> None:
            peak = (inputs[0] + bias).abs().flatten(0, -2).max(0).values
            found[layer, place] = torch.maximum(found[layer, place], peak)

        return seen

    for number, layer in enumerate(encoder):
        layer.attention.self.query.register_forward_pre_hook(
            watch(number, 0, layer.attention.output.dense.bias)
        )
        layer.intermediate.dense.register_forward_pre_hook(watch(number, 1, layer.output.dense.bias))
    # One by one: padding is no text.
    for prompt in ("query", "passage"):
        model.encode(passages, prompt_name=prompt, batch_size=1, show_progress_bar=False)
    np.save(PEAKS_FILE, found.numpy().astype(np.float16))
    print(f"{PEAKS_FILE.name}: {tuple(found.shape)} from {len(passages)} passages")


if __name__ == "__main__":
    main()
