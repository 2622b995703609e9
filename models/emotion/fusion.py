"""The mood of a call: voice and words weighed together, smoothed over utterances, slow to escalate.

A `CallMood` is a value. Each utterance of the caller makes the next one, so a turn can be thought through on an eager
end of turn and thrown away when the caller goes on.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from models.emotion import EMOTIONS
from models.interfaces import Emotion, EmotionEstimate

NOT_ENOUGH_EVIDENCE = "unknown"
"""What the event log writes for a mood without a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodSettings:
    """How evidence is weighed and how slowly the mood moves."""

    prior: tuple[float, float, float, float] = (0.10, 0.14, 0.07, 0.69)
    """Anger, distress, joy, neutral before anything was heard: most callers are calm."""
    voice_weight: float = 0.8
    """How far the voice is believed when there are words beside it. Alone, each is believed as it says."""
    words_weight: float = 0.8
    """How far the words are believed beside a voice. Both below 1, because the two are not independent."""
    voice_prior: tuple[float, float, float, float] = (0.135, 0.185, 0.055, 0.625)
    """How often the voice model's training clips carry each emotion; divided out, since callers act less."""
    words_prior: tuple[float, float, float, float] = (0.12, 0.14, 0.30, 0.44)
    """The same of the words."""
    memory: float = 0.6
    """Share of an utterance's weight that is left one utterance later."""
    prior_utterances: float = 0.8
    """The prior counts like this many utterances at first, and fades like them: one certainly angry sentence brings
    anger to 0.6 at most, two in a row above the 0.7 at which lines offer a human by default."""
    evidence_needed: float = 1.5
    """Weight of utterances before a label is given; one utterance weighs at most 1."""
    full_weight_s: float = 2.0
    """Speech of this length counts fully, shorter in proportion; words without voice count fully."""
    label_margin: float = 0.08
    """How much likelier another emotion must be before the label changes."""
    angry_utterance: float = 0.5
    """Fused anger from which one utterance counts as angry."""
    anger_on: float = 0.5
    """Smoothed anger from which anger may count as rising."""
    anger_off: float = 0.3
    """Smoothed anger below which it has calmed down."""
    angry_needed: int = 2
    """Angry utterances among the last three for anger to count as rising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt:
    """One utterance's evidence; each kind may be missing."""

    voice: EmotionEstimate | None = None
    """How the voice sounded."""
    words: EmotionEstimate | None = None
    """What the words express (`models.text_sentiment`); arousal is not judged from words."""
    speech_s: float | None = None
    """Length of the voiced audio, seconds; None when not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMood:
    """How the caller feels, from everything heard so far."""

    settings: MoodSettings = field(default_factory=MoodSettings)
    """Weights and thresholds."""
    utterance: EmotionEstimate = field(default_factory=EmotionEstimate)
    """Voice and words of the last utterance fused; empty when it held no evidence."""
    label: Emotion | None = None
    """The call's emotion; None when there is not enough evidence yet."""
    rising: bool = False
    """Whether the caller has become angry and stays so: the dialogue's rule offers a human."""
    faded: float = 1.0
    """What is left of the prior's weight."""
    weight: float = 0.0
    """Weight of the evidence, faded by age."""
    sums: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """Probabilities summed by weight, faded by age, in the order of ``EMOTIONS``."""
    arousal_sum: float = 0.0
    """Arousal summed by weight, faded by age."""
    recent_anger: tuple[float, ...] = ()
    """Fused anger of the last three utterances that held evidence, oldest first."""

    @property
    def probabilities(self) -> dict[Emotion, float]:
        """Smoothed over the call, summing to 1; the prior when nothing was heard."""
        belief = self.settings.prior_utterances * self.faded
        return {
            emotion: (belief * prior + heard) / (belief + self.weight)
            for emotion, prior, heard in zip(EMOTIONS, self.settings.prior, self.sums, strict=True)
        }

    @property
    def anger(self) -> float:
        """Smoothed anger in [0, 1]."""
        return self.probabilities[Emotion.ANGER]

    @property
    def arousal(self) -> float:
        """Smoothed arousal in [0, 1]; 0 when nothing was heard."""
        return self.arousal_sum / self.weight if self.weight else 0.0

    @property
    def enough_evidence(self) -> bool:
        """Whether a label is given."""
        return self.label is not None

    @property
    def label_text(self) -> str:
        """The label as the event log writes it."""
        return self.label.value if self.label else NOT_ENOUGH_EVIDENCE

    def after(self, felt: Felt) -> "CallMood":
        """The mood after one more utterance; without evidence only ``utterance`` changes."""
        fused = fuse(felt, self.settings)
        if not fused.enough_evidence:
            return self._with(utterance=fused)
        settings = self.settings
        share = self._share(felt)
        keep = settings.memory
        sums = [keep * old + share * fused.probabilities[e] for old, e in zip(self.sums, EMOTIONS, strict=True)]
        moved = self._with(
            utterance=fused,
            faded=self.faded * (keep if self.weight else 1.0),
            weight=keep * self.weight + share,
            sums=tuple(sums),
            arousal_sum=keep * self.arousal_sum + share * fused.arousal,
            recent_anger=(*self.recent_anger, fused.probabilities[Emotion.ANGER])[-3:],
        )
        rising = moved._still_rising()
        return moved._with(rising=rising, label=Emotion.ANGER if rising else moved._next_label())

    def _with(self, **changes: object) -> "CallMood":
        return replace(self, **changes)  # type: ignore[arg-type]

    def _share(self, felt: Felt) -> float:
        """Weight of an utterance in (0, 1]."""
        if _evidence(felt.words) is not None or felt.speech_s is None:
            return 1.0
        return float(np.clip(felt.speech_s / self.settings.full_weight_s, 0.25, 1.0))

    def _next_label(self) -> Emotion | None:
        """The likeliest emotion when it leads clearly; anger is left to `rising`, which wants to hear it twice."""
        if self.label is None and self.weight < self.settings.evidence_needed:
            return None
        smoothed = self.probabilities
        best = max(EMOTIONS, key=smoothed.__getitem__)
        if best is Emotion.ANGER:
            return self.label
        if self.label is None or smoothed[best] >= smoothed[self.label] + self.settings.label_margin:
            return best
        return self.label

    def _still_rising(self) -> bool:
        settings = self.settings
        if self.rising:
            return self.anger > settings.anger_off
        angry = sum(anger >= settings.angry_utterance for anger in self.recent_anger)
        return angry >= settings.angry_needed and self.anger >= settings.anger_on


