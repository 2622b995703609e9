"""What simulated callers do besides asking and answering: each habit shows once a call, where it fits."""

from dataclasses import dataclass
from enum import StrEnum

from dialogue.practice.question import QuestionKind


class Habit(StrEnum):
    """Something a caller may do."""

    OPENER = "opener"
    """Says that they have a question before they ask it."""
    SMALL_TALK = "small_talk"
    """Is sociable first."""
    VALUE_AT_ONCE = "value_at_once"
    """Gives a number together with the wish."""
    TWO_WISHES = "two_wishes"
    """Says two wishes in one sentence."""
    WISH_AT_QUESTION = "wish_at_question"
    """Answers a question with another wish."""
    SIDE_QUESTION = "side_question"
    """Answers a question with a question about the business."""
    QUESTION_AT_PROPOSAL = "question_at_proposal"
    """Asks about what is proposed."""
    COMPLAINS_AT_PROPOSAL = "complains_at_proposal"
    """Complains instead of answering."""
    INDIRECT_YES = "indirect_yes"
    """Agrees without a yes."""
    NO_MEANING_YES = "no_meaning_yes"
    """Agrees with a no in it."""
    TAKES_BACK_YES = "takes_back_yes"
    """Says yes and takes it back in the same breath."""
    CHANGE_OF_MIND = "change_of_mind"
    """Does not want it any more when it is proposed."""
    UNSURE = "unsure"
    """Neither yes nor no."""
    CONDITION = "condition"
    """Yes, under a condition."""
    PUTS_OFF = "puts_off"
    """Not now."""
    CORRECTS_AT_ONCE = "corrects_at_once"
    """Says a wrong value and the right one in one turn."""
    CORRECTS_LATER = "corrects_later"
    """Says a wrong value and corrects it at the next question."""
    PATIENCE = "patience"
    """Asks for a moment to look."""
    ASKS_TO_REPEAT = "asks_to_repeat"
    """Wants it said again."""
    LOUDER = "louder"
    """Can hardly hear."""
    TALKS_TO_OTHER = "talks_to_other"
    """Says something to somebody else."""
    SILENCE = "silence"
    """Says nothing for a while."""
    ANGER = "anger"
    """Is angry."""
    CUT_IN = "cut_in"
    """Speaks while the line speaks, at any word."""
    TOOL_SLOW = "tool_slow"
    """Has a call on which the back office is slow."""
    TOOL_LOST = "tool_lost"
    """Has one on which the answer to a change is lost, though the change was made."""
    TOOL_DOWN = "tool_down"
    """Has one on which the back office fails."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A habit that puts the answer off by one turn, and nothing else."""

    habit: Habit
    at: frozenset[QuestionKind]
    """Questions at which it fits."""


_ASKED = frozenset({QuestionKind.VALUE, QuestionKind.CHOICE, QuestionKind.YES_NO})
_ANY = _ASKED | {QuestionKind.PROPOSAL, QuestionKind.READ_BACK}

ASIDES = (
    Aside(Habit.OPENER, frozenset({QuestionKind.OPEN})),
    Aside(Habit.SMALL_TALK, frozenset({QuestionKind.OPEN}) | _ASKED),
    Aside(Habit.QUESTION_AT_PROPOSAL, frozenset({QuestionKind.PROPOSAL})),
    Aside(Habit.COMPLAINS_AT_PROPOSAL, frozenset({QuestionKind.PROPOSAL})),
    Aside(Habit.UNSURE, frozenset({QuestionKind.PROPOSAL})),
    Aside(Habit.CONDITION, frozenset({QuestionKind.PROPOSAL})),
    Aside(Habit.PATIENCE, frozenset({QuestionKind.VALUE})),
    Aside(Habit.ASKS_TO_REPEAT, _ANY),
    Aside(Habit.LOUDER, _ANY),
    Aside(Habit.TALKS_TO_OTHER, _ANY),
    Aside(Habit.SIDE_QUESTION, _ANY),
)
WITHDRAWING = (Habit.TAKES_BACK_YES, Habit.CHANGE_OF_MIND, Habit.PUTS_OFF)
"""Answers to a proposal after which it is not wanted."""
AGREEING = (Habit.INDIRECT_YES, Habit.NO_MEANING_YES)
"""Answers that agree in other words."""
