"""The way of a turn, as a pipecat pipeline; one a call.

    eager end ─► transcriber ─► turn judge ─► understanding ─► answering ─► rendering ─► gate ─► mood ─► facts
                      └── evidence ──┘                          dialogue      voice

Commands go in as frames, facts come out: `send` and the `report` that it is given are all that a session sees of it.
Processors and observers that an operator has named see the same frames as ours.
"""

import asyncio
import importlib
from collections.abc import Callable
from typing import Any

from loguru import logger
from pipecat.frames.frames import EndFrame, Frame
from pipecat.observers.base_observer import BaseObserver
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.workers.runner import WorkerRunner

from dialogue.runtime import LineRuntime
from interactions.context import CallContext
from interactions.log import CallLog
from models.errors import FirstlineError
from voice.engines import Engines
from voice.listening.audio_history import AudioHistory
from voice.listening.emotion import EmotionTracker
from voice.listening.recogniser import Recogniser
from voice.settings import VoiceSettings
from voice.turns import commands, facts, frames
from voice.turns.answering import Answering
from voice.turns.ends import Report, TurnInput, TurnOutput
from voice.turns.gate import Gate
from voice.turns.mood import Mood
from voice.turns.rendering import Rendering
from voice.turns.transcriber import Transcriber
from voice.turns.turn_judge import TurnJudge
from voice.turns.understanding import Understanding


class TurnPipeline:
    """Runs one call's turns; `start` before, `close` after."""

    def __init__(
        self,
        context: CallContext,
        runtime: LineRuntime,
        engines: Engines,
        history: AudioHistory,
        log: CallLog,
        settings: VoiceSettings,
        *,
        previous: Any,
        new_reply_id: Callable[[], int],
        report: Report,
    ):
        """Link the processors; nothing runs yet.

        Args:
            context: The call.
            runtime: The line's dialogue and tools.
            engines: The shared models.
            history: The caller's audio.
            log: Gets what is logged beside the facts: words beneath the bot's speech, emotion.
            settings: Deadlines, and what an operator has put into the pipeline.
            previous: The dialogue's state at the end of an earlier stream.
            new_reply_id: Numbers replies.
            report: Takes facts; returns at once.

        Raises:
            FirstlineError: code ``"pipeline_setting"`` when a processor or observer of the settings cannot be made.
        """
        call_id = context.call_id
        recogniser = Recogniser(
            engines.speech_to_text,
            engines.turn_model,
            hints=runtime.language.hints,
            session_id=call_id,
            transcribe_deadline_s=settings.transcribe_deadline_ms / 1000,
            turn_deadline_s=settings.turn_model_deadline_ms / 1000,
        )
        emotion = EmotionTracker(engines.emotion, engines.text_emotion, log, session_id=call_id)
        answer_within_s = settings.think_deadline_ms / 1000
        self._answer_within_s = answer_within_s
        self._input = TurnInput(report)
        way: list[FrameProcessor] = [
            self._input,
            Transcriber(recogniser, engines, history, log, session_id=call_id),
            TurnJudge(recogniser, runtime.language.turns, engines, history, session_id=call_id),
            Understanding(runtime, emotion, session_id=call_id),
            Answering(
                runtime,
                context,
                previous=previous,
                filler_after_s=settings.filler_after_ms / 1000,
                finish_within_s=answer_within_s,
            ),
            Rendering(engines.speaker, new_reply_id, session_id=call_id),
            Gate(session_id=call_id),
            Mood(emotion, history, window_s=settings.emotion_window_s, session_id=call_id),
            *(_made(path, FrameProcessor) for path in settings.processors),
            TurnOutput(report),
        ]
        self._worker = PipelineWorker(
            Pipeline(way),
            name=f"turns of {call_id}",
            observers=[_made(path, BaseObserver) for path in settings.observers],
            params=PipelineParams(enable_metrics=bool(settings.observers), send_initial_empty_metrics=False),
            enable_rtvi=False,
            enable_turn_tracking=False,
            idle_timeout_secs=None,
            check_dangling_tasks=False,
        )
        self._running: asyncio.Task[None] | None = None
        self._closing = False
        self._report = report

    async def start(self) -> None:
        """Begin to take commands."""
        runner = WorkerRunner(handle_sigint=False, check_dangling_tasks=False)
        await runner.add_workers(self._worker)
        self._running = asyncio.get_running_loop().create_task(runner.run())
        self._running.add_done_callback(self._ended)

    def send(self, command: commands.ForPipeline) -> None:
        """Put a command into the pipeline; returns at once."""
        self._input.send(self._frame_of(command))

    async def close(self) -> None:
        """End all work, but for a change of the world that is under way: that is waited for."""
        self._closing = True
        if self._running:
            await self._worker.queue_frame(EndFrame())
            await self._running

    def _ended(self, running: "asyncio.Task[None]") -> None:
        if not self._closing:
            logger.error("the turn pipeline {} ended by itself", self._worker)
            self._report(facts.PipelineFailed())

    def _frame_of(self, command: commands.ForPipeline) -> Frame:
        due_s = asyncio.get_running_loop().time() + self._answer_within_s
        match command:
            case commands.BeginTurn():
                return frames.TurnBegunFrame(command=command)
            case commands.JudgeWords():
                return frames.WordsWantedFrame(command=command)
            case commands.Speculate():
                return frames.EagerTurnFrame(command=command, due_s=due_s)
            case commands.Withdraw():
                return frames.TurnWithdrawnFrame(command=command)
            case commands.Confirm():
                return frames.TurnConfirmedFrame(command=command)
            case commands.Answer():
                return frames.CertainTurnFrame(command=command, due_s=due_s)
            case commands.Interrupt():
                return frames.FloorTakenFrame(command=command)
            case commands.AllowChange():
                return frames.ChangeAllowedFrame(command=command)
            case commands.TellHeard():
                return frames.ReplyHeardFrame(command=command)
            case commands.TellBotStarted():
                return frames.BotHeardFrame(command=command)
            case commands.TellBotStopped():
                return frames.BotSilentFrame(command=command)


def _made(path: str, kind: type) -> Any:
    """An instance of the class at a dotted path."""
    module, _, name = path.rpartition(".")
    try:
        made = getattr(importlib.import_module(module), name)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise FirstlineError(
            "pipeline_setting", f"{path!r} cannot be put into the turn pipeline ({error}); see `firstline settings`."
        ) from error
    if not isinstance(made, kind):
        raise FirstlineError("pipeline_setting", f"{path!r} is no pipecat {kind.__name__}.")
    return made
