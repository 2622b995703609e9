"""The sentence embedding in torch (all-MiniLM-L6-v2), and its export to an ONNX file of whole numbers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER, WORDS, POSITIONS, LAYERS = 384, 12, 1536, 30522, 512, 6
KEPT = 3
"""Lower layers that training leaves as they are, so that both vectors share them."""
_LONGEST_TOKENS = 128
_EPSILON = 1e-12
_LARGEST = 63
"""Weights take 7 bits: processors without VNNI would overflow on 8."""
_MICROSOFT = "com.microsoft"
_Signature = tuple[str, int, list[int | str]]
"""Name, element type and shape of an input or output."""


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, _EPSILON)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, _EPSILON)
        self.dropout = nn.Dropout(0.1)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """States [n, t, 384] and what is added to the attention [n, 1, 1, t]; returns states."""
        n, t, _ = states.shape
        query, key, value = self.qkv(states).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        states = self.norm1(states + self.dropout(self.out(mixed.transpose(1, 2).reshape(n, t, WIDTH))))
        return self.norm2(states + self.dropout(self.down(functional.gelu(self.up(states)))))


class EmbeddingNet(nn.Module):
    """Word pieces to the states of the last layer; `pooled` makes a sentence vector of them."""

    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(WORDS, WIDTH)
        self.position = nn.Embedding(POSITIONS, WIDTH)
        self.segment = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, _EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """States [n, t, 384] after the layers that are kept, from word pieces [n, t] and their mask."""
        states = self.norm(self.word(ids) + self.position.weight[: ids.shape[1]] + self.segment.weight[0])
        return self._through(self.layers[:KEPT], states, mask)

    def upper(self, states: Tensor, mask: Tensor) -> Tensor:
        """States after the layers that are trained."""
        return self._through(self.layers[KEPT:], states, mask)

    @staticmethod
    def _through(layers: nn.ModuleList, states: Tensor, mask: Tensor) -> Tensor:
        bias = torch.zeros(mask.shape, dtype=states.dtype).masked_fill(mask == 0, -1e4)[:, None, None, :]
        for layer in layers:
            states = layer(states, bias.to(states.dtype))
        return states


def pooled(states: Tensor, mask: Tensor) -> Tensor:
    """Mean of the states [n, t, 384] over the mask [n, t], of length 1."""
    weight = mask[..., None].float()
    return functional.normalize((states.float() * weight).sum(1) / weight.sum(1), dim=1)


def load_base(path: Path) -> EmbeddingNet:
    """The published network, from its ``model.safetensors``."""
    stored = {name.removeprefix("bert."): value.float() for name, value in load_file(path).items()}
    names = {"word": "word_embeddings", "position": "position_embeddings", "segment": "token_type_embeddings"}
    state = {f"{ours}.weight": stored[f"embeddings.{theirs}.weight"] for ours, theirs in names.items()}
    state |= {f"norm.{kind}": stored[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")}
    parts = {
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for layer in range(LAYERS):
        theirs = f"encoder.layer.{layer}"
        for kind in ("weight", "bias"):
            attention = [stored[f"{theirs}.attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            state[f"layers.{layer}.qkv.{kind}"] = torch.cat(attention)
            state |= {f"layers.{layer}.{o}.{kind}": stored[f"{theirs}.{t}.{kind}"] for o, t in parts.items()}
    net = EmbeddingNet()
    net.load_state_dict(state)
    return net.eval()


class Graph:
    """Collects the nodes and constants of an ONNX graph; each method returns the name of what it gives."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """A named array."""
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, *more: str, domain: str = "", **attributes: Any) -> str:
        """An operator with its main output and perhaps more."""
        self.nodes.append(helper.make_node(kind, inputs, [output, *more], output, domain=domain, **attributes))
        return output

    def whole(self, name: str, weight: Tensor) -> tuple[str, str, str]:
        """A linear layer's weight [outputs, inputs] as int8 [inputs, outputs], with a scale and a zero an output."""
        values = weight.detach().numpy().T
        scale = np.abs(values).max(axis=0) / _LARGEST
        return (
            self.constant(f"{name}.whole", np.round(values / scale).astype(np.int8)),
            self.constant(f"{name}.scale", scale.astype(np.float32)),
            self.constant(f"{name}.zero", np.zeros(values.shape[1], np.int8)),
        )

    def embedding(self, net: EmbeddingNet) -> str:
        """Word pieces ``ids`` [1, t] to states: rows of whole numbers times a scale each, places added."""
        words = net.word.weight.detach().numpy()
        scale = np.abs(words).max(axis=1, keepdims=True) / 127
        self.constant("word.whole", np.round(words / scale).astype(np.int8))
        self.constant("word.scale", scale.astype(np.float32))
        places = (net.position.weight[:_LONGEST_TOKENS] + net.segment.weight[0]).detach().numpy()
        self.constant("place", places)
        self.constant("first", np.zeros(1, np.int64))
        self.node("Cast", [self.node("Gather", ["word.whole", "ids"], "word.rows")], "word.real", to=TensorProto.FLOAT)
        self.node("Gather", ["word.scale", "ids"], "word.scales")
        self.node("Mul", ["word.real", "word.scales"], "word")
        self.node("Slice", ["place", "first", self.node("Shape", ["ids"], "count", start=1, end=2), "first"], "places")
        self.node("Add", ["word", "places"], "placed")
        norm = [self.constant(f"norm.{k}", getattr(net.norm, k).detach().numpy()) for k in ("weight", "bias")]
        return self.node("LayerNormalization", ["placed", *norm], "states.0", epsilon=_EPSILON)

    def layer(self, name: str, layer: Layer, states: str) -> str:
        """One layer, with the operators that ONNX Runtime computes in whole numbers."""
        self.node("DynamicQuantizeLinear", [states], f"{name}.in", f"{name}.in.scale", f"{name}.in.zero")
        whole, scale, zero = self.whole(f"{name}.qkv", layer.qkv.weight)
        bias = self.constant(f"{name}.qkv.bias", layer.qkv.bias.detach().numpy())
        inputs = [f"{name}.in", whole, bias, f"{name}.in.scale", scale, "", f"{name}.in.zero", zero]
        mixed = self.node("QAttention", inputs, f"{name}.mixed", domain=_MICROSOFT, num_heads=HEADS)
        return self.after_attention(name, layer, states, mixed)

    def after_attention(self, name: str, layer: Layer, states: str, mixed: str) -> str:
        """What a layer makes of its states and of what its heads mixed."""
        states = self._add(name + ".norm1", layer.norm1, states, self._linear(name + ".out", layer.out, mixed))
        wide = self.node("Gelu", [self._linear(name + ".up", layer.up, states)], f"{name}.wide", domain=_MICROSOFT)
        return self._add(name + ".norm2", layer.norm2, states, self._linear(name + ".down", layer.down, wide))

    def _linear(self, name: str, linear: nn.Linear, values: str) -> str:
        bias = self.constant(f"{name}.bias", linear.bias.detach().numpy())
        inputs = [values, *self.whole(name, linear.weight), bias]
        return self.node("DynamicQuantizeMatMul", inputs, name, domain=_MICROSOFT)

    def _add(self, name: str, norm: nn.LayerNorm, states: str, change: str) -> str:
        weights = [self.constant(f"{name}.{k}", getattr(norm, k).detach().numpy()) for k in ("weight", "bias")]
        return self.node(
            "SkipLayerNormalization", [states, change, *weights], name, domain=_MICROSOFT, epsilon=_EPSILON
        )

    def save(self, path: Path, given: _Signature, made: _Signature) -> None:
        """Write the graph with one input and one output."""
        inputs, outputs = ([helper.make_tensor_value_info(*one)] for one in (given, made))
        graph = helper.make_graph(self.nodes, path.stem, inputs, outputs, list(self.constants.values()))
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
        onnx.save(helper.make_model(graph, opset_imports=versions, ir_version=8), path)


