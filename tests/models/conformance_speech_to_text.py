"""What every speech-to-text engine must do; a test module inherits the suite and gives it an ``engine`` fixture."""

import asyncio

import numpy as np
import pytest

from models.errors import ModelError
from models.interfaces import SpeechToText, Transcript


def noise(seconds: float, level: float = 0.1) -> np.ndarray:
    samples = np.random.default_rng(3).standard_normal(int(seconds * 8000))
    return np.clip(level * samples, -1.0, 1.0).astype(np.float32)


class SpeechToTextConformance:
    """Inherit, and give ``engine`` (a ``SpeechToText``) and ``speech`` (float32 [n], 8 kHz, somebody speaks)."""

    async def test_speech_gives_a_whole_transcript(self, engine: SpeechToText, speech):
        heard = await engine.transcribe(speech, session_id="call-1")
        assert isinstance(heard, Transcript)
        assert heard.text and heard.text == heard.text.strip()
        assert 0.0 < heard.confidence <= 1.0 and heard.language == "en"
        assert heard.words == () and heard.compute_ms >= 0.0 and heard.wait_ms >= 0.0

    async def test_words_come_in_order_within_the_audio(self, engine: SpeechToText, speech):
        heard = await engine.transcribe(speech, words=True)
        assert [word.text for word in heard.words] == heard.text.split()
        times = [time for word in heard.words for time in (word.start_ms, word.end_ms)]
        assert times == sorted(times)
        assert times[0] >= 0 and times[-1] <= len(speech) / 8
        assert all(0.0 <= word.confidence <= 1.0 for word in heard.words)

    async def test_hotwords_are_taken(self, engine: SpeechToText, speech):
        assert (await engine.transcribe(speech, hotwords=("Firstline", "parcel locker"))).text

    @pytest.mark.parametrize("seconds", [0.0, 0.01, 0.05, 0.5, 5.0, 60.0])
    async def test_silence_of_any_length_is_an_empty_transcript(self, engine: SpeechToText, seconds):
        heard = await engine.transcribe(np.zeros(int(8000 * seconds), dtype=np.float32))
        assert heard.text == "" and heard.confidence == 0.0 and heard.words == ()

    async def test_clipped_and_very_loud_audio_is_taken(self, engine: SpeechToText, speech):
        heard = await engine.transcribe(np.clip(speech * 50, -1, 1).astype(np.float32))
        assert isinstance(heard.text, str)

    @pytest.mark.parametrize(
        ("audio", "code"),
        [
            (np.full(8000, np.nan, dtype=np.float32), "audio_not_finite"),
            (np.full(8000, -np.inf, dtype=np.float32), "audio_not_finite"),
            (np.zeros(8000, dtype=np.int16), "audio_dtype"),
            (np.zeros(8000, dtype=np.float64), "audio_dtype"),
            (np.zeros((8000, 2), dtype=np.float32), "audio_shape"),
            (np.full(8000, 9000.0, dtype=np.float32), "audio_scale"),
            (np.zeros(8000 * 600, dtype=np.float32), "audio_too_long"),
            (b"\xff" * 160, "audio_dtype"),
        ],
    )
    async def test_what_is_no_audio_is_refused_by_code(self, engine: SpeechToText, audio, code):
        with pytest.raises(ModelError) as refused:
            await engine.transcribe(audio)
        assert refused.value.code == code

    async def test_the_audio_handed_in_is_not_changed(self, engine: SpeechToText, speech):
        before = speech.copy()
        await engine.transcribe(speech)
        np.testing.assert_array_equal(speech, before)

    async def test_calls_at_the_same_time_all_get_their_answer(self, engine: SpeechToText, speech):
        silence = np.zeros(8000, dtype=np.float32)
        heard = await asyncio.gather(
            *(engine.transcribe(silence if n % 2 else speech, session_id=f"call-{n}") for n in range(6))
        )
        assert all(bool(transcript.text) == (n % 2 == 0) for n, transcript in enumerate(heard))
