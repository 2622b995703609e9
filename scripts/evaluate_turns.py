"""Measures end-of-turn detection: ``python -m scripts.evaluate_turns --data ../shared/data --json OUT``.

Two measures. *By definition*: as eot-bench has it, every method gives a probability at every pause, a policy of
threshold, action delay and timeout is swept, and the false cut-off rate on holds of 0.2 to 5 s is traded against the
mean wait on true ends. *By the product*: the turn-taking machine itself runs over the recordings, evidence coming a
given delay after it was asked for; what is reported is what a caller would get. The trained model is judged on speakers
it has not seen (``--shipped`` judges the weights as they are, for data they were not trained on).
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich import print

from interactions.vocabulary import EndRule
from languages import DEFAULT, load
from models.speech_detection import SileroDetector
from models.turn_evidence import TurnCues, TurnEvidence, cue_vector
from scripts.train_turns import area_under_curve, cues_of, gather, out_of_fold
from scripts.turn_engines import transcriber, turn_judge
from scripts.turn_pauses import Pause, Turn, frames_of, turns
from voice.listening.policy import wait_for
from voice.listening.turns import TurnTaker
from voice.listening.types import Decision, EagerEnd, Evidence, TurnEnded

SHORTEST_HOLD_MS = 200
_LANGUAGE = load(DEFAULT)
_DELAYS = np.arange(100, 1050, 50)
_TIMEOUTS = np.array([600, 800, 1000, 1250, 1500, 2000, 2500])


def sweep(scores: NDArray[np.float64], ends: NDArray[np.bool_], lengths: NDArray[np.float64]) -> dict[str, float]:
    """Cut-off rate at mean waits of 300 and 600 ms, and mean wait at 5 % and 10 % cut-offs, over all policies.

    A policy acts ``delay`` ms into a pause whose score reaches the threshold and ``timeout`` ms into any other.
    """
    holds = ~ends & (lengths >= SHORTEST_HOLD_MS)
    points = []
    for threshold in np.unique(np.quantile(scores, np.linspace(0, 1, 41))):
        high_end, high_hold = scores[ends] >= threshold, scores[holds] >= threshold
        for delay in _DELAYS:
            for timeout in _TIMEOUTS[delay <= _TIMEOUTS]:
                cut = np.mean(lengths[holds] > np.where(high_hold, delay, timeout))
                points.append((float(np.mean(np.where(high_end, delay, timeout))), float(cut)))
    traded = np.array(points)

    def cut_at(wait_ms: float) -> float:
        return float(traded[traded[:, 0] <= wait_ms, 1].min())

    def wait_at(cut: float) -> float:
        reached = traded[traded[:, 1] <= cut, 0]
        return float(reached.min()) if reached.size else float("nan")

    return {
        "auc": round(area_under_curve(scores[ends], scores[holds]), 3),
        "cutoff_at_300_ms": round(cut_at(300), 3),
        "cutoff_at_600_ms": round(cut_at(600), 3),
        "ms_at_5_percent": wait_at(0.05),
        "ms_at_10_percent": wait_at(0.10),
        "ends": int(ends.sum()),
        "holds": int(holds.sum()),
    }


def with_expectation(pause: Pause, completion: float) -> float:
    """What the evidence is worth once it is known what was asked: the policy's wait, as a score from 0 to 1."""
    evidence = Evidence(span=0, text=pause.text, confidence=pause.confidence, turn_probability=pause.turn_probability)
    wait = wait_for(evidence, pause.expectation, _LANGUAGE, completion=completion)
    if wait.rule is EndRule.ANSWER_COMPLETE:
        return 1.0 + completion
    if wait.silence_ms >= 800:
        return completion - 1.0
    return completion


class _Known:
    """Completion by the turn's text and length, as it was judged out of fold."""

    def __init__(self, found: list[Pause], guesses: NDArray[np.float64]):
        self._known = {(p.text, p.at_ms - p.start_ms): float(g) for p, g in zip(found, guesses, strict=True)}

    def complete(self, cues: TurnCues) -> float:
        """The judgement of the nearest pause with the same words."""
        near = [(abs(ms - cues.speech_ms), guess) for (text, ms), guess in self._known.items() if text == cues.text]
        return min(near)[1] if near else 0.5


def play(turn: Turn, found: list[Pause], completion: Any, detector: SileroDetector, *, delay_ms: int) -> list[Decision]:
    """Run the machine over one turn; each span is answered ``delay_ms`` after it was asked."""
    taker = TurnTaker(_LANGUAGE, completion=completion)
    taker.expect(turn.expectation)
    due: list[tuple[int, Evidence]] = []
    told: list[Decision] = []
    for frame in frames_of(turn.audio, detector):
        decisions: list[Decision] = []
        for item in [d for d in due if d[0] <= frame.start_ms]:
            due.remove(item)
            decisions += taker.evidence(item[1])
        decisions += taker.frame(frame)
        for decision in decisions:
            if isinstance(decision, EagerEnd):
                due.append((frame.end_ms + delay_ms, _evidence(decision, found)))
        told += decisions
    return told


