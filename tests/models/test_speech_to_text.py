import asyncio
import re
import threading
from functools import cache

import numpy as np
import pytest
import soxr
from faster_whisper.feature_extractor import FeatureExtractor

from models.audio import mulaw_round_trip, resample
from models.errors import ModelBusyError, ModelError
from models.interfaces import Transcript, Word
from models.settings import SpeechToTextSettings
from models.speech_to_text import WhisperEngine
from models.speech_to_text.decoder import Utterance, WhisperDecoder, alike
from models.speech_to_text.engine import joined, split
from models.speech_to_text.features import log_mel
from tests.models.conformance_speech_to_text import SpeechToTextConformance, noise


@cache
def spoken(text: str) -> np.ndarray:
    """``text`` in the default voice, as the telephone carries it."""
    from hibari import Hibari

    voice = np.asarray(Hibari()(text), dtype=np.float32)
    return mulaw_round_trip(resample(voice, 24000, 8000))


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


@cache
def decoder() -> WhisperDecoder:
    return WhisperDecoder(SpeechToTextSettings(intra_threads=1))


@pytest.fixture
async def engine():
    made = WhisperEngine(SpeechToTextSettings(deadline_s=60), decoder=decoder())
    yield made
    await made.close()


@pytest.mark.slow
class TestWhisperEngine(SpeechToTextConformance):
    @pytest.fixture
    async def engine(self):
        made = WhisperEngine(SpeechToTextSettings(deadline_s=60), decoder=decoder())
        yield made
        await made.close()

    @pytest.fixture
    def speech(self):
        return spoken("I would like to cancel my order, please.")


@pytest.mark.slow
async def test_it_hears_what_was_said(engine):
    heard = await engine.transcribe(spoken("I would like to cancel my order, please."))
    assert plain(heard.text) == "i would like to cancel my order please"
    assert heard.confidence > 0.7


@pytest.mark.slow
async def test_a_batch_hears_what_each_alone_hears(engine):
    sentences = ["Where is my parcel?", "I want to talk to a person.", "My refund has not arrived.", "Yes, please."]
    alone = [(await engine.transcribe(spoken(text))).text for text in sentences]
    together = await asyncio.gather(*(engine.transcribe(spoken(text), session_id=text) for text in sentences))
    assert [heard.text for heard in together] == alone


@pytest.mark.slow
async def test_nothing_is_made_up_out_of_noise(engine):
    for level in (0.001, 0.03, 0.3):
        for seconds in (0.3, 1.0, 4.0):
            assert (await engine.transcribe(noise(seconds, level))).text == ""
    hum = (0.2 * np.sin(2 * np.pi * 440 * np.arange(16000) / 8000)).astype(np.float32)
    assert (await engine.transcribe(hum)).text == ""


@pytest.mark.slow
async def test_long_speech_is_heard_to_its_end(engine):
    pause = np.zeros(4000, dtype=np.float32)
    said = [
        "Good morning, I ordered a blue jacket two weeks ago.",
        "The tracking page says that it was delivered on Monday.",
        "Nobody rang at my door, and my neighbours know nothing.",
        "I have already written to you and had no answer.",
        "I would like you to send it again, or to give me my money back.",
        "My address is still the same as last year.",
        "Please tell me today how long this will take.",
        "Otherwise I will have to buy another one in a shop.",
    ]
    long = np.concatenate([sound for text in said for sound in (spoken(text), pause)])
    heard = await engine.transcribe(long, words=True)
    assert long.size > 30 * 8000
    assert "jacket" in heard.text and "neighbo" in heard.text and plain(heard.text).endswith("in a shop")
    assert heard.words[-1].end_ms > len(long) / 8 - 3000


@pytest.mark.slow
async def test_word_times_are_where_the_words_are(engine):
    gap = np.zeros(8000, dtype=np.float32)
    heard = await engine.transcribe(np.concatenate([spoken("Cancel it."), gap, spoken("Refund me.")]), words=True)
    refund = next(word for word in heard.words if plain(word.text).startswith("refund"))
    expected = (len(spoken("Cancel it.")) + 8000) / 8
    assert abs(refund.start_ms - expected) < 400


class StubDecoder:
    """Stands where the weights are, to steer time and failure."""

    def __init__(self, device="cpu"):
        self.device = device
        self.entered, self.go = threading.Event(), threading.Event()
        self.batches: list[int] = []

    def transcribe(self, batch):
        self.batches.append(len(batch))
        if any("hold" in utterance.hotwords for utterance in batch):
            self.entered.set()
            assert self.go.wait(20)
        if any("bad" in utterance.hotwords for utterance in batch):
            raise RuntimeError("out of memory")
        return [Transcript(text="yes", confidence=0.9) for _ in batch]


@pytest.fixture
def stub():
    made = StubDecoder()
    yield made
    made.go.set()


def held_engine(stub, **settings):
    return WhisperEngine(SpeechToTextSettings(**{"inter_threads": 1} | settings), decoder=stub)