def export_lower(net: EmbeddingNet, path: Path) -> None:
    """Write the layers that are kept: ``ids`` int64 [1, t] to ``states`` float32 [1, t, 384]."""
    graph = Graph()
    states = graph.embedding(net)
    for index, layer in enumerate(cast(Iterable[Layer], net.layers[:KEPT])):
        states = graph.layer(f"layer{index}", layer, states)
    graph.node("Identity", [states], "states")
    graph.save(path, ("ids", TensorProto.INT64, [1, "tokens"]), ("states", TensorProto.FLOAT, [1, "tokens", WIDTH]))


def export_upper(net: EmbeddingNet, path: Path) -> None:
    """Write the layers above: ``states`` to ``vector`` float32 [1, 384], the mean over the word pieces, of length 1."""
    graph = Graph()
    states = "states"
    for index, layer in enumerate(cast(Iterable[Layer], net.layers[KEPT:])):
        states = graph.layer(f"layer{index}", layer, states)
    mean = graph.node("ReduceMean", [states], "mean", axes=[1], keepdims=0)
    graph.node("LpNormalization", [mean], "vector", axis=1, p=2)
    graph.save(path, ("states", TensorProto.FLOAT, [1, "tokens", WIDTH]), ("vector", TensorProto.FLOAT, [1, WIDTH]))
