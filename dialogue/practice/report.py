"""What many conversations show: rates with their intervals, kinds of failure, and conversations word for word."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dialogue.practice.conversation import Conversation
from dialogue.practice.verdict import Spoken

_Z = 1.96
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of conversations, with its 95 % interval (Wilson's)."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """0 to 1; 0 of none is 0."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end, 0 to 1."""
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.share
        middle = p + _Z * _Z / (2 * n)
        width = _Z * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))
        scale = 1 + _Z * _Z / n
        return max(0.0, (middle - width) / scale), min(1.0, (middle + width) / scale)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{100 * self.share:5.1f} %  ({self.count} of {self.of}; {100 * low:.1f} to {100 * high:.1f} %)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What some conversations show."""

    conversations: int
    solved: Rate
    """Of those that could be solved."""
    wrong_actions: Rate
    needless: Rate
    dead_ends: Rate
    loops: Rate
    unheard: Rate
    """Changes whose outcome was not heard."""
    turns: float
    """Mean turns of the caller."""
    repeated: float
    """Mean sentences of the line that came more than once."""


def report_of(held: Sequence[Conversation]) -> Report:
    """Sum up conversations."""
    verdicts = [each.verdict for each in held]
    solvable = [each for each in verdicts if each.solvable]
    count = len(verdicts)

    def rate(name: str) -> Rate:
        return Rate(count=sum(bool(getattr(each, name)) for each in verdicts), of=count)

    return Report(
        conversations=count,
        solved=Rate(count=sum(each.solved for each in solvable), of=len(solvable)),
        wrong_actions=rate("wrong_actions"),
        needless=rate("needless"),
        dead_ends=rate("dead_end"),
        loops=rate("looped"),
        unheard=rate("unheard"),
        turns=sum(each.turns for each in verdicts) / max(1, count),
        repeated=sum(each.repeated for each in verdicts) / max(1, count),
    )


def kinds_of_failure(held: Sequence[Conversation]) -> list[tuple[str, int, Conversation]]:
    """What fails in which situation: its name, how often, and the shortest conversation in which it does."""
    found: Counter[str] = Counter()
    examples: dict[str, Conversation] = {}
    for each in held:
        for kind in _kinds(each):
            found[kind] += 1
            best = examples.get(kind)
            if best is None or each.verdict.turns < best.verdict.turns:
                examples[kind] = each
    return [(kind, times, examples[kind]) for kind, times in found.most_common()]


def _situation(ended_at: str) -> str:
    """Question and answer without the name of what was asked for: the same on every line."""
    question, _, move = ended_at.partition(" ← ")
    return f"{question.split()[0]} ← {move}" if question else ended_at


def _kinds(each: Conversation) -> list[str]:
    verdict = each.verdict
    kinds: list[str] = []
    if verdict.wrong_actions:
        first = verdict.wrong_actions[0]
        at = first.partition(", at: ")[2]
        kinds.append(f"wrong action: {_situation(at) if at else 'the wrong thing, or too much of it'}")
    if verdict.needless:
        kinds.append(f"needless hand-over: {_situation(each.ended_at)}")
    if verdict.dead_end:
        kinds.append(f"dead end ({verdict.dead_end}): {_situation(each.ended_at)}")
    if verdict.looped:
        kinds.append(f"said three times: {verdict.looped}")
    if verdict.unheard:
        kinds.append(f"outcome not heard: {_situation(each.ended_at)}")
    if verdict.solvable and not verdict.solved and not kinds:
        kinds.append(f"not solved: {', '.join(each.goals)}")
    return kinds


def worst(held: Sequence[Conversation], count: int) -> list[Conversation]:
    """The conversations with the most to mend, worst first."""
    failed = [each for each in held if each.verdict.failed]
    return sorted(failed, key=lambda each: each.verdict.badness, reverse=True)[:count]


def word_for_word(each: Conversation) -> str:
    """A conversation to read."""
    verdict = each.verdict
    told = [
        f"#{each.number} on {each.line}: {each.persona}, wants {' and '.join(each.goals)}",
        f"  habits: {', '.join(each.habits) or 'none'}",
    ]
    told += [f"  WRONG: {wrong}" for wrong in verdict.wrong_actions]
    told += [f"  DEAD END: {verdict.dead_end}"] if verdict.dead_end else []
    told += [f"  SAID THREE TIMES: {verdict.looped}"] if verdict.looped else []
    told += ["  NEEDLESS HAND-OVER"] if verdict.needless else []
    told += ["  OUTCOME NOT HEARD"] if verdict.unheard else []
    told += ["  NOT SOLVED"] if verdict.solvable and not verdict.solved else []
    told += [_line(one) for one in each.spoken]
    return "\n".join(told)


def _plain(each: Conversation) -> dict[str, Any]:
    plain = asdict(replace(each, deeds=(), wanted=()))
    return {**plain, "deeds": [f"{deed.call.tool}: {deed.status}" for deed in each.deeds]}


def _line(one: Spoken) -> str:
    if one.who == "note":
        return f"      * {one.text}"
    if one.who == "line":
        return f"    BOT: {one.text}"
    after = "" if one.cut_in_after is None else f" (cuts in after “{one.cut_in_after}”)"
    heard = "" if one.heard_as == one.text else f"  [heard: {one.heard_as}]"
    return f"    CALLER{after}: {one.text or '(silence)'}{heard}"


def as_json(held: Sequence[Conversation]) -> dict[str, Any]:
    """Everything, as JSON values."""
    summed = report_of(held)
    rates = {
        name: {"count": rate.count, "of": rate.of, "share": rate.share, "interval": list(rate.interval)}
        for name in ("solved", "wrong_actions", "needless", "dead_ends", "loops", "unheard")
        if isinstance(rate := getattr(summed, name), Rate)
    }
    return {
        "conversations": summed.conversations,
        **rates,
        "turns": summed.turns,
        "repeated": summed.repeated,
        "kinds": [
            {"kind": kind, "count": count, "example": each.number} for kind, count, each in kinds_of_failure(held)
        ],
        "failed": [_plain(each) for each in held if each.verdict.failed],
    }
