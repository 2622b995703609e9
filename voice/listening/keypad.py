"""Gathers keys into an answer: a pure machine on the call clock."""

from dialogue.expectation import Expectation

_BY_THEMSELVES = ("0", "*")
"""Keys that mean something alone wherever no number is expected: a human, say it again."""


class KeypadCollector:
    """Collects keys until the answer is whole, ``#`` is pressed or the caller pauses.

    Keys are gathered where none are expected, too: a number that is typed early is one number, not one answer a key.
    """

    def __init__(self, *, pause_ms: int = 2500, bound: int = 32):
        """Start empty.

        Args:
            pause_ms: Silence after a key that ends an answer.
            bound: Most keys of one answer.
        """
        self._pause_ms = pause_ms
        self._bound = bound
        self._expects = Expectation()
        self._keys = ""
        self._last_ms = 0.0

    def expect(self, expects: Expectation) -> None:
        """The dialogue asked something else."""
        self._expects = expects

    def press(self, digit: str, now_ms: float) -> str | None:
        """Take a key; returns the whole answer when this key completes it."""
        self._last_ms = now_ms
        if digit == "#":
            return self._take() or "#"
        self._keys += digit
        return self._take() if self._whole() else None

    def tick(self, now_ms: float) -> str | None:
        """Time passes; returns the answer when the caller has paused long enough."""
        if self._keys and now_ms - self._last_ms >= self._pause_ms:
            return self._take()
        return None

    def _whole(self) -> bool:
        expects = self._expects
        if expects.keypad and not expects.keys:
            return len(self._keys) >= (expects.max_length or self._bound)
        return self._keys in (*expects.keys, *_BY_THEMSELVES) or len(self._keys) >= self._bound

    def _take(self) -> str:
        keys, self._keys = self._keys, ""
        return keys
