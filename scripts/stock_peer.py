"""The benchmarks' peer: the pipeline a pipecat user would assemble, answering the same calls with the same replies.

pipecat's own `WhisperSTTService` on the same weights as ours, Silero, Smart Turn v3 and Piper, with pipecat's defaults,
behind its FastAPI websocket transport and Twilio serializer. The language model's place is taken by a processor that
answers every turn at once with one fixed sentence: the peer is not charged for a model that we do not run either.

Run as ``python -m scripts.stock_peer --port 8099``; the benchmarks start and stop it themselves.
"""

from pathlib import Path

import typer
import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    Frame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.runner.utils import parse_telephony_websocket
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.services.piper.tts import PiperTTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.workers.runner import WorkerRunner
from twilio.twiml.voice_response import Connect, VoiceResponse

from models.registry import locate

PIPER_VOICE = "en_US-joe-medium"


class FixedAnswer(FrameProcessor):
    """Stands where the language model would: answers every user turn at once with the same sentence."""

    def __init__(self, answer: str):
        """Answer with this."""
        super().__init__()
        self._answer = answer

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Turn a context into a response; pass everything else on."""
        await super().process_frame(frame, direction)
        if isinstance(frame, LLMContextFrame):
            await self.push_frame(LLMFullResponseStartFrame())
            await self.push_frame(LLMTextFrame(self._answer))
            await self.push_frame(LLMFullResponseEndFrame())
        else:
            await self.push_frame(frame, direction)


async def converse(websocket: WebSocket, *, greeting: str, answer: str, whisper: str, piper_folder: Path) -> None:
    """Hold one call with the stock pipeline."""
    _, call = await parse_telephony_websocket(websocket)
    serializer = TwilioFrameSerializer(
        stream_sid=call.stream_id,
        call_sid=call.call_id,
        params=TwilioFrameSerializer.InputParams(auto_hang_up=False),
    )
    transport = FastAPIWebsocketTransport(
        websocket=websocket,
        params=FastAPIWebsocketParams(audio_in_enabled=True, audio_out_enabled=True, serializer=serializer),
    )
    context = LLMContext()
    user, assistant = LLMContextAggregatorPair(
        context, user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    worker = PipelineWorker(
        Pipeline(
            [
                transport.input(),
                WhisperSTTService(device="cpu", settings=WhisperSTTService.Settings(model=whisper)),
                user,
                FixedAnswer(answer),
                PiperTTSService(download_dir=piper_folder, settings=PiperTTSService.Settings(voice=PIPER_VOICE)),
                transport.output(),
                assistant,
            ]
        ),
        # The transcriber takes 16 kHz; at the telephone's 8 kHz it would hear everything at double speed.
        params=PipelineParams(audio_in_sample_rate=16000, audio_out_sample_rate=8000),
    )

    @transport.event_handler("on_client_connected")
    async def greet(_: object, __: object) -> None:
        await worker.queue_frame(TTSSpeakFrame(greeting))

    @transport.event_handler("on_client_disconnected")
    async def leave(_: object, __: object) -> None:
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


def create_app(*, public_url: str, greeting: str, answer: str) -> FastAPI:
    """The peer as a web app with Twilio's voice webhook and media socket."""
    app = FastAPI()
    whisper, piper_folder = str(locate("whisper-tiny.en")), locate("piper-joe")
    stream_url = public_url.replace("http", "ws", 1) + "/twilio/media"

    @app.post("/twilio/voice")
    async def voice(_: Request) -> Response:
        response = VoiceResponse()
        connect = Connect()
        connect.stream(url=stream_url)
        response.append(connect)
        response.hangup()
        return Response(str(response), media_type="application/xml")

    @app.post("/twilio/status", status_code=204)
    async def status(_: Request) -> None:
        """Nothing is kept."""

    @app.websocket("/twilio/media")
    async def media(websocket: WebSocket) -> None:
        await websocket.accept()
        await converse(websocket, greeting=greeting, answer=answer, whisper=whisper, piper_folder=piper_folder)

    @app.get("/ready")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    return app


def main(
    port: int = typer.Option(8099, help="Loopback port."),
    public_url: str = typer.Option("", help="URL in the webhook's signature; by default that of the port."),
    greeting: str = typer.Option("Hello, how can I help?", help="First words of a call."),
    answer: str = typer.Option("Sorry, could you say that another way?", help="Reply to every turn."),
) -> None:
    """Serve the stock pipeline on loopback."""
    logger.remove()
    app = create_app(public_url=public_url or f"http://127.0.0.1:{port}", greeting=greeting, answer=answer)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    typer.run(main)
