"""Reads what a caller does with a turn: a question and an answer in, probabilities of acts and values out."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.registry import locate
from models.sentence_embedding import SentenceEmbedder, shared_embedder
from models.understanding.text import asked_text, said_text
from models.understanding.types import HALF, Asked, AskedKind, CallerAct, Reading, Span, SpanKind

_KINDS = {kind: number for number, kind in enumerate(AskedKind)}
_SPAN_KINDS = tuple(SpanKind)
_QUESTIONS_KEPT = 256
THRESHOLDS = "thresholds"
"""Entry of the network's metadata: JSON, the probability from which each output is claimed, by name."""
CLEAR_YES = "clear_yes"
"""Name of the output that is no act."""
READ_LANGUAGES = frozenset({"en"})
"""Codes of the languages that the weights have learnt."""


class TurnReader:
    """Readings on one thread; safe to share between threads."""

    def __init__(self, embedder: SentenceEmbedder, network: onnxruntime.InferenceSession) -> None:
        """Join the lower layers that the sentence embedding computes with what reads them.

        Args:
            embedder: Any embedder; only its shared lower layers are used.
            network: The two layers above, with their heads.
        """
        self._embedder, self._network = embedder, network
        told: dict[str, float] = json.loads(network.get_modelmeta().custom_metadata_map.get(THRESHOLDS, "{}"))
        self._clear_from = told.pop(CLEAR_YES, HALF)
        self._thresholds = {CallerAct(name): at_least for name, at_least in told.items()}
        self._asked_states = lru_cache(maxsize=_QUESTIONS_KEPT)(self._states)

    def read(self, turns: Sequence[tuple[Asked, str]]) -> list[Reading]:
        """Read turns, one after the other: activations become whole numbers on the scale of their own turn.

        Args:
            turns: What was asked and what was said. Only the last 220 characters of a question and the first 600 of a
                turn count, and of these the first 128 word pieces.

        Returns:
            A reading a turn; the other turns make no difference to it. A turn without words does nothing.
        """
        return [self._read(asked, said) if said.strip() else _NOTHING for asked, said in turns]

    def _read(self, asked: Asked, said: str) -> Reading:
        question, _ = self._asked_states(asked_text(asked))
        answer, offsets = self._states(said_text(said))
        given = {"kind": np.asarray([_KINDS[asked.kind]], np.int64), "asked": question, "said": answer}
        acts, tags = self._network.run(["acts", "tags"], given)
        *probabilities, clear = (float(p) for p in acts[0])
        return Reading(
            probabilities=dict(zip(CallerAct, probabilities, strict=True)),
            clear_yes=clear,
            thresholds=self._thresholds,
            clear_from=self._clear_from,
            spans=spans_of(tags[0], offsets, said),
        )

    def _states(self, text: str) -> tuple[NDArray[np.float32], tuple[tuple[int, int], ...]]:
        states, offsets = self._embedder.states(text)
        return states, tuple(offsets)


def spans_of(tags: NDArray[np.float32], offsets: Sequence[tuple[int, int]], said: str) -> tuple[Span, ...]:
    """Values of a turn from tag probabilities: the pieces of a word decide together.

    Args:
        tags: float32 [t, 5]: outside, then beginning and inside of each kind of span.
        offsets: First character and one past the last of each word piece; empty for the marks at both ends.
        said: What was said.
    """
    found: list[Span] = []
    before: SpanKind | None = None
    for pieces in _words(offsets, said):
        outside, *inside = tags[pieces].sum(0)
        of_kind = [inside[2 * k] + inside[2 * k + 1] for k in range(len(_SPAN_KINDS))]
        best = int(np.argmax(of_kind))
        if of_kind[best] <= outside:
            before = None
            continue
        kind, columns = _SPAN_KINDS[best], tags[pieces, 1 + 2 * best : 3 + 2 * best]
        certain = float(columns.max(1).min())
        start, end = offsets[pieces[0]][0], offsets[pieces[-1]][1]
        if before is kind and columns[0, 1] > columns[0, 0]:
            start, certain = found[-1].start, min(found.pop().probability, certain)
        found.append(Span(kind=kind, start=start, end=end, probability=certain))
        before = kind
    return tuple(found)


def _words(offsets: Sequence[tuple[int, int]], said: str) -> Iterator[list[int]]:
    """The pieces of each word, without the marks around it: pieces that touch are one word."""
    word: list[int] = []
    for index, (start, end) in enumerate([*offsets, (len(said) + 1, len(said) + 2)]):
        if word and start > offsets[word[-1]][1]:
            while word and not any(map(str.isalnum, said[slice(*offsets[word[-1]])])):
                word.pop()
            if word:
                yield word
            word = []
        if start < end and (word or any(map(str.isalnum, said[start:end]))):
            word.append(index)


_NOTHING = Reading(probabilities=dict.fromkeys(CallerAct, 0.0), clear_yes=0.0)


@lru_cache(maxsize=1)
def shared_reader() -> TurnReader:
    """The process's one reader, loaded at first use.

    Raises:
        ModelError: ``model_missing`` or ``model_hash_mismatch``, as `models.registry.locate` does.
    """
    return open_reader(locate("understanding"))


def open_reader(path: Path) -> TurnReader:
    """A reader with the network of a file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    network = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return TurnReader(shared_embedder(), network)
