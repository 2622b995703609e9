"""Whisper on CTranslate2, blocking: a batch of utterances in, transcripts out."""

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from models import registry
from models.errors import ModelError
from models.interfaces import TELEPHONE_RATE, Audio, SpeechDetector, Transcript, Word
from models.settings import SpeechToTextSettings
from models.speech_detection import CHUNK_SAMPLES, SileroDetector
from models.speech_to_text import silence
from models.speech_to_text.bursts import bursts
from models.speech_to_text.evidence import (
    LEAST_VOICE_MS,
    Attempt,
    cut_to_stretches,
    is_doubtful,
    may_be_filled_up,
    most_tokens,
    needs_another,
    nothing_was_said,
    ran_away,
    salvaged,
    went_wrong,
    without_echo,
)
from models.speech_to_text.features import FRAMES_PER_S, log_mel
from models.workers import in_background

MAX_PIECE_S = 28.0
"""Longest audio decoded at once; what is longer is split before."""
_CPU_STEP_S = 0.02
"""Lengths are encoded as they are: a CPU gains little from encoding equals together and loses what is padded."""
_GPU_STEP_S = 1.0
"""Lengths are rounded up, so that utterances of many calls are encoded together."""
_MOST_PROMPT_TOKENS = 100
_MARGIN_S = 0.1
"""Audio around a stretch of sound that is decoded by itself."""
_CHUNK_MS = 1000 * CHUNK_SAMPLES / TELEPHONE_RATE
_SPEECH = 0.5
"""Probability from which the speech detector's judgement counts as speech."""
_POSITION_MS = 20
"""Time of one position of the encoder's output."""


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """One stretch of audio to transcribe."""

    audio: Audio
    """float32 [n], 8 kHz, at most ``MAX_PIECE_S``."""
    hotwords: tuple[str, ...] = ()
    """Domain words that are likely."""
    words: bool = False
    """Whether word times are wanted."""

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.audio.size / TELEPHONE_RATE


def alike(one: Utterance, other: Utterance) -> bool:
    """Whether two utterances may share a batch: same hotwords, and no short answer waits for a long story."""
    short, long = sorted((one.seconds, other.seconds))
    return one.hotwords == other.hotwords and long <= 2.0 * short + 3.0


