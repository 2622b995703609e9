"""A transcriber that says what its script says, for tests of what stands above speech to text."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from models.audio import check_audio
from models.errors import FirstlineError
from models.interfaces import TELEPHONE_RATE, Audio, Transcript, Word

_MAX_S = 120.0
_SILENT = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribeCall:
    """One call of ``transcribe``, as it was made."""

    samples: int
    """Length of the audio handed in, samples."""
    session_id: str
    """Who asked."""
    hotwords: tuple[str, ...]
    """The hotwords handed in."""
    words: bool
    """Whether word times were wanted."""


class FakeSpeechToText:
    """Implements ``SpeechToText`` from a script.

    Each item of the script answers one call on audible audio: a text, a whole transcript, or an error to raise. When
    the script is used up, ``default`` answers.
    """

    def __init__(self, script: Iterable[str | Transcript | FirstlineError] = (), *, default: str = "hello there"):
        self.script = deque(script)
        self.default = default
        self.calls: list[TranscribeCall] = []

    async def transcribe(
        self, audio: Audio, *, session_id: str = "", hotwords: tuple[str, ...] = (), words: bool = False
    ) -> Transcript:
        samples = check_audio(audio, max_s=_MAX_S, allow_empty=True)
        self.calls.append(TranscribeCall(samples=samples.size, session_id=session_id, hotwords=hotwords, words=words))
        if samples.size == 0 or abs(samples).max() < _SILENT:
            return Transcript(text="", confidence=0.0)
        answer = self.script.popleft() if self.script else self.default
        if isinstance(answer, FirstlineError):
            raise answer
        if isinstance(answer, Transcript):
            return answer
        spoken = _evenly(answer, samples.size * 1000 // TELEPHONE_RATE) if words else ()
        return Transcript(text=answer, confidence=0.9 if answer else 0.0, words=spoken)


def _evenly(text: str, duration_ms: int) -> tuple[Word, ...]:
    """The words of ``text`` spread evenly over the audio."""
    words = text.split()
    step = duration_ms // max(1, len(words))
    return tuple(
        Word(text=word, start_ms=n * step, end_ms=(n + 1) * step, confidence=0.9) for n, word in enumerate(words)
    )
