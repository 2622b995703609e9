"""A pipecat service that all calls share: made by its dotted path, run in a pipeline of its own, and ended in time."""

import asyncio
import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from loguru import logger

from models.errors import ModelError

if TYPE_CHECKING:
    from pipecat.frames.frames import Frame
    from pipecat.pipeline.worker import PipelineParams
    from pipecat.processors.frame_processor import FrameProcessor

_CANCEL_S = 1.0
"""Time a service gets to let go of what it does."""
_CLOSE_S = 5.0
"""After this the pipeline is left behind; pipecat's own bounds are shorter."""


def make_service(path: str, arguments: dict[str, Any], kind: type, *, code: str, what: str) -> Any:
    """Make a service from its dotted path, such as ``pipecat.services.piper.tts.PiperTTSService``.

    Args:
        path: Of the class.
        arguments: What it is made with; those under ``settings`` become the class's own ``Settings``.
        kind: What it has to be.
        code: Of the error.
        what: What the service would have been, for the error's message.

    Raises:
        ModelError: There is no such class, it is of another kind, or it refuses the arguments.
    """
    module, _, name = path.rpartition(".")
    try:
        service_class = getattr(importlib.import_module(module), name)
        if "settings" in arguments:
            arguments = arguments | {"settings": service_class.Settings(**arguments["settings"])}
        service = service_class(**arguments)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise ModelError(code, f"No {what} can be made from {path!r} ({error}); see `firstline settings`.") from error
    if not isinstance(service, kind):
        raise ModelError(code, f"No {what} can be made from {path!r}: it is no {kind.__name__} of pipecat's.")
    return service


class ServicePipeline:
    """Processors that run apart from any call, from `start` to `close`.

    It has to be closed before the event loop ends: pipecat answers a cancellation from outside by waiting for its own
    tasks, and at the end of a loop these are cancelled too, so that it would wait for ever.
    """

    def __init__(self, processors: "Sequence[FrameProcessor]", params: "PipelineParams"):
        """Keep what is to run; nothing runs yet."""
        self._processors = list(processors)
        self._params = params
        self._starting = asyncio.Lock()
        self._started = asyncio.Event()
        self._worker: Any = None
        self._runner: Any = None
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Let the processors connect and start, unless they have; returns when frames get through."""
        from pipecat.pipeline.pipeline import Pipeline
        from pipecat.pipeline.worker import PipelineWorker
        from pipecat.workers.runner import WorkerRunner

        async with self._starting:
            if self._running is None:
                self._worker = PipelineWorker(
                    Pipeline(self._processors),
                    params=self._params,
                    cancel_timeout_secs=_CANCEL_S,
                    enable_rtvi=False,
                    enable_turn_tracking=False,
                    idle_timeout_secs=None,
                    check_dangling_tasks=False,
                )
                self._worker.add_event_handler("on_pipeline_started", self._on_started)
                self._runner = WorkerRunner(handle_sigint=False, check_dangling_tasks=False)
                await self._runner.add_workers(self._worker)
                self._running = asyncio.create_task(self._runner.run())
            await self._started.wait()

    async def queue_frame(self, frame: "Frame") -> None:
        """Hand a frame to the first processor; after `start`."""
        await self._worker.queue_frame(frame)

    async def close(self) -> None:
        """End the processors, in a few seconds whatever they do."""
        if self._running is None:
            return
        # A runner forgets in its first step that it was told to end.
        await asyncio.sleep(0)
        await self._runner.cancel()
        _, late = await asyncio.wait([self._running], timeout=_CLOSE_S)
        if late:
            logger.warning("{} did not end within {} s", self._processors[0].name, _CLOSE_S)

    async def _on_started(self, worker: object, frame: object) -> None:
        self._started.set()
