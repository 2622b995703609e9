"""From a reply's text to sentences ready for the ear, rendered once where they are fixed.

A sentence is cached as μ-law under voice, pace and text: greetings, questions and apologies are rendered at most once
in the life of the process (and once on disk), so that speaking them costs nothing. A sentence that has no sound, such
as a smiley in a courier's note, is left out. Where the voice fails, that is told as an error: the call then says one of
the emergency sentences, which `warm_up` has rendered beforehand.
"""

import hashlib
import os
from collections import OrderedDict
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from languages.reading import Reader
from models.audio import mulaw_encode
from models.errors import ModelError
from models.interfaces import SAMPLES_PER_MS, Audio, VoiceEngine
from voice.speaking.playout import Sentence

SENTENCE_GAP_MS = 220
"""Silence between two sentences of a reply."""

_GAP = b"\xff" * (SENTENCE_GAP_MS * SAMPLES_PER_MS)
"""That silence, μ-law."""
_AUDIBLE = 0.004
"""Amplitude, of full scale 1, below which a voice has not begun: -48 dB."""
_ATTACK = 16
"""Samples kept before the first audible one: 2 ms."""
_RENDERING = 3
"""Part of a sentence's key in the cache; changes with what is kept of the same text."""


class PromptCache:
    """Rendered sentences: least recently used in memory, all fixed ones on disk.

    Args:
        folder: Where rendered prompts are kept between runs; None keeps them in memory only.
        bound_bytes: Memory for sentences; 32 MB hold more than an hour of speech.
    """

    def __init__(self, folder: Path | None = None, *, bound_bytes: int = 32_000_000):
        self._folder = folder
        self._bound = bound_bytes
        self._bytes = 0
        self._audio: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        """The μ-law audio under a key, or None."""
        if key in self._audio:
            self._audio.move_to_end(key)
            return self._audio[key]
        path = self._path(key)
        if path and path.is_file():
            self._keep(key, path.read_bytes())
            return self._audio.get(key)
        return None

    def put(self, key: str, audio: bytes, *, fixed: bool) -> None:
        """Keep audio; a fixed prompt also outlives the process."""
        self._keep(key, audio)
        path = self._path(key)
        if fixed and path:
            path.parent.mkdir(parents=True, exist_ok=True)
            half_written = path.with_suffix(f".{os.getpid()}")
            half_written.write_bytes(audio)
            half_written.replace(path)

    def _keep(self, key: str, audio: bytes) -> None:
        self._bytes += len(audio) - len(self._audio.get(key, b""))
        self._audio[key] = audio
        while self._bytes > self._bound:
            _, dropped = self._audio.popitem(last=False)
            self._bytes -= len(dropped)

    def _path(self, key: str) -> Path | None:
        return self._folder / key[:2] / f"{key}.ulaw" if self._folder else None


class Speaker:
    """Renders replies sentence by sentence in one language, with a shared voice and a shared cache."""

    def __init__(self, engine: VoiceEngine, cache: PromptCache, read: Reader):
        """Share an engine and a cache between all calls; ``read`` is how their language is read aloud."""
        self._read = read
        self._engine = engine
        self._cache = cache

    async def warm_up(self, prompts: list[str], *, pace: float = 1.0) -> int:
        """Render fixed prompts; returns how many sentences are ready.

        Raises:
            ModelError: The voice cannot speak one of them: the service is not ready.
        """
        ready = 0
        for prompt in prompts:
            for sentence in self._read.sentences(prompt):
                await self._sentence(sentence, pace=pace, session_id="warm-up", fixed=True)
                ready += 1
        return ready

    async def speak(
        self, text: str, *, pace: float = 1.0, session_id: str = "", follows: bool = False
    ) -> AsyncIterator[Sentence]:
        """Render a reply.

        Args:
            text: Prose as written.
            pace: 1.0 is the voice's own.
            session_id: The call that asks.
            follows: Whether something was said before it in the same breath.

        Yields:
            Its sentences as they are ready, without those that have no sound; a short silence leads all but the first
            of what is said.

        Raises:
            ModelError: The voice failed, or its queue is full.
        """
        for sentence in self._read.sentences(text):
            audio = await self._sentence(sentence, pace=pace, session_id=session_id, fixed=False)
            if audio:
                yield Sentence(text=sentence, audio=_GAP + audio if follows else audio)
                follows = True

    def ready(self, text: str, *, pace: float = 1.0) -> list[Sentence] | None:
        """The sentences of a text if all of them are rendered already, else None."""
        found = []
        for sentence in self._read.sentences(text):
            audio = self._cache.get(self._key(sentence, pace)) if self._read.as_spoken(sentence) else b""
            if audio is None:
                return None
            if audio:
                found.append(Sentence(text=sentence, audio=audio))
        return found

    async def _sentence(self, sentence: str, *, pace: float, session_id: str, fixed: bool) -> bytes:
        """μ-law of a sentence; empty when it has no sound."""
        words = self._read.as_spoken(sentence)
        if not words:
            return b""
        key = self._key(sentence, pace)
        audio = self._cache.get(key)
        if audio is None:
            pieces = [piece async for piece in self._engine.render(words, pace=pace, session_id=session_id)]
            if not pieces:
                raise ModelError("voice_empty", "The voice made no sound of a sentence; check its text in the line.")
            audio = mulaw_encode(_from_first_sound(np.concatenate(pieces)))
            self._cache.put(key, audio, fixed=fixed)
        elif fixed:
            self._cache.put(key, audio, fixed=True)
        return audio

    def _key(self, sentence: str, pace: float) -> str:
        return hashlib.sha256(
            f"{_RENDERING}\n{self._engine.name}\n{self._read.code}\n{pace:.2f}\n{sentence}".encode()
        ).hexdigest()


def _from_first_sound(audio: Audio) -> Audio:
    """A sentence, float32 [n] at 8 kHz, without the silence before it: the caller would only wait for it."""
    audible = np.flatnonzero(np.abs(audio) >= _AUDIBLE)
    return audio[max(0, int(audible[0]) - _ATTACK) :] if audible.size else audio
