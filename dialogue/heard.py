"""What of the bot's replies reached the caller: who has not heard a question cannot answer it.

Every reply has a number and says what part it is. Where it is written, it counts as heard at once. Where it is spoken,
it is on its way (`Dialogue.aloud`) until whoever plays it knows that its last word was heard (`Dialogue.heard`), or
that the caller cut in (`Dialogue.interrupted`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class ReplyPart(StrEnum):
    """What a reply is in the conversation."""

    PROPOSAL = "proposal"
    """The question before a change, object and amount included."""
    QUESTION = "question"
    """Any other question that is open from then on."""
    OUTCOME = "outcome"
    """What became of a change."""
    GOODBYE = "goodbye"
    OTHER = "other"

    @property
    def asks(self) -> bool:
        """Whether an answer to it is waited for."""
        return self in (ReplyPart.PROPOSAL, ReplyPart.QUESTION)


class Fate(StrEnum):
    """What became of a reply."""

    COMING = "coming"
    """It is on its way to the ear."""
    HEARD = "heard"
    """It was heard to its end."""
    LOST = "lost"
    """It was cut off; nothing more of it will be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A reply, and whether it was heard."""

    number: int
    """See `dialogue.types.Reply`."""
    part: ReplyPart
    text: str
    fate: Fate = Fate.HEARD


Sayings = tuple[Saying, ...]
"""The replies of the last turn that said something, and before them what of earlier ones still matters."""


def question_heard(sayings: Sayings) -> bool:
    """Whether the question that was put last was heard to its end."""
    return _last_heard(saying for saying in sayings if saying.part.asks)


def goodbye_heard(sayings: Sayings) -> bool:
    """Whether the last goodbye was heard to its end."""
    return _last_heard(saying for saying in sayings if saying.part is ReplyPart.GOODBYE)


def lost_outcomes(sayings: Sayings) -> Sayings:
    """What became of changes, as far as the caller was not told it."""
    return tuple(saying for saying in sayings if saying.part is ReplyPart.OUTCOME and saying.fate is Fate.LOST)


def followed_by(sayings: Sayings, new: Sayings) -> Sayings:
    """The sayings after a turn that said something new.

    Args:
        sayings: Those before it. A question stays until another is put, an outcome until it was heard or told again.
        new: What the turn says.
    """
    asks = any(saying.part.asks for saying in new)
    told = {saying.text for saying in new if saying.part is ReplyPart.OUTCOME}
    kept = (
        saying
        for saying in sayings
        if saying.fate is not Fate.HEARD
        and ((saying.part.asks and not asks) or (saying.part is ReplyPart.OUTCOME and saying.text not in told))
    )
    return (*kept, *new)


def on_their_way(sayings: Sayings, numbers: Collection[int]) -> Sayings:
    """These are being spoken: none of them was heard yet."""
    return tuple(replace(saying, fate=Fate.COMING) if saying.number in numbers else saying for saying in sayings)


def heard_to_end(sayings: Sayings, number: int) -> Sayings:
    """One was heard to its end."""
    return tuple(replace(saying, fate=Fate.HEARD) if saying.number == number else saying for saying in sayings)


def cut_off(sayings: Sayings, played_text: str = "") -> Sayings:
    """The caller cut in.

    What was on its way is lost. Where nothing was, because it is written or only imagined to be spoken, the words that
    were played tell which replies of the last turn were whole.
    """
    if any(saying.fate is Fate.COMING for saying in sayings):
        return tuple(replace(saying, fate=Fate.LOST) if saying.fate is Fate.COMING else saying for saying in sayings)
    left, after = " ".join(played_text.split()), []
    for saying in sayings:
        text = " ".join(saying.text.split())
        whole = left.startswith(text)
        left = left[len(text) :].lstrip() if whole else ""
        after.append(saying if whole else replace(saying, fate=Fate.LOST))
    return tuple(after)


def _last_heard(sayings: Iterable[Saying]) -> bool:
    """Whether the last of some was heard; what is remembered no more was."""
    last = max(sayings, key=lambda saying: saying.number, default=None)
    return last is None or last.fate is Fate.HEARD
