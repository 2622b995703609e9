"""What is to be said of a conversation: whether the caller was served, and everything that went wrong in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from languages.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One line of a conversation."""

    who: str
    """``line``, ``caller`` or ``note``."""
    text: str
    """What was said, or what happened."""
    move: str = ""
    """What the caller did, as the bank calls it."""
    heard_as: str = ""
    """What the recogniser made of the caller's words."""
    confidence: float = 1.0
    """How sure it was, 0 to 1."""
    anger: float = 0.0
    """How angry the caller sounded, 0 to 1."""
    cut_in_after: str | None = None
    """What the caller had heard when they began to speak; None when the line had finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A conversation, judged."""

    solved: bool
    """Whether every wish was served, and the world is as it should be."""
    solvable: bool
    """Whether the line could have: false where the back office failed."""
    wrong_actions: tuple[str, ...] = ()
    """Each change that the caller did not clearly agree to, and each difference from the world as it should be."""
    handed_over: bool = False
    """Whether a person was called."""
    needless: bool = False
    """Whether that was not needed."""
    dead_end: str = ""
    """How the caller was left alone; empty when they were not."""
    looped: str = ""
    """A sentence that was said three times; empty when there is none."""
    repeated: int = 0
    """Sentences that were said more than once."""
    unheard: int = 0
    """Changes of which the caller neither heard the outcome nor was handed over."""
    turns: int = 0
    """Turns of the caller."""

    @property
    def failed(self) -> bool:
        """Whether there is anything to mend."""
        return bool(
            self.wrong_actions
            or self.needless
            or self.dead_end
            or self.looped
            or self.unheard
            or (self.solvable and not self.solved)
        )

    @property
    def badness(self) -> tuple[int, ...]:
        """For sorting: the worst first is the largest."""
        return (
            len(self.wrong_actions),
            self.unheard,
            bool(self.dead_end),
            bool(self.looped),
            self.needless,
            self.solvable and not self.solved,
            self.repeated,
            self.turns,
        )


_SHORT = 3
"""Sentences of fewer words ("Sure.", "One moment.") may come often."""
_LOOP = 3


def said_often(spoken: Sequence[Spoken], reader: Reader) -> Counter[str]:
    """How often each sentence of the line was said because the line chose to.

    Args:
        spoken: The conversation.
        reader: Splits into sentences.
    """
    counted: Counter[str] = Counter()
    wanted_again = False
    for each in spoken:
        if each.who == "caller":
            wanted_again = each.move in _WANTS_IT_AGAIN or each.cut_in_after is not None
        elif each.who == "line" and not wanted_again:
            for sentence in reader.sentences(each.text):
                if len(sentence.split()) >= _SHORT:
                    counted[sentence.strip().lower()] += 1
    return counted


_WANTS_IT_AGAIN = frozenset({"asks_to_repeat", "louder", "cut_wait", "silence"})


def loop_of(counted: Counter[str]) -> str:
    """A sentence that came three times; empty when there is none."""
    return next((sentence for sentence, times in counted.most_common(1) if times >= _LOOP), "")


def repeats_of(counted: Counter[str]) -> int:
    """Sentences that came more than once."""
    return sum(times > 1 for times in counted.values())
