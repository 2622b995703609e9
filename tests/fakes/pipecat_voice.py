"""A small pipecat text-to-speech service of others: a tone for every word."""

import numpy as np
from pipecat.frames.frames import TTSAudioRawFrame
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService

_RATE = 24_000
"""Hz."""
_WORD_S = 0.3


class ToneService(TTSService):
    """Hums, with silence before and after."""

    Settings = TTSSettings

    def __init__(self, *, settings: TTSSettings | None = None):
        super().__init__(
            push_start_frame=True,
            push_stop_frames=True,
            settings=settings or TTSSettings(model=None, voice=None, language=None),
            sample_rate=_RATE,
        )

    async def run_tts(self, text, context_id):
        samples = np.arange(int(_RATE * _WORD_S * len(text.split())))
        tone = (9000 * np.sin(2 * np.pi * 200 * samples / _RATE)).astype("<i2").tobytes()
        silence = bytes(_RATE // 5 * 2)
        for audio in (silence, tone, silence):
            yield TTSAudioRawFrame(audio=audio, sample_rate=_RATE, num_channels=1, context_id=context_id)
