"""How one caller feels: asks the emotion models after each turn and keeps the mood of the call."""

from interactions.events.lifecycle import Fault
from interactions.events.understanding import EmotionEstimated
from interactions.log import CallLog
from interactions.vocabulary import Component, Handling
from models.emotion.fusion import CallMood, Felt
from models.errors import FirstlineError
from models.interfaces import TELEPHONE_RATE, Audio, EmotionEstimate, EmotionModel, Role, SpokenAudio, TextEmotionModel


class EmotionTracker:
    """The caller's mood; fed a turn after it was answered, so that it never delays a reply."""

    def __init__(
        self,
        voice: EmotionModel | None,
        words: TextEmotionModel | None,
        log: CallLog,
        *,
        session_id: str,
    ):
        """Share the models; either may be missing."""
        self._voice = voice
        self._words = words
        self._log = log
        self._session_id = session_id
        self._mood = CallMood()

    @property
    def last(self) -> EmotionEstimate | None:
        """The last turn's estimate, None without evidence."""
        return self._mood.utterance if self._mood.utterance.enough_evidence else None

    @property
    def anger(self) -> float:
        """Call-level anger, 0 to 1; 0 unless it is rising: nothing escalates on one utterance."""
        return self._mood.anger if self._mood.rising else 0.0

    async def update(self, audio: Audio, text: str, utterance_id: int) -> None:
        """Judge a turn's voice (float32 [n], 8 kHz) and words, and log the mood after it."""
        try:
            felt = await self._judge(audio, text)
        except FirstlineError as error:
            self._log.append(Fault(code=error.code, component=Component.EMOTION, handled=Handling.WENT_ON))
            return
        self._mood = self._mood.after(felt)
        self._log.append(
            EmotionEstimated(
                utterance_id=utterance_id,
                label=self._mood.label_text,
                probabilities={e.value: round(p, 3) for e, p in self._mood.utterance.probabilities.items()},
                anger=round(self._mood.anger, 3),
            )
        )

    async def _judge(self, audio: Audio, text: str) -> Felt:
        voice = words = None
        if self._voice and audio.size:
            voice = await self._voice.estimate(SpokenAudio(Role.CALLER, audio), session_id=self._session_id)
        if self._words and text:
            words = await self._words.estimate(text, session_id=self._session_id)
        return Felt(voice=voice, words=words, speech_s=audio.size / TELEPHONE_RATE if voice else None)
