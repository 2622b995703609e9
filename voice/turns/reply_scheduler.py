"""All thinking of one call: eager thoughts that may be withdrawn, certain ones that may not, and what goes wrong.

At most one eager thought is in flight, and thoughts speak one after another. Whatever fails in a thought that counts
ends in a sentence and a human, never in silence.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from loguru import logger

from dialogue.expectation import AnswerKind, Expectation
from dialogue.runtime import LineRuntime
from dialogue.turn_loop import TurnCommit
from dialogue.types import CallerTurn, DialogueTurn
from interactions.events.lifecycle import Fault
from interactions.events.listening import Partial, SpeculationWithdrawn, UtteranceHeard
from interactions.events.understanding import IntentRecognised
from interactions.log import CallLog
from models.errors import FirstlineError
from models.interfaces import IntentResult, Transcript
from models.turn_evidence import PROSODY_MS, prosody
from models.turn_words import UNFINISHED
from voice.engines import Engines
from voice.listening.audio_history import AudioHistory
from voice.listening.emotion import EmotionTracker
from voice.listening.recogniser import LEAD_IN_MS, TAIL_MS, Recogniser, Words
from voice.listening.turn_transcript import TurnText
from voice.listening.types import EagerEnd, Evidence, TurnEnded
from voice.settings import VoiceSettings
from voice.speaking.reply_player import ReplyPlayer
from voice.turns.reply_task import Thought

_PROSODY_TELLS_NOTHING = {AnswerKind.DIGITS, AnswerKind.PHONE}
"""Answers whose wholeness the words show better: the turn model is spared."""


_SILENCE = np.zeros(1600, dtype=np.float32)
"""200 ms at 8 kHz behind what the turn model hears: it learnt from turns with a pause at their end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What thinking needs of its call."""

    state: Callable[[], Any]
    """The dialogue's state now."""
    expects: Callable[[], Expectation]
    """What the last question asks for."""
    keep: Callable[[TurnCommit], None]
    """Takes what a thought that counts wants kept."""
    evidence: Callable[[Evidence], None]
    """Takes what the models made of an eager span."""
    failed: Callable[[str, str], None]
    """Told the code and the component when a thought that counts failed."""
    settled: Callable[[], None]
    """Told when a thought is over."""


