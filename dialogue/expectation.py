"""What the dialogue expects the caller to say next: how listening knows whether "four two" is all of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from models.understanding import Asked


class AnswerKind(StrEnum):
    """The shape of the answer that the last question asks for."""

    OPEN = "open"
    """Anything: "how can I help?"."""
    YES_NO = "yes_no"
    DIGITS = "digits"
    """An order, account or card number, said or typed."""
    AMOUNT = "amount"
    COUNT = "count"
    """How many there are of something."""
    DATE = "date"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    """A name, perhaps spelled letter by letter."""
    CHOICE = "choice"
    """One of a few words."""
    STORY = "story"
    """A message or an explanation: long, with pauses to think."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What kind of answer is expected, and how to know that it is whole."""

    kind: AnswerKind = AnswerKind.OPEN
    min_length: int = 0
    """Fewest digits or characters of a whole answer; 0 when unknown."""
    max_length: int = 0
    """Most digits or characters of a whole answer; 0 when unknown."""
    choices: tuple[str, ...] = ()
    """The words of a choice."""
    hotwords: tuple[str, ...] = ()
    """Domain words that are likely, for the transcriber."""
    spelled: bool = False
    """Whether the caller was asked to spell."""
    keypad: bool = False
    """Whether the answer may be typed; digits are then gathered until ``max_length``, ``#`` or a pause."""
    keys: tuple[str, ...] = ()
    """The only typed answers there are, where they are few: 1 for yes and 2 for no."""
    asked: Asked = field(default_factory=Asked)
    """What was asked, in words: what the caller's next turn is read together with."""
