"""pipecat services as our transcriber: the suite of every transcriber, and what only a service of others can do."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from pipecat.services.stt_service import STTService

from models.errors import ModelBusyError, ModelError
from models.settings import SpeechToTextSettings
from models.speech_to_text import WhisperEngine, make_transcriber
from models.speech_to_text.pipecat_transcriber import PipecatTranscriber
from tests.fakes.pipecat_transcriber import SegmentService, StreamService
from tests.models.conformance_speech_to_text import SpeechToTextConformance, noise


class Made(list[Any]):
    """Makes services and keeps them."""

    def __init__(self, make: Callable[[], STTService]):
        super().__init__()
        self._make = make

    def __call__(self) -> STTService:
        self.append(self._make())
        return self[-1]


@asynccontextmanager
async def transcriber(make: Callable[[], STTService], **settings: Any) -> AsyncIterator[PipecatTranscriber]:
    engine = PipecatTranscriber(make, SpeechToTextSettings(**settings))
    try:
        yield engine
    finally:
        await engine.close()


class Conformance(SpeechToTextConformance):
    @pytest.fixture
    def speech(self):
        return noise(1.5)


class TestSegments(Conformance):
    @pytest.fixture
    async def engine(self):
        async with transcriber(SegmentService) as engine:
            yield engine


class TestStream(Conformance):
    @pytest.fixture
    async def engine(self):
        async with transcriber(StreamService) as engine:
            yield engine


async def test_a_service_of_segments_gets_a_wav_of_16_khz_with_silence_after_it():
    service = SegmentService()
    async with transcriber(lambda: service) as engine:
        await engine.transcribe(noise(0.5))
    with wave.open(io.BytesIO(service.segments[0])) as segment:
        assert (segment.getframerate(), segment.getnchannels(), segment.getsampwidth()) == (16_000, 1, 2)
        samples = np.frombuffer(segment.readframes(segment.getnframes()), dtype="<i2")
    assert np.any(samples[7000:7900]) and not np.any(samples[8100:]) and abs(samples.size - 16_000) <= 16


async def test_a_service_of_streams_gets_the_same_in_pieces():
    service = StreamService()
    async with transcriber(lambda: service) as engine:
        await engine.transcribe(noise(0.5))
    assert abs(len(service.received) // 2 - 16_000) <= 16


async def test_a_language_that_the_service_tells_is_told():
    async with transcriber(lambda: SegmentService(language="pt-BR")) as engine:
        assert (await engine.transcribe(noise(0.5))).language == "pt"


@pytest.mark.parametrize("service", [SegmentService, lambda **told: StreamService(patience_s=0.01, **told)])
async def test_a_service_that_hears_nothing_is_an_empty_transcript(service):
    async with transcriber(lambda: service(says="")) as engine:
        assert (await engine.transcribe(noise(0.5))).text == ""


async def test_a_service_that_never_says_it_is_done_gets_its_usual_time():
    async with transcriber(lambda: StreamService(finalizes=False, patience_s=0.2)) as engine:
        assert (await engine.transcribe(noise(0.5))).text == "where is my order"


@pytest.mark.parametrize("kind", [SegmentService, StreamService])
async def test_a_service_that_refuses_is_told_by_code_and_heard_again(kind):
    made = Made(kind)
    async with transcriber(made) as engine:
        made[0].refuses = True
        with pytest.raises(ModelError) as raised:
            await engine.transcribe(noise(0.5))
        assert raised.value.code == "transcriber_failed"
        made[0].refuses = False
        assert (await engine.transcribe(noise(0.5))).text == "where is my order"


async def test_what_a_service_raises_is_told_by_its_type_only():
    service = SegmentService()
    service.error = ValueError("the caller said 4027")
    async with transcriber(lambda: service) as engine:
        with pytest.raises(ModelError) as raised:
            await engine.transcribe(noise(0.5))
    assert raised.value.code == "transcriber_failed"
    assert "ValueError" in raised.value.message and "4027" not in raised.value.message


@pytest.mark.parametrize("kind", [SegmentService, StreamService])
async def test_a_service_that_hangs_costs_the_deadline(kind):
    service = kind()
    service.answers.clear()
    async with transcriber(lambda: service, deadline_s=0.1) as engine:
        with pytest.raises(ModelError) as raised:
            await engine.transcribe(noise(0.5))
        assert raised.value.code == "transcriber_timeout"
        service.answers.set()


async def test_the_words_of_one_whose_asker_left_are_not_taken_for_the_next_ones():
    service = StreamService()
    async with transcriber(lambda: service, at_once=1) as engine:
        service.answers.clear()
        left = asyncio.ensure_future(engine.transcribe(noise(0.5)))
        await service.asked.wait()
        left.cancel()
        following = asyncio.ensure_future(engine.transcribe(noise(0.5)))
        service.answers.set()
        assert (await following).text == "where is my order"
        assert len(service.received) // 2 > 31_000


async def test_a_service_of_streams_is_opened_for_each_at_the_same_time_up_to_a_bound():
    made = Made(StreamService)
    async with transcriber(made, at_once=2) as engine:
        heard = await asyncio.gather(*(engine.transcribe(noise(0.5), session_id=f"call-{n}") for n in range(5)))
        assert {each.text for each in heard} == {"where is my order"}
        assert len(made) == 2
    assert all(service.is_cleaned_up for service in made)


async def test_more_than_its_queue_holds_is_refused_and_calls_take_turns():
    service = SegmentService()
    async with transcriber(lambda: service, queue_bound=3, at_once=1) as engine:
        service.answers.clear()
        order: list[str] = []

        async def ask(call: str) -> None:
            await engine.transcribe(noise(0.5), session_id=call)
            order.append(call)

        asked = [asyncio.ensure_future(ask(call)) for call in ("first", "busy", "busy", "other")]
        await service.asked.wait()
        with pytest.raises(ModelBusyError):
            await engine.transcribe(noise(0.5))
        service.answers.set()
        await asyncio.gather(*asked)
    assert order == ["first", "busy", "other", "busy"]


@pytest.mark.parametrize("kind", [SegmentService, StreamService])
async def test_closing_fails_what_is_heard_and_what_waits(kind):
    service = kind()
    engine = PipecatTranscriber(lambda: service, SpeechToTextSettings(at_once=1))
    service.answers.clear()
    asked = [asyncio.ensure_future(engine.transcribe(noise(0.5))) for _ in range(2)]
    await service.asked.wait()
    await engine.close()
    failed = await asyncio.gather(*asked, return_exceptions=True)
    assert [error.code for error in failed if isinstance(error, ModelError)] == ["model_closed"] * 2
    with pytest.raises(ModelError, match="closed"):
        await engine.transcribe(noise(0.5))


@pytest.mark.parametrize("kind", [SegmentService, StreamService])
def test_an_event_loop_ends_after_it_was_closed(kind):
    async def use() -> str:
        async with transcriber(kind) as engine:
            return (await engine.transcribe(noise(0.5))).text

    assert asyncio.run(use()) == "where is my order"


async def test_what_was_never_used_closes():
    async with transcriber(StreamService):
        pass


async def test_the_settings_name_the_service():
    settings = SpeechToTextSettings(
        engine="tests.fakes.pipecat_transcriber.SegmentService", arguments={"says": "hello"}
    )
    engine = make_transcriber(settings)
    assert isinstance(engine, PipecatTranscriber)
    assert (await engine.transcribe(noise(0.5))).text == "hello"
    await engine.close()


@pytest.mark.parametrize("path", ["nowhere.Service", "NoModule", f"{__name__}.Made", f"{__name__}.noise"])
def test_what_is_no_service_is_said_by_its_name(path):
    with pytest.raises(ModelError) as raised:
        make_transcriber(SpeechToTextSettings(engine=path))
    assert raised.value.code == "transcriber_unknown" and path in raised.value.message


@pytest.mark.slow
async def test_our_own_is_the_default():
    engine = make_transcriber(SpeechToTextSettings())
    assert isinstance(engine, WhisperEngine)
    await engine.close()
