"""Builds the ONNX graph of the bundled encoder: word vectors in, sentence and token vectors out.

The embedding table stays outside (it is read by row from the safetensors file, so a cold start
does not load 384 MB), everything else is inside: embedding LayerNorm, the transformer layers, mean
pooling over the mask and L2 normalisation; and the projection of the token vectors
(`index/projection.py`). The operators are ONNX Runtime's fused ones
(`com.microsoft`), all in float32, so that no graph optimisation is left for load time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from index.e5_file import Floats, Geometry

Tensor: TypeAlias = tuple[type[np.generic], list[str | int]]  # type of the elements and shape
Weights = Callable[[str], Floats]  # a name in BertModel's state dict -> its array


class Graph:
    """Collects nodes and initializers; names are those of the tensors they make."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(
        self, operator: str, inputs: list[str], output: str, fused: bool = False, **attributes: Any
    ) -> str:
        self.add_many(operator, inputs, [output], fused, **attributes)
        return output

    def add_many(
        self, operator: str, inputs: list[str], outputs: list[str], fused: bool = False, **attributes: Any
    ) -> None:
        """A node with several outputs, named by the first."""
        from onnx import helper

        domain = "com.microsoft" if fused else ""
        self.nodes.append(
            helper.make_node(operator, inputs, outputs, name=outputs[0], domain=domain, **attributes)
        )

    def save(self, path: Path, name: str, inputs: dict[str, Tensor], outputs: dict[str, Tensor]) -> None:
        """Writes the model; inputs and outputs by name."""
        import onnx
        from onnx import helper

        def info(tensors: dict[str, Tensor]) -> list[Any]:
            return [
                helper.make_tensor_value_info(tensor, helper.np_dtype_to_tensor_dtype(np.dtype(kind)), shape)
                for tensor, (kind, shape) in tensors.items()
            ]

        made = helper.make_graph(self.nodes, name, info(inputs), info(outputs), self.initializers)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        onnx.save(helper.make_model(made, opset_imports=opsets, ir_version=9), str(path))


def write_encoder(path: Path, geometry: Geometry, weights: Weights, projection: Floats) -> None:
    """Writes the graph to `path`.

    Inputs: `embeddings` float32 (n, length, hidden), the sum of word, position and type vectors;
    `mask` int32 (n, length). Outputs: `sentence` float32 (n, hidden), of unit length; `tokens`
    float32 (n, length, directions), projected and not normalised, padding included. Only the output
    that is asked for is computed.
    """
    graph = Graph()
    hidden = _layer_norm(graph, geometry, weights)
    for layer in range(geometry.layers):
        hidden = _layer(graph, geometry, weights, layer, hidden)
    _pool(graph, hidden)
    graph.add("MatMul", [hidden, graph.constant("projection", projection)], "tokens")
    width = geometry.hidden_size
    graph.save(
        path,
        "encoder",
        {"embeddings": (np.float32, ["n", "length", width]), "mask": (np.int32, ["n", "length"])},
        {
            "sentence": (np.float32, ["n", width]),
            "tokens": (np.float32, ["n", "length", projection.shape[1]]),
        },
    )


def _layer_norm(graph: Graph, geometry: Geometry, weights: Weights) -> str:
    gamma = graph.constant("embeddings.gamma", weights("embeddings.LayerNorm.weight"))
    beta = graph.constant("embeddings.beta", weights("embeddings.LayerNorm.bias"))
    return graph.add(
        "LayerNormalization", ["embeddings", gamma, beta], "embedded", epsilon=geometry.epsilon, axis=-1
    )


def _layer(graph: Graph, geometry: Geometry, weights: Weights, layer: int, hidden: str) -> str:
    source, name = f"encoder.layer.{layer}", f"l{layer}"
    projections = [f"{source}.attention.self.{part}" for part in ("query", "key", "value")]
    qkv = graph.constant(f"{name}.qkv", np.concatenate([weights(p + ".weight") for p in projections]).T)
    qkv_bias = graph.constant(f"{name}.qkv_bias", np.concatenate([weights(p + ".bias") for p in projections]))
    attended = graph.add(
        "Attention", [hidden, qkv, qkv_bias, "mask"], f"{name}.attended", fused=True, num_heads=geometry.heads
    )
    projected = _matmul(graph, weights, attended, f"{source}.attention.output.dense", f"{name}.projected")
    after_attention = _residual(
        graph, geometry, weights, projected, hidden, f"{source}.attention.output", f"{name}.a"
    )
    wide = _matmul(graph, weights, after_attention, f"{source}.intermediate.dense", f"{name}.wide")
    bias = graph.constant(f"{name}.wide_bias", weights(f"{source}.intermediate.dense.bias"))
    activated = graph.add("BiasGelu", [wide, bias], f"{name}.gelu", fused=True)
    narrow = _matmul(graph, weights, activated, f"{source}.output.dense", f"{name}.narrow")
    return _residual(graph, geometry, weights, narrow, after_attention, f"{source}.output", f"{name}.b")


def _matmul(graph: Graph, weights: Weights, value: str, source: str, output: str) -> str:
    matrix = graph.constant(f"{output}.weight", weights(f"{source}.weight").T)
    return graph.add("MatMul", [value, matrix], output)


def _residual(
    graph: Graph, geometry: Geometry, weights: Weights, value: str, skip: str, source: str, output: str
) -> str:
    gamma = graph.constant(f"{output}.gamma", weights(f"{source}.LayerNorm.weight"))
    beta = graph.constant(f"{output}.beta", weights(f"{source}.LayerNorm.bias"))
    bias = graph.constant(f"{output}.bias", weights(f"{source}.dense.bias"))
    inputs = [value, skip, gamma, beta, bias]
    return graph.add("SkipLayerNormalization", inputs, output, fused=True, epsilon=geometry.epsilon)


def _pool(graph: Graph, hidden: str) -> None:
    from onnx import TensorProto

    last = graph.constant("axis_last", np.array([2], np.int64))
    tokens = graph.constant("axis_tokens", np.array([1], np.int64))
    kept = graph.add("Cast", ["mask"], "mask_float", to=TensorProto.FLOAT)
    column = graph.add("Unsqueeze", [kept, last], "mask_column")
    masked = graph.add("Mul", [hidden, column], "masked")
    total = graph.add("ReduceSum", [masked, tokens], "total", keepdims=0)
    # Dividing by the number of tokens would be undone by the normalisation.
    graph.add("LpNormalization", [total], "sentence", axis=-1, p=2)
