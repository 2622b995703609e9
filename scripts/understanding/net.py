"""The network that reads a turn, in torch, and its ONNX export.

The words of the answer are its states; the question is looked at by each layer and stays as the lower layers left it,
so that a long question costs little.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import Tensor, nn
from torch.nn import functional

from models.understanding.reader import CLEAR_YES, THRESHOLDS
from models.understanding.types import AskedKind, CallerAct, SpanKind
from scripts.embedding_net import HEADS, KEPT, WIDTH, Graph, Layer, load_base

LAYERS = 3
"""Layers above the kept ones; they begin as the published ones."""
ACTS = len(CallerAct)
OUTPUTS = ACTS + 1
"""An output an act, and one for a clear yes."""
NAMES = (*(act.value for act in CallerAct), CLEAR_YES)
"""Of the outputs."""
TAGS = 1 + 2 * len(SpanKind)
"""Outside; beginning and inside of each kind of span."""
_MICROSOFT = "com.microsoft"


class ReadingNet(nn.Module):
    """States of the lower layers of what was asked and of what was said, to logits of acts and span tags."""

    def __init__(self, base: Path | None = None) -> None:
        super().__init__()
        published = load_base(base).layers if base else None
        kept = published[KEPT : KEPT + LAYERS] if published else (Layer() for _ in range(LAYERS))
        self.layers = nn.ModuleList(kept)
        self.kind = nn.Embedding(len(AskedKind), WIDTH)
        self.side = nn.Embedding(2, WIDTH)
        nn.init.normal_(self.kind.weight, std=0.2)
        nn.init.normal_(self.side.weight, std=0.05)
        self.hidden = nn.Linear(3 * WIDTH, WIDTH)
        self.act = nn.Linear(WIDTH, ACTS)
        self.clear_hidden = nn.Linear(3 * WIDTH, WIDTH)
        self.clear = nn.Linear(WIDTH, 1)
        self.tag = nn.Linear(WIDTH, TAGS)
        self.dropout = nn.Dropout(0.15)

    def forward(
        self, kind: Tensor, asked: Tensor, asked_at: Tensor, said: Tensor, said_at: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Logits of acts and a clear yes [n, acts + 1], and of tags [w, tags].

        Word pieces of all turns lie one after the other, so that nothing is computed for padding, and a question that
        several turns answer lies there once.

        Args:
            kind: int64 [n], kind of question.
            asked: [v, 384], states of the questions.
            asked_at: int64 [n, q], rows of the question that a turn answers; -1 in padding.
            said: [w, 384], states of the answers.
            said_at: int64 [n, t], rows of each answer, in order; -1 in padding.
        """
        n, inside = len(kind), functional.pad(said_at >= 0, (1, 0), value=True)
        question = asked + self.side.weight[0].detach()
        states = torch.cat([self.kind(kind), said + self.side.weight[1]])
        at = torch.cat([torch.arange(n)[:, None], (said_at + n).clamp(min=0)], dim=1)
        first = torch.arange(n) * at.shape[1]
        words = functional.pad(said_at >= 0, (1, 0), value=False).flatten().nonzero()[:, 0]
        padded = ~torch.cat([asked_at >= 0, inside], dim=1)
        bias = torch.zeros(padded.shape).masked_fill(padded, -1e4)[:, None, None, :]
        places = _Places(at, asked_at.clamp(min=0), torch.cat([first, words]), bias)
        for layer in self.layers:
            states = _looked_at(cast(Layer, layer), states, question, places)
        of_words, mask = _rows(states, at)[:, 1:], inside[:, 1:, None]
        mean = (of_words * mask).sum(1) / mask.sum(1)
        most = of_words.masked_fill(~mask, -1e4).amax(1)
        whole = self.dropout(torch.cat([states[:n], mean, most], dim=1))
        acts = self.act(self.dropout(torch.tanh(self.hidden(whole))))
        clear = self.clear(self.dropout(torch.tanh(self.clear_hidden(whole))))
        return torch.cat([acts, clear], dim=1), self.tag(self.dropout(states[n:]))


class _Places(NamedTuple):
    """Where the rows of a batch belong."""

    states: Tensor
    """int64 [n, 1 + t], rows of each turn, its kind of question first."""
    asked: Tensor
    """int64 [n, q], rows of its question."""
    back: Tensor
    """int64 [rows], place of each row among all [n * (1 + t)]."""
    bias: Tensor
    """[n, 1, 1, q + 1 + t], what is added to the attention."""


def _rows(values: Tensor, at: Tensor) -> Tensor:
    return values.index_select(0, at.flatten()).view(*at.shape, -1)


