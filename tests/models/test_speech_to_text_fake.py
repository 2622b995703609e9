import numpy as np
import pytest

from models.errors import ModelBusyError
from models.interfaces import Transcript
from tests.fakes.speech_to_text import FakeSpeechToText
from tests.models.conformance_speech_to_text import SpeechToTextConformance, noise


class TestFakeSpeechToText(SpeechToTextConformance):
    @pytest.fixture
    def engine(self):
        return FakeSpeechToText(default="where is my order")

    @pytest.fixture
    def speech(self):
        return noise(1.5)


async def test_the_script_answers_call_by_call_and_the_calls_are_kept():
    fake = FakeSpeechToText(["yes", Transcript(text="four two", confidence=0.4), ModelBusyError("speech to text", 8)])
    assert (await fake.transcribe(noise(1), session_id="a")).text == "yes"
    assert (await fake.transcribe(noise(1), hotwords=("digits",))).confidence == 0.4
    with pytest.raises(ModelBusyError):
        await fake.transcribe(noise(1))
    assert (await fake.transcribe(np.zeros(800, dtype=np.float32))).text == ""
    assert [(call.session_id, call.hotwords, call.samples) for call in fake.calls] == [
        ("a", (), 8000),
        ("", ("digits",), 8000),
        ("", (), 8000),
        ("", (), 800),
    ]