def _evidence(eager: EagerEnd, found: list[Pause]) -> Evidence:
    near = min(found, key=lambda p: abs(p.at_ms - eager.end_ms))
    if abs(near.at_ms - eager.end_ms) > 60:
        return Evidence(span=eager.span, text=None)
    return Evidence(
        span=eager.span,
        text=near.text,
        confidence=near.confidence,
        turn_probability=near.turn_probability,
        prosody=near.fall,
    )


def product(
    played: list[Turn], found: list[Pause], completion: Any, *, delay_ms: int, reply_ms: int
) -> dict[str, dict[str, float]]:
    """Cut-offs and waits of the machine itself, by source of the recordings.

    Args:
        played: The turns.
        found: Their pauses with evidence.
        completion: The completion model.
        delay_ms: From the asking of a span to its evidence.
        reply_ms: From the decision to the first sample at the ear; a caller who goes on before that is not cut off.
    """
    detector = SileroDetector()
    by_turn: dict[str, list[Pause]] = {}
    for pause in found:
        by_turn.setdefault(pause.turn, []).append(pause)
    rows: dict[str, list[tuple[bool, bool, float]]] = {}
    for turn in played:
        known = by_turn.get(turn.name)
        if not known:
            continue
        ended = [d for d in play(turn, known, completion, detector, delay_ms=delay_ms) if isinstance(d, TurnEnded)]
        last = max(p.at_ms for p in known)
        cut = any(_talked_over(d.decided_ms, reply_ms, known, last) for d in ended)
        final = [d.decided_ms - last for d in ended if d.decided_ms >= last]
        source = turn.name.split("@")[0] if turn.name.startswith("calls") else turn.name.split("/")[0]
        rows.setdefault(source, []).append((cut, turn.end_counts, float(final[0]) if final else float("nan")))
    return {source: _summary(row, found, source) for source, row in sorted(rows.items())}


def _talked_over(decided_ms: int, reply_ms: int, known: list[Pause], last: int) -> bool:
    """Whether a reply decided on then begins before the speaker, who is not done, is heard again."""
    if decided_ms >= last:
        return False
    goes_on = [p.at_ms + p.length_ms for p in known if p.at_ms <= decided_ms]
    return not goes_on or max(goes_on) > decided_ms + reply_ms


def _summary(rows: list[tuple[bool, bool, float]], found: list[Pause], source: str) -> dict[str, float]:
    waits = np.array([wait for _, counts, wait in rows if counts and np.isfinite(wait)])
    holds = [p for p in found if p.turn.startswith(source) and not p.is_end and p.length_ms >= SHORTEST_HOLD_MS]
    return {
        "turns": len(rows),
        "holds": len(holds),
        "turns_cut": sum(cut for cut, _, _ in rows),
        "wait_p50_ms": float(np.median(waits)) if waits.size else float("nan"),
        "wait_p95_ms": float(np.quantile(waits, 0.95)) if waits.size else float("nan"),
    }


def main(
    data: Annotated[Path, typer.Option(help="Folder with speech/.")] = Path("../shared/data"),
    cache: Annotated[Path | None, typer.Option(help="Pauses kept by an earlier run.")] = None,
    shipped: Annotated[bool, typer.Option(help="Judge the shipped weights, on data they have not seen.")] = False,
    delay_ms: Annotated[int, typer.Option(help="From an eager end to its evidence, ms.")] = 100,
    reply_ms: Annotated[int, typer.Option(help="From the decision to the ear, ms.")] = 100,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the numbers there.")] = None,
) -> None:
    """Print both measures, for the product, Smart Turn alone and a silence timer."""
    found = gather(data, transcriber(), turn_judge(), cache)
    shipped_model = TurnEvidence(_LANGUAGE.turns)
    cues = cues_of(found)
    if shipped:
        guesses = np.array([shipped_model.complete(cue) for cue in cues])
    else:
        inputs = np.array([cue_vector(cue, shipped_model.words_log_odds(cue.text), _LANGUAGE.turns) for cue in cues])
        guesses = out_of_fold(found, inputs)
    ends = np.array([p.is_end for p in found])
    lengths = np.array([float(p.length_ms) for p in found])
    methods: dict[str, Callable[[Pause, float], float]] = {
        "silence timer": lambda pause, guess: 0.0,
        "Smart Turn alone": lambda pause, guess: pause.turn_probability,
        "turn evidence": lambda pause, guess: guess,
        "turn evidence and what was asked": with_expectation,
    }
    result: dict[str, Any] = {"by_definition": {}}
    sources = {"calls": ("calls",), "answers": ("prompts", "digits", "letters"), "readers": ("readers",)}
    for name, prefixes in {**sources, "calls and answers": ("calls", "prompts", "digits", "letters")}.items():
        chosen = np.array([p.turn.startswith(prefixes) for p in found])
        if not (ends & chosen).any():
            continue
        for method, score in methods.items():
            scores = np.array([score(p, g) for p, g in zip(found, guesses, strict=True)])
            row = sweep(scores[chosen], ends[chosen], lengths[chosen])
            result["by_definition"].setdefault(name, {})[method] = row
            print(f"{name:18s} {method:34s}", row)
    completion = shipped_model if shipped else _Known(found, guesses)
    result["product"] = product(list(turns(data)), found, completion, delay_ms=delay_ms, reply_ms=reply_ms)
    for source, row in result["product"].items():
        print(f"product {source:28s}", row)
    if json_out:
        json_out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    typer.run(main)