async def test_a_decoder_that_raises_fails_that_request_with_a_coded_error(stub):
    engine = held_engine(stub)
    with pytest.raises(ModelError) as failed:
        await engine.transcribe(noise(1), hotwords=("bad",))
    assert failed.value.code == "model_failed"
    assert (await engine.transcribe(noise(1))).text == "yes"


async def test_a_decoder_that_hangs_times_out_and_others_go_on(stub):
    engine = held_engine(stub, deadline_s=0.05)
    with pytest.raises(ModelError) as late:
        await engine.transcribe(noise(1), hotwords=("hold",))
    assert late.value.code == "model_timeout"
    assert (await engine.transcribe(noise(1))).text == "yes"


async def test_a_full_queue_refuses(stub):
    engine = held_engine(stub, queue_bound=1)
    first = asyncio.create_task(engine.transcribe(noise(1), hotwords=("hold",)))
    await asyncio.to_thread(stub.entered.wait, 20)
    second = asyncio.create_task(engine.transcribe(noise(1)))
    await asyncio.sleep(0)
    with pytest.raises(ModelBusyError):
        await engine.transcribe(noise(1))
    stub.go.set()
    await asyncio.gather(first, second)


@pytest.mark.parametrize(("device", "batches"), [("cuda", [1, 4]), ("cpu", [1, 1, 1, 1, 1])])
async def test_what_waited_goes_together_on_a_gpu_and_the_cancelled_is_dropped(device, batches):
    stub = StubDecoder(device)
    engine = held_engine(stub)
    first = asyncio.create_task(engine.transcribe(noise(1), hotwords=("hold",)))
    await asyncio.to_thread(stub.entered.wait, 20)
    waiting = [asyncio.create_task(engine.transcribe(noise(1 + n / 10), session_id=str(n))) for n in range(5)]
    await asyncio.sleep(0)
    waiting[2].cancel()
    await asyncio.sleep(0)
    stub.go.set()
    await asyncio.gather(first, *waiting, return_exceptions=True)
    assert stub.batches == batches


def test_only_like_utterances_share_a_batch():
    short, longer, long = (Utterance(noise(seconds)) for seconds in (1.0, 2.5, 9.0))
    assert alike(short, longer) and not alike(short, long)
    assert not alike(short, Utterance(noise(1.0), hotwords=("digits",)))


def test_long_audio_is_split_where_it_is_quiet():
    audio = noise(70)
    quiet_at = 24 * 8000
    audio[quiet_at : quiet_at + 4000] = 0
    pieces = split(audio)
    assert np.array_equal(np.concatenate(pieces), audio)
    assert all(piece.size <= 28 * 8000 for piece in pieces)
    assert quiet_at <= pieces[0].size <= quiet_at + 4000


def test_pieces_join_into_one_transcript():
    word = Word(text="yes", start_ms=100, end_ms=300, confidence=0.8)
    pieces = [Transcript(text="yes", confidence=0.8, words=(word,), compute_ms=5), Transcript(text="", confidence=0)]
    whole = joined([*pieces, pieces[0]], [8000, 4000, 8000], 20.0)
    assert whole.text == "yes yes" and whole.confidence == pytest.approx(0.8)
    assert [word.start_ms for word in whole.words] == [100, 1600]
    assert (whole.compute_ms, whole.wait_ms) == (10, 10)


def test_the_features_equal_whispers_own_on_upsampled_audio():
    rng = np.random.default_rng(5)
    envelope = np.repeat(rng.random(20), 800)
    audio = (envelope * np.sin(np.cumsum(rng.random(16000)))).astype(np.float32) * 0.3
    audio = soxr.resample(soxr.resample(audio, 8000, 7000), 7000, 8000)[:16000]
    ours = log_mel(audio, 400)
    padded = np.pad(resample(audio, 8000, 16000), (0, 32000))[:64000]
    theirs = FeatureExtractor()(padded)[:, :400]
    assert ours.shape == theirs.shape == (80, 400)
    below_3_khz = slice(0, 57)
    np.testing.assert_allclose(ours[below_3_khz, 3:195], theirs[below_3_khz, 3:195], atol=0.02)
    np.testing.assert_allclose(ours[:, 210:], theirs[:, 210:], atol=0.02)


def test_asking_for_cuda_where_there_is_none_says_what_to_do():
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        pytest.skip("this machine has a CUDA device")
    with pytest.raises(ModelError, match="set the device to cpu") as refused:
        WhisperDecoder(SpeechToTextSettings(device="cuda"))
    assert refused.value.code == "cuda_absent"


def test_weights_that_are_not_there_and_foreign_languages_are_coded():
    with pytest.raises(ModelError) as missing:
        WhisperDecoder(SpeechToTextSettings(model="whisper-enormous"))
    assert missing.value.code == "model_missing"
    with pytest.raises(ModelError) as foreign:
        WhisperDecoder(SpeechToTextSettings(language="de"))
    assert foreign.value.code == "language_unsupported"
