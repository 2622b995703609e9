"""The replies that were handed to the ear and are not known to have been heard to their end. Pure."""

from dataclasses import dataclass

from dialogue.heard import ReplyPart
from dialogue.types import Reply
from interactions.vocabulary import ReplySource


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """A reply on its way."""

    turn: int
    """The turn it answers."""
    reply: Reply


class SpokenReplies:
    """Which reply of the dialogue is which at the ear."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._by_id: dict[int, _Spoken] = {}

    @property
    def outcome_due(self) -> bool:
        """Whether what became of a change is among them."""
        return any(spoken.reply.part is ReplyPart.OUTCOME for spoken in self._by_id.values())

    def add(self, reply_id: int, turn: int, reply: Reply) -> None:
        """A reply was handed to the ear under this number of the player's."""
        self._by_id[reply_id] = _Spoken(turn=turn, reply=reply)

    def superseded_by(self, turn: int, reply: Reply) -> tuple[int, ...]:
        """What need not be said any more where it was not begun: a question before another, a filler after the wait."""
        return tuple(
            reply_id
            for reply_id, spoken in self._by_id.items()
            if (reply.part.asks and spoken.reply.part.asks and spoken.turn != turn)
            or (spoken.reply.source is ReplySource.FILLER and spoken.turn == turn)
        )

    def heard(self, reply_id: int) -> int:
        """One was heard to its end; returns its number in the dialogue, 0 where it has none or was forgotten."""
        spoken = self._by_id.pop(reply_id, None)
        return spoken.reply.number if spoken else 0

    def forget(self, turn: int) -> tuple[int, ...]:
        """Nothing of a turn counts any more, and the dialogue may give its numbers out again; returns its replies."""
        forgotten = tuple(reply_id for reply_id, spoken in self._by_id.items() if spoken.turn == turn)
        for reply_id in forgotten:
            del self._by_id[reply_id]
        return forgotten

    def cut_off(self) -> None:
        """The rest was given up."""
        self._by_id.clear()
