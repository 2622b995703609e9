"""Any pipecat speech-to-text service as our transcriber: shared by all calls, bounded, fair between them, in time.

The services tell no confidence and no word times: a text counts as well heard, and words are spread evenly over the
audio.
"""

import asyncio
import time
from collections.abc import Callable

import numpy as np
from pipecat.services.stt_service import STTService

from models.audio import check_audio
from models.errors import FirstlineError, ModelError
from models.fair_queue import FairQueue
from models.interfaces import TELEPHONE_RATE, Audio, Transcript, Word
from models.pipecat_service import make_service
from models.settings import SpeechToTextSettings
from models.speech_to_text.pipecat_ear import Ear, Heard, make_ear

_CONFIDENCE = 0.9
"""Of every text, for want of the service's own."""
_SILENT = 1e-4
"""Amplitude under which nothing is asked."""


class PipecatTranscriber:
    """Implements `models.interfaces.SpeechToText`.

    A service that takes whole segments is one for all; one that takes a stream is opened as often as segments come at
    the same time, up to a bound. A segment whose asker has left is heard to its end, so that its words are not taken
    for the next one's.
    """

    def __init__(self, make: Callable[[], STTService], settings: SpeechToTextSettings):
        """Wrap a service; bounds and deadlines are those of the settings.

        Args:
            make: Makes the service, once more for each stream.
            settings: Of the transcriber.

        Raises:
            ModelError: Whatever ``make`` raises.
        """
        self._make = make
        self._settings = settings
        self._language = "en" if settings.language == "auto" else settings.language
        self._ears = [make_ear(make())]
        self._many_at_once = self._ears[0].many_at_once
        self._free = self._ears * (settings.at_once if self._many_at_once else 1)
        self._queue: FairQueue[asyncio.Future[Ear]] = FairQueue("speech to text", settings.queue_bound)
        self._work: set[asyncio.Task[Heard]] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._is_closed = False

    @classmethod
    def from_path(cls, path: str, settings: SpeechToTextSettings) -> "PipecatTranscriber":
        """Make it from the service's dotted path, such as ``pipecat.services.openai.stt.OpenAISTTService``.

        Raises:
            ModelError: code ``"transcriber_unknown"`` when there is no such service or it refuses the arguments.
        """

        def make() -> STTService:
            service: STTService = make_service(
                path, settings.arguments, STTService, code="transcriber_unknown", what="transcriber"
            )
            return service

        return cls(make, settings)

    async def warm_up(self) -> None:
        """Connect before the first call.

        Raises:
            ModelError: code ``"transcriber_timeout"``.
        """
        try:
            async with asyncio.timeout(self._settings.deadline_s):
                await self._ears[0].start()
        except TimeoutError:
            raise self._too_late() from None

    async def transcribe(
        self, audio: Audio, *, session_id: str = "", hotwords: tuple[str, ...] = (), words: bool = False
    ) -> Transcript:
        """See `models.interfaces.SpeechToText`; hotwords are left out, since each service takes them another way.

        Raises:
            ModelBusyError: Too many segments wait.
            ModelError: codes ``"transcriber_failed"`` and ``"transcriber_timeout"``, or those of unfit audio.
        """
        samples = check_audio(audio, max_s=self._settings.max_audio_s, allow_empty=True)
        if samples.size == 0 or float(np.abs(samples).max()) < _SILENT:
            return Transcript(text="", confidence=0.0)
        if self._is_closed:
            raise _closed()
        asked_s = begun_s = time.perf_counter()
        try:
            async with asyncio.timeout(self._settings.deadline_s):
                ear = await self._place(session_id)
                begun_s = time.perf_counter()
                heard = await asyncio.shield(self._begin(ear, samples))
        except TimeoutError:
            raise self._too_late() from None
        return Transcript(
            text=heard.text,
            confidence=_CONFIDENCE if heard.text else 0.0,
            words=_evenly(heard.text, samples.size * 1000 // TELEPHONE_RATE) if words else (),
            language=heard.language or self._language,
            compute_ms=(time.perf_counter() - begun_s) * 1000,
            wait_ms=(begun_s - asked_s) * 1000,
        )

    async def close(self) -> None:
        """Fail what waits, drop what is being heard, and end the services, in a few seconds whatever they do."""
        self._is_closed = True
        while turn := self._queue.take():
            if not turn.done():
                turn.set_exception(_closed())
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await asyncio.gather(*(ear.close() for ear in self._ears), *self._leaving)

    async def _place(self, session_id: str) -> Ear:
        if not self._free and not self._many_at_once and len(self._ears) < self._settings.at_once:
            self._add()
        if self._free:
            return self._free.pop()
        turn: asyncio.Future[Ear] = asyncio.get_running_loop().create_future()
        self._queue.put(turn, session_id=session_id)
        try:
            return await turn
        except asyncio.CancelledError:
            if not self._queue.discard(turn) and not turn.cancelled() and not turn.exception():
                self._hand_on(turn.result())
            raise

    def _begin(self, ear: Ear, samples: Audio) -> "asyncio.Task[Heard]":
        task = asyncio.create_task(self._hear(ear, samples))
        self._work.add(task)
        task.add_done_callback(self._done)
        return task

    async def _hear(self, ear: Ear, samples: Audio) -> Heard:
        try:
            async with asyncio.timeout(self._settings.deadline_s):
                await ear.start()
                return await ear.hear(samples)
        except (FirstlineError, TimeoutError):
            raise
        except asyncio.CancelledError:
            raise _closed() from None
        except Exception as error:
            raise ModelError(
                "transcriber_failed", f"The transcriber's service failed on an utterance: {type(error).__name__}."
            ) from None
        finally:
            if ear.usable:
                self._hand_on(ear)
            else:
                self._replace(ear)

    def _done(self, task: "asyncio.Task[Heard]") -> None:
        self._work.discard(task)
        if not task.cancelled():
            # Its asker may have left: then nobody else looks at how it ended.
            task.exception()

    def _hand_on(self, ear: Ear) -> None:
        while turn := self._queue.take():
            if not turn.done():
                turn.set_result(ear)
                return
        self._free.append(ear)

    def _replace(self, ear: Ear) -> None:
        self._ears.remove(ear)
        closing = asyncio.create_task(ear.close())
        self._leaving.add(closing)
        closing.add_done_callback(self._leaving.discard)
        if len(self._queue):
            self._add()

    def _add(self) -> None:
        ear = make_ear(self._make())
        self._ears.append(ear)
        self._hand_on(ear)

    def _too_late(self) -> ModelError:
        return ModelError(
            "transcriber_timeout", f"The transcriber took over {self._settings.deadline_s} s for an utterance."
        )


def _closed() -> ModelError:
    return ModelError("model_closed", "The transcriber was closed; make a new engine.")


def _evenly(text: str, duration_ms: int) -> tuple[Word, ...]:
    words = text.split()
    step = duration_ms // max(1, len(words))
    return tuple(
        Word(text=word, start_ms=n * step, end_ms=(n + 1) * step, confidence=_CONFIDENCE)
        for n, word in enumerate(words)
    )