def _looked_at(layer: Layer, states: Tensor, question: Tensor, places: _Places) -> Tensor:
    """A layer of BERT in which states attend to the question too, which has no say itself."""
    n, t = places.states.shape
    query, of_states = layer.qkv(states).split([WIDTH, 2 * WIDTH], dim=1)
    of_question = functional.linear(question, layer.qkv.weight[WIDTH:], layer.qkv.bias[WIDTH:])
    both = torch.cat([_rows(of_question, places.asked), _rows(of_states, places.states)], dim=1)
    key, value = both.view(n, -1, 2, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
    query = _rows(query, places.states).view(n, t, HEADS, WIDTH // HEADS).transpose(1, 2)
    mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=places.bias.to(query.dtype))
    mixed = mixed.transpose(1, 2).reshape(n * t, WIDTH).index_select(0, places.back)
    states = layer.norm1(states + layer.dropout(layer.out(mixed)))
    out: Tensor = layer.norm2(states + layer.dropout(layer.down(functional.gelu(layer.up(states)))))
    return out


def export(
    net: ReadingNet,
    scale: NDArray[np.float32],
    bias: NDArray[np.float32],
    path: Path,
    thresholds: Mapping[str, float] | None = None,
) -> None:
    """Write the network: layers in whole numbers, heads in floating point, calibration and thresholds inside.

    Args:
        net: Trained.
        scale: float32 [acts + 1], what a logit is multiplied by.
        bias: float32 [acts + 1], what is added then.
        path: Of the ONNX file: ``kind`` int64 [1], ``asked`` float32 [1, q, 384] and ``said`` float32 [1, t, 384] to
            ``acts`` float32 [1, acts + 1] and ``tags`` float32 [1, t, tags], both probabilities.
        thresholds: Probability from which each output is claimed, by name; one half where none is given.
    """
    graph = Graph()
    side = net.side.weight.detach().numpy()
    graph.constant("kinds", net.kind.weight.detach().numpy())
    graph.constant("side.asked", side[0])
    graph.constant("side.said", side[1])
    row = graph.node("Gather", ["kinds", "kind"], "kind.row")
    kind = graph.node("Unsqueeze", [row, _whole(graph, "at1", [1])], "kind.state")
    question = graph.node("Add", ["asked", "side.asked"], "question")
    states = graph.node("Concat", [kind, graph.node("Add", ["said", "side.said"], "s")], "states", axis=1)
    for index, layer in enumerate(net.layers):
        states = _layer(graph, f"layer{index}", cast(Layer, layer), states, question)
    one = _whole(graph, "one", [1])
    words = graph.node("Slice", [states, one, _whole(graph, "end", [2**31]), _whole(graph, "axis", [1])], "words")
    mean = graph.node("ReduceMean", [words], "mean", axes=[1], keepdims=0)
    most = graph.node("ReduceMax", [words], "most", axes=[1], keepdims=0)
    begin = graph.node("Gather", [states, _whole(graph, "zeroth", [0])], "first.state", axis=1)
    first = graph.node("ReduceMean", [begin], "first", axes=[1], keepdims=0)
    whole = graph.node("Concat", [first, mean, most], "whole", axis=1)
    acts = _head(graph, "act", net.hidden, net.act, whole)
    clear = _head(graph, "clear", net.clear_hidden, net.clear, whole)
    logits = graph.node("Concat", [acts, clear], "logits", axis=1)
    scaled = graph.node("Mul", [logits, graph.constant("scale", scale)], "scaled")
    graph.node("Sigmoid", [graph.node("Add", [scaled, graph.constant("bias", bias)], "shifted")], "acts")
    times = graph.node("MatMul", [words, _weight(graph, "tag", net.tag)], "tag.times")
    tags = graph.node("Add", [times, "tag.bias"], "tag")
    graph.node("Softmax", [tags], "tags", axis=-1)
    _save(graph, path, thresholds or {})


def _layer(graph: Graph, name: str, layer: Layer, states: str, question: str) -> str:
    """`_looked_at` with the operators that ONNX Runtime computes in whole numbers."""
    weight, bias = layer.qkv.weight, layer.qkv.bias
    query = _times(graph, f"{name}.query", weight[:WIDTH], bias[:WIDTH], states)
    seen = graph.node("Concat", [question, states], f"{name}.seen", axis=1)
    both = _times(graph, f"{name}.seen.kv", weight[WIDTH:], bias[WIDTH:], seen)
    key = graph.node("Split", [both], f"{name}.key", f"{name}.value", axis=2)
    mixed = graph.node(
        "MultiHeadAttention", [query, key, f"{name}.value"], f"{name}.mixed", domain=_MICROSOFT, num_heads=HEADS
    )
    return graph.after_attention(name, layer, states, mixed)


def _times(graph: Graph, name: str, weight: Tensor, bias: Tensor, values: str) -> str:
    """A linear layer in whole numbers."""
    added = graph.constant(f"{name}.bias", bias.detach().numpy())
    return graph.node(
        "DynamicQuantizeMatMul", [values, *graph.whole(name, weight), added], name, domain=_MICROSOFT
    )  # fmt: skip


def _head(graph: Graph, name: str, hidden: nn.Linear, last: nn.Linear, values: str) -> str:
    between = graph.node("Tanh", [_linear(graph, f"{name}.hidden", hidden, values)], f"{name}.pooled")
    return _linear(graph, name, last, between)


def _whole(graph: Graph, name: str, values: list[int]) -> str:
    return graph.constant(name, np.asarray(values, np.int64))


def _weight(graph: Graph, name: str, linear: nn.Linear) -> str:
    graph.constant(f"{name}.bias", linear.bias.detach().numpy())
    return graph.constant(f"{name}.weight", linear.weight.detach().numpy().T)


def _linear(graph: Graph, name: str, linear: nn.Linear, values: str) -> str:
    weight = _weight(graph, name, linear)
    return graph.node("Gemm", [values, weight, f"{name}.bias"], name)


def _save(graph: Graph, path: Path, thresholds: Mapping[str, float]) -> None:
    real, whole = TensorProto.FLOAT, TensorProto.INT64
    inputs = [("kind", whole, [1]), ("asked", real, [1, "q", WIDTH]), ("said", real, [1, "t", WIDTH])]
    outputs = [("acts", real, [1, OUTPUTS]), ("tags", real, [1, "t", TAGS])]
    made = helper.make_graph(
        graph.nodes,
        path.stem,
        [helper.make_tensor_value_info(*one) for one in inputs],
        [helper.make_tensor_value_info(*one) for one in outputs],
        list(graph.constants.values()),
    )
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(made, opset_imports=versions, ir_version=8)
    helper.set_model_props(model, {THRESHOLDS: json.dumps(dict(thresholds), sort_keys=True)})
    onnx.save(model, path)