def fuse(felt: Felt, settings: MoodSettings) -> EmotionEstimate:
    """Pool voice and words of one utterance by their logarithms (a log-opinion pool around the prior).

    Each kind moves the prior by its probabilities relative to how common the emotions were where it learnt, raised to
    its weight. What is missing moves nothing.
    """
    voice, words = _evidence(felt.voice), _evidence(felt.words)
    if voice is None and words is None:
        return EmotionEstimate()
    score = np.log(np.array(settings.prior))
    if voice is not None:
        score += _moves(voice, settings.voice_prior, settings.voice_weight if words is not None else 1.0)
    if words is not None:
        score += _moves(words, settings.words_prior, settings.words_weight if voice is not None else 1.0)
    shares = np.exp(score - score.max())
    shares /= shares.sum()
    arousal = voice.arousal if voice is not None else float(shares[0])
    return EmotionEstimate(
        probabilities={emotion: float(share) for emotion, share in zip(EMOTIONS, shares, strict=True)}, arousal=arousal
    )


def _evidence(estimate: EmotionEstimate | None) -> EmotionEstimate | None:
    return estimate if estimate is not None and estimate.enough_evidence else None


def _moves(estimate: EmotionEstimate, prior: tuple[float, ...], weight: float) -> NDArray[np.float64]:
    shares = np.clip([estimate.probabilities.get(emotion, 0.0) for emotion in EMOTIONS], 0.01, 0.99)
    return np.asarray(weight * (np.log(shares / shares.sum()) - np.log(np.array(prior))))
