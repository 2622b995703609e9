"""From a reply's text to its sentences: numbers replies, renders them one after another, and falls silent in time."""

from collections.abc import AsyncIterator, Callable

from loguru import logger
from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection

from dialogue.turn_loop import TurnCommit
from interactions.events.base import Body
from interactions.events.lifecycle import Fault
from interactions.events.speaking import ReplyPlanned
from interactions.vocabulary import Component, Handling
from models.errors import FirstlineError
from voice.speaking.playout import Sentence
from voice.speaking.speaker import Speaker
from voice.turns import facts
from voice.turns.frames import (
    AnswerEndedFrame,
    CommittedFrame,
    FloorTakenFrame,
    ReplyFrame,
    ReplyNotRenderedFrame,
    SpeechFrame,
)
from voice.turns.turn_processor import TurnProcessor


class Rendering(TurnProcessor):
    """`ReplyFrame` in, `SpeechFrame`s out. Renders in the task that sends the reply: the next step waits for it."""

    def __init__(self, speaker: Speaker, new_reply_id: Callable[[], int], *, session_id: str):
        """Speak for one call.

        Args:
            speaker: The shared voice.
            new_reply_id: Numbers replies over the whole call.
            session_id: The call.
        """
        super().__init__(session_id=session_id, name="rendering")
        self._speaker = speaker
        self._new_reply_id = new_reply_id
        self._silenced: set[int] = set()
        """Turns whose answer the caller cut: no more is said, until something was changed by it."""
        self._spoke: int | None = None
        """The turn that spoke last."""

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Render replies; every other frame goes on."""
        match frame:
            case ReplyFrame():
                await self._render(frame)
                return
            case FloorTakenFrame() if frame.command.turn is not None:
                self._silenced.add(frame.command.turn)
            case CommittedFrame() if frame.fact.commit.change_settled:
                # Whoever talked into the filler has not heard yet what became of it.
                self._silenced.discard(frame.turn)
            case AnswerEndedFrame():
                self._silenced.discard(frame.turn)
        await self.push_frame(frame, direction)

    async def _render(self, reply: ReplyFrame) -> None:
        if reply.turn in self._silenced:
            return
        reply_id = self._new_reply_id()
        planned = ReplyPlanned(
            reply_id=reply_id,
            utterance_id=reply.utterance_id,
            pii_text=reply.reply.text,
            source=reply.reply.source,
        )
        await self._note(reply.turn, planned)
        try:
            async for sentence in self._sentences(reply):
                if reply.turn in self._silenced:
                    break
                self._spoke = reply.turn
                await self._push_speech(reply, reply_id, sentence)
        except FirstlineError as error:
            failed = ReplyNotRenderedFrame(turn=reply.turn, error=error.code, processor=self, exception=error)
            await self.push_frame(failed, FrameDirection.UPSTREAM)
        finally:
            await self._push_speech(reply, reply_id, None)

    async def _sentences(self, reply: ReplyFrame) -> AsyncIterator[Sentence]:
        """Rendered sentences; a voice that fails is asked once more."""
        rendered, follows = 0, self._spoke == reply.turn
        for attempt in (1, 2):
            number = 0
            try:
                async for sentence in self._speaker.speak(
                    reply.reply.text, pace=reply.pace, session_id=self.session_id, follows=follows
                ):
                    number += 1
                    if number > rendered:
                        rendered = number
                        yield sentence
                return
            except FirstlineError as error:
                logger.warning("call {}: the voice failed (try {}): {}", self.session_id, attempt, error.code)
                if attempt == 2:
                    raise
                await self._note(
                    reply.turn, Fault(code=error.code, component=Component.VOICE, handled=Handling.RETRIED)
                )

    async def _push_speech(self, reply: ReplyFrame, reply_id: int, sentence: Sentence | None) -> None:
        ready = facts.SpeechReady(turn=reply.turn, reply_id=reply_id, sentence=sentence, reply=reply.reply)
        await self.push_frame(SpeechFrame(fact=ready))

    async def _note(self, turn: int, *bodies: Body) -> None:
        await self.push_frame(CommittedFrame(fact=facts.Committed(turn=turn, commit=TurnCommit(facts=bodies))))