@dataclass(slots=True)
class EagerTurn:
    """Work on an eager end."""

    id: int
    thought: Thought
    tasks: "tuple[asyncio.Task[None], ...]" = ()
    text: str = ""
    """What was recognised, once it is."""
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the transcriber has answered or failed."""


class Thinking:
    """One call's thoughts and the tasks they run in."""

    def __init__(
        self,
        runtime: LineRuntime,
        engines: Engines,
        player: ReplyPlayer,
        history: AudioHistory,
        log: CallLog,
        head: Head,
        *,
        session_id: str,
        settings: VoiceSettings,
    ):
        """Share the line's runtime and the engines; nothing happens yet."""
        self._runtime = runtime
        self._engines = engines
        self._player = player
        self._history = history
        self._log = log
        self._head = head
        self._session_id = session_id
        self._settings = settings
        self._ears = Recogniser(
            engines.speech_to_text,
            engines.turn_model,
            hints=runtime.language.hints,
            session_id=session_id,
            transcribe_deadline_s=settings.transcribe_deadline_ms / 1000,
            turn_deadline_s=settings.turn_model_deadline_ms / 1000,
        )
        self._feelings = EmotionTracker(engines.emotion, engines.text_emotion, log, session_id=session_id)
        self._turn_text = TurnText()
        self._span: EagerTurn | None = None
        self._current: Thought | None = None
        self._running: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._utterances = 0

    @property
    def busy(self) -> bool:
        """Whether a thought that counts is still going on, seen from outside of it."""
        return self._running is not None and not self._running.done() and self._running is not _current_task()

    @property
    def changed_world(self) -> bool:
        """Whether the current thought changes, or has changed, anything outside."""
        return self._current is not None and self._current.changed_world

    def think(self, step: Callable[[], DialogueTurn]) -> None:
        """Answer something that is certain: a key, a silence, the call itself."""
        previous = self._running
        thought = self._new_thought(speculative=False)

        async def begin() -> DialogueTurn:
            return step()

        async def run() -> None:
            await _after(previous)
            await thought.run(begin)

        self._current = thought
        self._running = self._own(self._guard(thought, run()))

    def speculate(self, eager: EagerEnd, *, going_on: bool = False) -> None:
        """Transcribe, understand and think while turn-taking makes up its mind.

        Args:
            eager: The stretch of speech.
            going_on: It goes on with the turn before, which is not answered yet and is now answered with it.
        """
        self.withdraw(eager.end_ms)
        thought = self._new_thought(speculative=True, utterance_id=self._utterances + 1)
        span = self._span = EagerTurn(eager.span, thought)
        work = self._own(self._guard(thought, self._think_through(eager, span, going_on)))
        if self._head.expects().kind in _PROSODY_TELLS_NOTHING:
            span.tasks = (work,)
        else:
            span.tasks = (work, self._own(self._judge_prosody(eager, span)))

    def withdraw(self, at_ms: int, span: int | None = None) -> None:
        """Throw away the work on a span, or on whichever is in flight."""
        if self._span is None or (span is not None and self._span.id != span):
            return
        self._span.thought.withdraw()
        for task in self._span.tasks:
            task.cancel()
        self._span = None
        self._log.append(SpeculationWithdrawn(at_ms=at_ms))

    def confirm(self, ended: TurnEnded) -> bool:
        """The turn is over: what was thought about it counts. Returns whether anything was."""
        span, self._span = self._span, None
        if span is None or span.id != ended.span:
            logger.error(f"call {self._session_id}: the turn ended on span {ended.span}, which nobody worked on")
            return False
        self._utterances += 1
        self._running, self._current = span.tasks[0], span.thought
        span.thought.confirm()
        self._own(self._feel(ended, span, self._utterances))
        return True

    def judge_words(self, eager: EagerEnd) -> None:
        """Only the words of a sound beneath the bot's speech are wanted, to tell an interruption from a murmur."""
        self._own(self._judge_words(eager))

    def forget(self) -> None:
        """The last turn was not over: what was thought about it no longer counts."""
        if self._current:
            self._current.silence()
        if self._running:
            self._running.cancel()

    def silence(self) -> None:
        """The caller took the floor: say no more of what is being thought."""
        if self._current:
            self._current.silence()

    async def close(self) -> None:
        """End all thinking; a change of the world that is under way is waited for, so that its audit row is kept."""
        if self._current and self._current.changing_world and self._running:
            await asyncio.wait({self._running}, timeout=self._settings.think_deadline_ms / 1000)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # Eager work

    async def _think_through(self, eager: EagerEnd, span: EagerTurn, going_on: bool) -> None:
        previous = None if going_on else self._running
        start_ms = self._turn_text.begin(eager.start_ms, going_on=going_on)
        audio = self._history.between(start_ms - LEAD_IN_MS, eager.end_ms + TAIL_MS)
        words = await self._ears.transcribe(audio, self._head.expects())
        if words.transcript:
            self._engines.eager_delay.waited(words.transcript.wait_ms)
            words = Words(transcript=self._turn_text.heard(eager.end_ms, words.transcript))
            span.text = words.transcript.text if words.transcript else ""
        span.heard.set()
        self._head.evidence(self._evidence(eager, words.transcript))
        await _after(previous)
        await span.thought.run(lambda: self._understand(eager, words, span.thought))

    async def _understand(self, eager: EagerEnd, words: Words, thought: Thought) -> DialogueTurn:
        transcript = words.transcript
        if transcript is None:
            thought.note(Fault(code=words.error_code, component="speech_to_text", handled="apologised"))
            return self._runtime.dialogue.fault(self._head.state(), words.error_code)
        utterance_id = self._utterances + (0 if thought.is_confirmed else 1)
        thought.note(_utterance_event(utterance_id, eager, transcript))
        intents = None
        if transcript.text:
            intents = await self._runtime.classify(transcript.text, session_id=self._session_id)
            thought.note(_intent_event(utterance_id, intents))
        return self._runtime.dialogue.caller_said(
            self._head.state(),
            CallerTurn(
                text=transcript.text,
                confidence=transcript.confidence,
                intents=intents,
                emotion=self._feelings.last,
                anger=self._feelings.anger,
                utterance_id=utterance_id,
            ),
        )

    def _evidence(self, eager: EagerEnd, transcript: Transcript | None) -> Evidence:
        ending: tuple[float, ...] = ()
        if self._engines.completion and transcript:
            ending = prosody(self._history.between(max(eager.start_ms, eager.end_ms - PROSODY_MS), eager.end_ms))
        return Evidence(
            span=eager.span,
            text=transcript.text if transcript else None,
            confidence=transcript.confidence if transcript else 0.0,
            prosody=ending,
        )

    async def _judge_prosody(self, eager: EagerEnd, span: EagerTurn) -> None:
        """Whether the turn sounds complete: beside the words, or on a busy machine after them and where it matters."""
        if self._engines.eager_delay.busy:
            await span.heard.wait()
            if self._span is not span or self._runtime.language.turns.trailing(span.text) in UNFINISHED:
                return
        audio = self._history.between(eager.start_ms - LEAD_IN_MS, eager.end_ms + TAIL_MS)
        probability = await self._ears.turn_probability(np.concatenate([audio, _SILENCE]))
        if probability is not None:
            self._head.evidence(Evidence(span=eager.span, text=None, turn_probability=probability))

    async def _judge_words(self, eager: EagerEnd) -> None:
        audio = self._history.between(eager.start_ms - LEAD_IN_MS, eager.end_ms)
        words = await self._ears.transcribe(audio, self._head.expects())
        if words.transcript and words.transcript.text:
            self._log.append(Partial(pii_text=words.transcript.text, at_ms=eager.end_ms))
        self._head.evidence(self._evidence(eager, words.transcript))

    async def _feel(self, ended: TurnEnded, span: EagerTurn, utterance_id: int) -> None:
        """After the answer: how the caller sounded in this turn; the next turn knows."""
        await _after(span.tasks[0])
        start_ms = max(ended.start_ms, ended.end_ms - int(self._settings.emotion_window_s * 1000))
        await self._feelings.update(self._history.between(start_ms, ended.end_ms), span.text, utterance_id)

    # Every thought

    def _new_thought(self, *, speculative: bool, utterance_id: int | None = None) -> Thought:
        return Thought(
            self._runtime,
            self._engines.speaker,
            session_id=self._session_id,
            keep=self._head.keep,
            say=self._player.say,
            new_reply_id=self._player.new_reply_id,
            filler_after_s=self._settings.filler_after_ms / 1000,
            speculative=speculative,
            utterance_id=utterance_id,
        )

    async def _guard(self, thought: Thought, work: Awaitable[None]) -> None:
        """Bound a thought; what goes wrong in one that counts is told."""
        failure = await self._failure_of(work)
        if failure:
            # A thought that is withdrawn after all is cancelled here, and nobody hears of it.
            await thought.until_confirmed()
            self._head.failed(*failure)
        self._head.settled()

    async def _failure_of(self, work: Awaitable[None]) -> tuple[str, str] | None:
        """Code and component of what went wrong, or None."""
        try:
            async with asyncio.timeout(self._settings.think_deadline_ms / 1000):
                await work
        except TimeoutError:
            return "think_timeout", "dialogue"
        except FirstlineError as error:
            return error.code, "voice" if error.code.startswith("voice") else "model"
        except Exception as error:
            logger.exception(f"call {self._session_id}: a thought failed: {type(error).__name__}")
            return "internal_error", "dialogue"
        return None

    def _own(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _after(task: "asyncio.Task[None] | None") -> None:
    if task is not None and not task.done():
        await asyncio.wait({task})


def _utterance_event(utterance_id: int, eager: EagerEnd, transcript: Transcript) -> UtteranceHeard:
    return UtteranceHeard(
        utterance_id=utterance_id,
        pii_text=transcript.text,
        confidence=round(transcript.confidence, 3),
        start_ms=eager.start_ms,
        end_ms=eager.end_ms,
        transcribe_ms=round(transcript.compute_ms, 1),
        wait_ms=round(transcript.wait_ms, 1),
    )


def _intent_event(utterance_id: int, intents: IntentResult) -> IntentRecognised:
    best = intents.alternatives[0].probability if intents.alternatives else 0.0
    return IntentRecognised(
        utterance_id=utterance_id,
        intent=intents.best,
        probability=round(intents.intents[0].probability if intents.intents else best, 3),
        also=tuple(i.name for i in intents.intents[1:]),
        in_scope=round(intents.in_scope, 3),
    )


def _current_task() -> "asyncio.Task[Any] | None":
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
