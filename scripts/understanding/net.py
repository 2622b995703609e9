"""The network that reads a turn: two layers over the states of question and answer, in torch, and its ONNX export."""

from pathlib import Path
from typing import cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import Tensor, nn

from models.understanding.types import AskedKind, CallerAct, SpanKind
from scripts.embedding_net import KEPT, WIDTH, Graph, Layer, load_base

LAYERS = 2
"""Layers above the kept ones; they begin as the published ones."""
ACTS = len(CallerAct)
OUTPUTS = ACTS + 1
"""An output an act, and one for a clear yes."""
TAGS = 1 + 2 * len(SpanKind)
"""Outside; beginning and inside of each kind of span."""


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
        self.hidden = nn.Linear(2 * WIDTH, WIDTH)
        self.act = nn.Linear(WIDTH, OUTPUTS)
        self.tag = nn.Linear(WIDTH, TAGS)
        self.dropout = nn.Dropout(0.15)

    def forward(self, kind: Tensor, states: Tensor, side: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of acts [n, acts + 1] and of tags [n, t, tags].

        Args:
            kind: int64 [n], kind of question.
            states: [n, t, 384]: of the question, then of the answer, then padding.
            side: int64 [n, t], 0 in the question and 1 in the answer.
            mask: bool [n, t], False in padding.
        """
        first = self.kind(kind)[:, None]
        states = torch.cat([first, states + self.side(side)], dim=1)
        padded = ~nn.functional.pad(mask, (1, 0), value=True)
        bias = torch.zeros(padded.shape).masked_fill(padded, -1e4)
        for layer in self.layers:
            states = layer(states, bias[:, None, None, :])
        said = ((side == 1) & mask)[..., None].float()
        words = states[:, 1:]
        mean = (words * said).sum(1) / said.sum(1)
        pooled = torch.tanh(self.hidden(self.dropout(torch.cat([states[:, 0], mean], dim=1))))
        return self.act(self.dropout(pooled)), self.tag(self.dropout(words))


def export(net: ReadingNet, scale: NDArray[np.float32], bias: NDArray[np.float32], path: Path) -> None:
    """Write the network: layers in whole numbers, heads in floating point, calibration inside.

    Args:
        net: Trained.
        scale: float32 [acts + 1], what a logit is multiplied by.
        bias: float32 [acts + 1], what is added then.
        path: Of the ONNX file: ``kind`` int64 [1], ``asked`` float32 [1, q, 384] and ``said`` float32 [1, t, 384] to
            ``acts`` float32 [1, acts + 1] and ``tags`` float32 [1, t, tags], both probabilities.
    """
    graph = Graph()
    side = net.side.weight.detach().numpy()
    graph.constant("kinds", net.kind.weight.detach().numpy())
    graph.constant("side.asked", side[0])
    graph.constant("side.said", side[1])
    row = graph.node("Gather", ["kinds", "kind"], "kind.row")
    kind = graph.node("Unsqueeze", [row, _whole(graph, "at1", [1])], "kind.state")
    parts = [kind, graph.node("Add", ["asked", "side.asked"], "a"), graph.node("Add", ["said", "side.said"], "s")]
    states = graph.node("Concat", parts, "all", axis=1)
    for index, layer in enumerate(net.layers):
        states = graph.layer(f"layer{index}", cast(Layer, layer), states)
    length = graph.node("Shape", ["asked"], "q", start=1, end=2)
    begins = graph.node("Add", [_whole(graph, "one", [1]), length], "begin")
    words = graph.node("Slice", [states, begins, _whole(graph, "end", [2**31]), _whole(graph, "axis", [1])], "words")
    mean = graph.node("ReduceMean", [words], "mean", axes=[1], keepdims=0)
    begin = graph.node("Gather", [states, _whole(graph, "zeroth", [0])], "first.state", axis=1)
    first = graph.node("ReduceMean", [begin], "first", axes=[1], keepdims=0)
    both = graph.node("Concat", [first, mean], "both", axis=1)
    hidden = graph.node("Tanh", [_linear(graph, "hidden", net.hidden, both)], "pooled")
    logits = _linear(graph, "act", net.act, hidden)
    scaled = graph.node("Mul", [logits, graph.constant("scale", scale)], "scaled")
    graph.node("Sigmoid", [graph.node("Add", [scaled, graph.constant("bias", bias)], "shifted")], "acts")
    times = graph.node("MatMul", [words, _weight(graph, "tag", net.tag)], "tag.times")
    tags = graph.node("Add", [times, "tag.bias"], "tag")
    graph.node("Softmax", [tags], "tags", axis=-1)
    _save(graph, path)


def _whole(graph: Graph, name: str, values: list[int]) -> str:
    return graph.constant(name, np.asarray(values, np.int64))


def _weight(graph: Graph, name: str, linear: nn.Linear) -> str:
    graph.constant(f"{name}.bias", linear.bias.detach().numpy())
    return graph.constant(f"{name}.weight", linear.weight.detach().numpy().T)


def _linear(graph: Graph, name: str, linear: nn.Linear, values: str) -> str:
    weight = _weight(graph, name, linear)
    return graph.node("Gemm", [values, weight, f"{name}.bias"], name)


def _save(graph: Graph, path: Path) -> None:
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
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    onnx.save(helper.make_model(made, opset_imports=versions, ir_version=8), path)