class WhisperDecoder:
    """One loaded Whisper; calls may come from several threads."""

    def __init__(self, settings: SpeechToTextSettings, detector: SpeechDetector | None = None):
        """Load the weights.

        Args:
            settings: The transcriber's settings.
            detector: Asked whether doubtful audio holds speech; Silero unless another is given.

        Raises:
            ModelError: ``cuda_absent``, ``model_missing``, ``model_hash_mismatch``, ``model_load_failed``,
                or ``language_unsupported``.
        """
        self._settings = settings
        self._detector = detector or SileroDetector(registry.locate("silero-vad"))
        self.device = _device(settings.device)
        folder = _folder(settings.model)
        try:
            self._model = in_background(
                lambda: ctranslate2.models.Whisper(
                    str(folder),
                    device=self.device,
                    device_index=settings.device_index,
                    compute_type=_compute_type(settings.compute_type, self.device),
                    inter_threads=settings.inter_threads,
                    intra_threads=settings.intra_threads,
                )
            )
            self._tokens = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:
            raise ModelError("model_load_failed", f"Whisper cannot be loaded from {settings.model}: {error}") from error
        self.multilingual: bool = self._model.is_multilingual
        self._tokenizers: dict[str, Tokenizer] = {}
        self._tokenizer("en" if settings.language == "auto" else settings.language)
        self._step_s = _GPU_STEP_S if self.device == "cuda" else _CPU_STEP_S
        self._tail = self._silence_tail()

    def transcribe(self, batch: list[Utterance]) -> list[Transcript]:
        """Transcribe utterances that are ``alike`` together; one transcript each, in their order."""
        began = time.perf_counter()
        encoded = self._encode(batch)
        languages = self._languages(encoded, len(batch))
        attempts = self._decode(encoded, batch, languages, self._settings.beam_size)
        transcripts = []
        for index, utterance in enumerate(batch):
            kept: Attempt | None = attempts[index]
            encoding = encoded[index : index + 1]
            if self._nothing_said(utterance, attempts[index]):
                kept = None
            elif needs_another(attempts[index], utterance.seconds):
                kept, encoding = self._try_again(utterance, encoding, languages[index], attempts[index])
            if kept is not None:
                kept = self._without_filling(utterance, without_echo(kept, utterance.seconds), languages[index])
            transcripts.append(self._transcript(utterance, kept, encoding, languages[index], began))
        return transcripts

    def _try_again(
        self, utterance: Utterance, encoding: NDArray[Any], language: str, first: Attempt
    ) -> tuple[Attempt | None, NDArray[Any]]:
        """More beams on the same encoding; when the text still goes wrong, more beams on the whole 30 s window."""
        beams = self._settings.fallback_beam_size
        tried = [(first, encoding)]
        tried.append((self._decode(encoding, [utterance], [language], beams)[0], encoding))
        if all(went_wrong(attempt, utterance.seconds) for attempt, _ in tried):
            whole = self._encode([utterance], whole_window=True)
            tried.append((self._decode(whole, [utterance], [language], beams)[0], whole))
            if not ran_away(tried[-1][0], utterance.seconds):
                # The whole window hears the repeats as well and they fit into the time: they were really said.
                return tried[-1]
        sane = [pair for pair in tried if not went_wrong(pair[0], utterance.seconds)]
        attempt, encoding = max(sane or tried, key=lambda pair: pair[0].avg_logprob)
        if not sane:
            attempt = salvaged(attempt, utterance.seconds)
        return (None if self._nothing_said(utterance, attempt) else attempt), encoding

    def _without_filling(self, utterance: Utterance, attempt: Attempt, language: str) -> Attempt:
        """Cut a number that was dictated slowly to the digits that its stretches of sound have, decoded one by one."""
        stretches = bursts(utterance.audio)
        if not may_be_filled_up(attempt, len(stretches)):
            return attempt
        margin = int(_MARGIN_S * TELEPHONE_RATE)
        parts = [
            Utterance(utterance.audio[max(0, begin - margin) : end + margin], utterance.hotwords)
            for begin, end in stretches
        ]
        decoded = self._decode(self._encode(parts), parts, [language] * len(parts), self._settings.beam_size)
        said = [without_echo(each, part.seconds).text for each, part in zip(decoded, parts, strict=True)]
        return cut_to_stretches(attempt, said)

    def _nothing_said(self, utterance: Utterance, attempt: Attempt) -> bool:
        voice_ms = self._voice_ms(utterance.audio) if is_doubtful(attempt) else None
        return nothing_was_said(attempt, utterance.seconds, voice_ms)

    def _voice_ms(self, audio: Audio) -> float:
        """Speech in the audio by the speech detector, ms, counted up to what is enough."""
        stream, voiced = self._detector.stream(), 0.0
        padded = np.pad(audio, (0, -audio.size % CHUNK_SAMPLES))
        for chunk in padded.reshape(-1, CHUNK_SAMPLES):
            voiced += _CHUNK_MS if stream.push(chunk) > _SPEECH else 0.0
            if voiced >= LEAST_VOICE_MS:
                break
        return voiced

    def _encode(self, batch: list[Utterance], *, whole_window: bool = False) -> NDArray[Any]:
        """Encoder output [batch, positions, width]: each utterance in its own length, then the silence tail."""
        frames = [silence.WINDOW_FRAMES if whole_window else self._frames(u.seconds) for u in batch]
        outputs: list[NDArray[Any]] = [np.empty(0)] * len(batch)
        for length in set(frames):
            members = [index for index, own in enumerate(frames) if own == length]
            features = np.stack([log_mel(batch[index].audio, length, self._model.n_mels) for index in members])
            encoded = np.array(self._model.encode(ctranslate2.StorageView.from_array(features), to_cpu=True))
            for index, output in zip(members, encoded, strict=True):
                outputs[index] = output
        positions = min(silence.WINDOW_POSITIONS, max(frames) // 2 + silence.TAIL_POSITIONS)
        return np.stack(
            [np.concatenate([out, self._tail[len(self._tail) - positions + len(out) :]]) for out in outputs]
        )

    def _frames(self, seconds: float) -> int:
        """Frames to encode of an utterance and its padding; in steps, so that a GPU finds equals to batch."""
        wanted = max(seconds + self._settings.padding_s, self._settings.min_context_s) / self._step_s
        return min(round(math.ceil(wanted) * self._step_s * FRAMES_PER_S), silence.WINDOW_FRAMES)

    def _decode(
        self, encoded: NDArray[Any], batch: list[Utterance], languages: list[str], beam_size: int
    ) -> list[Attempt]:
        prompts = [self._prompt(u.hotwords, lang) for u, lang in zip(batch, languages, strict=True)]
        results = self._model.generate(
            ctranslate2.StorageView.from_array(np.ascontiguousarray(encoded)),
            prompts,
            beam_size=beam_size,
            max_length=len(prompts[0]) + max(most_tokens(u.seconds) for u in batch),
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [self._attempt(result) for result in results]

    def _attempt(self, result: Any) -> Attempt:
        tokenizer = self._tokenizer("en")
        tokens = tuple(token for token in result.sequences_ids[0] if token < tokenizer.eot)
        length = len(result.sequences_ids[0])
        return Attempt(
            text=tokenizer.decode(list(tokens)).strip(),
            tokens=tokens,
            avg_logprob=result.scores[0] * length / (length + 1),
            no_speech=result.no_speech_prob,
        )

    def _transcript(
        self, utterance: Utterance, kept: Attempt | None, encoding: NDArray[Any], language: str, began: float
    ) -> Transcript:
        words = self._words(utterance, kept, encoding, language) if utterance.words and kept is not None else ()
        return Transcript(
            text=kept.text if kept is not None else "",
            confidence=kept.confidence if kept is not None else 0.0,
            words=words,
            language=language,
            compute_ms=(time.perf_counter() - began) * 1e3,
        )

    def _words(self, utterance: Utterance, kept: Attempt, encoding: NDArray[Any], language: str) -> tuple[Word, ...]:
        """Word times from the decoder's cross-attention (openai/whisper ``timing.py``)."""
        tokenizer = self._tokenizer(language)
        frames = min(math.ceil(utterance.seconds * FRAMES_PER_S) + 20, 2 * encoding.shape[1])
        aligned = self._model.align(
            ctranslate2.StorageView.from_array(np.ascontiguousarray(encoding)),
            tokenizer.sot_sequence,
            [list(kept.tokens)],
            frames,
        )[0]
        tokens_at = np.array([pair[0] for pair in aligned.alignments])
        jumps = np.diff(tokens_at, prepend=-1) > 0
        starts = np.array([pair[1] for pair in aligned.alignments])[jumps] * _POSITION_MS
        texts, groups = tokenizer.split_to_word_tokens([*kept.tokens, tokenizer.eot])
        words: list[Word] = []
        at, end_of_audio = 0, int(utterance.seconds * 1000)
        for text, group in zip(texts[:-1], groups[:-1], strict=True):
            start, end = (int(min(starts[min(i, len(starts) - 1)], end_of_audio)) for i in (at, at + len(group)))
            probability = float(np.mean(aligned.text_token_probs[at : at + len(group)]))
            at += len(group)
            if any(letter.isalnum() for letter in text):
                words.append(Word(text=text.strip(), start_ms=start, end_ms=end, confidence=probability))
            elif words and text.strip():
                words[-1] = replace(words[-1], text=words[-1].text + text.strip())
        return tuple(words[: len(kept.text.split())])

    def _prompt(self, hotwords: tuple[str, ...], language: str) -> list[int]:
        tokenizer = self._tokenizer(language)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        if not hotwords:
            return prompt
        hint = tokenizer.encode(" " + ", ".join(hotwords))[:_MOST_PROMPT_TOKENS]
        return [tokenizer.sot_prev, *hint, *prompt]

    def _languages(self, encoded: NDArray[Any], count: int) -> list[str]:
        if self._settings.language != "auto" or not self.multilingual:
            return ["en" if not self.multilingual else self._settings.language] * count
        found = self._model.detect_language(ctranslate2.StorageView.from_array(np.ascontiguousarray(encoded)))
        return [ranked[0][0].strip("<|>") for ranked in found]

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            if not self.multilingual and language != "en":
                raise ModelError("language_unsupported", f"{self._settings.model} knows only English, not {language}.")
            try:
                made = Tokenizer(self._tokens, self.multilingual, task="transcribe", language=language)
            except ValueError as error:
                raise ModelError("language_unsupported", f"Whisper does not know the language {language!r}.") from error
            self._tokenizers[language] = made
        return self._tokenizers[language]

    def _silence_tail(self) -> NDArray[Any]:
        """Encoder output [positions, width] of the silence after a voiced sound."""
        features = log_mel(silence.voiced_sound(), silence.WINDOW_FRAMES, self._model.n_mels)[None]
        output = np.array(self._model.encode(ctranslate2.StorageView.from_array(features), to_cpu=True))
        return np.ascontiguousarray(output[0, silence.TAIL_UP_TO :])


def _device(wanted: str) -> str:
    present = ctranslate2.get_cuda_device_count() > 0
    if wanted == "cuda" and not present:
        raise ModelError(
            "cuda_absent",
            "No CUDA device can be used; set the device to cpu, or run where there is a GPU and driver.",
        )
    return ("cuda" if present else "cpu") if wanted == "auto" else wanted


def _compute_type(wanted: str, device: str) -> str:
    return wanted if wanted != "auto" else "float16" if device == "cuda" else "int8"


def _folder(model: str) -> Path:
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    known = [entry.name for entry in registry.all_models() if entry.name.startswith("whisper")]
    if model in known:
        return registry.locate(model)
    raise ModelError(
        "model_missing", f"{model} is neither a folder nor one of {', '.join(known)}; download the weights first."
    )
