"""What of a rendered sentence goes to the ear."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from languages import load
from models.audio import mulaw_decode
from models.errors import ModelError
from models.interfaces import Audio
from voice.speaking.speaker import SENTENCE_GAP_MS, PromptCache, Speaker

TONE = (0.3 * np.sin(2 * np.pi * 300 * np.arange(800) / 8000)).astype(np.float32)


class Breathing:
    """A voice that draws breath before and after every sentence."""

    name = "breathing"

    def __init__(self, *parts: Audio):
        self._parts = parts

    async def render(self, text: str, *, pace: float = 1.0, session_id: str = "") -> AsyncIterator[Audio]:
        for part in self._parts:
            yield part


def silence(ms: int) -> Audio:
    return np.zeros(ms * 8, dtype=np.float32)


async def said(speaker: Speaker, text: str, *, follows: bool = False) -> list[Audio]:
    return [mulaw_decode(each.audio) async for each in speaker.speak(text, follows=follows)]


def silent_ms(audio: Audio) -> float:
    return float(np.flatnonzero(np.abs(audio) > 0.01)[0]) / 8


async def test_the_caller_does_not_wait_for_the_voice_to_draw_breath() -> None:
    (audio,) = await said(Speaker(Breathing(silence(90), TONE, silence(50)), PromptCache(), load("en").read), "Hello.")
    assert silent_ms(audio) < 5 and len(audio) / 8 == pytest.approx(150, abs=5)


async def test_sentences_and_replies_of_one_breath_are_apart() -> None:
    speaker = Speaker(Breathing(TONE), PromptCache(), load("en").read)
    first, second = await said(speaker, "One moment. I have it.")
    (third,) = await said(speaker, "Anything else?", follows=True)
    assert silent_ms(first) < 5
    assert min(silent_ms(second), silent_ms(third)) >= SENTENCE_GAP_MS


async def test_a_voice_without_a_sound_is_a_typed_error() -> None:
    with pytest.raises(ModelError) as caught:
        await said(Speaker(Breathing(), PromptCache(), load("en").read), "Hello.")
    assert caught.value.code == "voice_empty"


async def test_a_sentence_without_a_sound_is_left_out_and_the_rest_is_said() -> None:
    speaker = Speaker(Breathing(TONE), PromptCache(), load("en").read)
    texts = [each.text async for each in speaker.speak("The courier left a note. 🙂 Left at the door.")]
    assert [text.strip("🙂 ") for text in texts] == ["The courier left a note.", "Left at the door."]
    assert await said(speaker, "李明。") == []


async def test_what_has_no_sound_makes_no_pause() -> None:
    speaker = Speaker(Breathing(TONE), PromptCache(), load("en").read)
    (only,) = await said(speaker, "… Hello.")
    assert silent_ms(only) < 5


async def test_a_prompt_without_a_sound_is_ready_at_once() -> None:
    assert Speaker(Breathing(TONE), PromptCache(), load("en").read).ready("🎉") == []
