"""The models of a process: loaded once, shared by all its lines and calls, and closed at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version

from dialogue.lines.types import Line
from dialogue.understanding import Understanding, understand_line
from languages import DEFAULT, load
from models.emotion.voice import VoiceEmotion
from models.in_threads import (
    ThreadedIntentClassifier,
    ThreadedSentenceEmbedder,
    ThreadedTextEmotion,
    ThreadedTurnReader,
    ThreadedVoiceEmotion,
)
from models.intent import fit
from models.registry import cache_folder, locate
from models.sentence_embedding import shared_embedder
from models.speech_detection import SileroDetector, WebRtcGate
from models.speech_to_text import make_transcriber
from models.text_sentiment import shared_text_sentiment
from models.text_to_speech import make_voice
from models.turn_detection import SmartTurn
from models.turn_evidence import TurnEvidence
from models.understanding.reader import READ_LANGUAGES, shared_reader
from models.workers import ModelWorkers
from service.settings import Settings
from voice.engines import Engines
from voice.speaking.speaker import PromptCache, Speaker


class LoadedModels:
    """Every model of the process and the threads it runs on."""

    def __init__(self, settings: Settings):
        """Load them; blocking, seconds.

        Raises:
            FirstlineError: A model cannot be loaded; the message says what to do.
        """
        self._transcriber = make_transcriber(settings.transcriber)
        self._turn_workers = ModelWorkers("turn detection", threads=1, bound=64)
        self._voice_workers = ModelWorkers("voice", threads=1, bound=64)
        self._small_workers = ModelWorkers("understanding", threads=1, bound=128)
        self._voice = make_voice(settings.voice.engine, settings.voice.arguments, self._voice_workers)
        self._prompts = PromptCache(settings.data_dir / "prompts")
        self._embedder = ThreadedSentenceEmbedder(shared_embedder(), self._small_workers)
        self._reader = ThreadedTurnReader(shared_reader(), self._small_workers)
        self._engines = Engines(
            speech_to_text=self._transcriber,
            detector=SileroDetector(locate("silero-vad")),
            cheap_gate=WebRtcGate,
            turn_model=SmartTurn(self._turn_workers, path=locate("smart-turn-v3.2")),
            completion=TurnEvidence(load(DEFAULT).turns) if settings.turn_evidence else None,
            speaker=Speaker(self._voice, self._prompts, load(DEFAULT).read),
            emotion=ThreadedVoiceEmotion(VoiceEmotion(locate("emotion-voice")), self._small_workers),
            text_emotion=ThreadedTextEmotion(shared_text_sentiment(), self._small_workers),
            software=f"firstline {version('firstline')}",
        )

    def understand(self, line: Line) -> Understanding:
        """Fit the shared models to a line's examples and articles; blocking, seconds, or at once from the cache."""

        def classifier(examples: Mapping[str, Sequence[str]]) -> ThreadedIntentClassifier:
            fitted = fit(examples, seams=line.language.cues.seams, cache_dir=cache_folder() / "lines")
            return ThreadedIntentClassifier(fitted, self._small_workers)

        reader = self._reader if line.language.code in READ_LANGUAGES else None
        return understand_line(line, classifier, self._embedder, reader)

    def engines(self, line: Line) -> Engines:
        """The shared models as calls on a line use them: a sentence is read aloud as in the line's region."""
        return replace(self._engines, speaker=Speaker(self._voice, self._prompts, line.read))

    async def warm_up(self) -> None:
        """Let the transcriber do its first, slow work before the first call."""
        await self._transcriber.warm_up()

    async def close(self) -> None:
        """Give back the threads and end the services of others; no call is left."""
        await self._transcriber.close()
        await self._voice.close()
        for workers in (self._turn_workers, self._voice_workers, self._small_workers):
            workers.close()
