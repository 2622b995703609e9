"""What the turns of a call look at beside the facts they are told: the caller's ear, and who has the floor."""

from typing import Protocol


class Ear(Protocol):
    """What of the bot is at the caller's ear: `voice.speaking.reply_player.ReplyPlayer`."""

    @property
    def speaking(self) -> bool:
        """Whether anything is queued or at the ear."""
        ...

    @property
    def paused(self) -> bool:
        """Whether the bot is held silent."""
        ...

    @property
    def interruptible(self) -> bool:
        """Whether what is at the ear may be cut."""
        ...

    @property
    def marks_out(self) -> int:
        """Marks that the carrier has not returned yet: it may still be playing."""
        ...


class Floor(Protocol):
    """Who speaks on the caller's side: `voice.listening.turns.TurnTaker`."""

    @property
    def caller_has_floor(self) -> bool:
        """Whether a turn of the caller is open."""
        ...

    @property
    def caller_sounding(self) -> bool:
        """Whether a sound of the caller's is open, speech or not."""
        ...

    @property
    def bot_paused(self) -> bool:
        """Whether the bot was paused for a sound that is not judged yet."""
        ...

    @property
    def now_ms(self) -> int:
        """Up to when the caller was listened to."""
        ...
