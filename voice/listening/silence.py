"""Tells when neither side has said anything for a while. Pure: it is told what is heard, and when."""

from voice.listening.types import CallerSilent


class SilenceCheck:
    """Measures the silence of both sides since the last thing that was said or typed."""

    def __init__(self, check_ms: int):
        """Begin a call.

        Args:
            check_ms: Silence after which the caller is asked whether they are still there, again and again.
        """
        self._check_ms = check_ms
        self._since_ms = 0
        self._checks = 0

    def restart(self, at_ms: int) -> None:
        """Somebody has fallen silent there."""
        self._since_ms = at_ms

    def caller_active(self) -> None:
        """The caller is there: checks are counted from 1 again."""
        self._checks = 0

    def lasted_ms(self, now_ms: int) -> int:
        """How long it has lasted."""
        return now_ms - self._since_ms

    def check(self, now_ms: int) -> list[CallerSilent]:
        """The next 20 ms were silent on both sides."""
        if self.lasted_ms(now_ms) < self._check_ms:
            return []
        self._checks += 1
        self._since_ms = now_ms
        return [CallerSilent(at_ms=now_ms, checks=self._checks)]
