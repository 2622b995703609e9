"""The mood of a call as tables: utterances in, decisions out."""

import pytest

from models.emotion.fusion import NOT_ENOUGH_EVIDENCE, CallMood, Felt, MoodSettings, fuse
from models.interfaces import Emotion, EmotionEstimate


def mood_of(anger: float, distress: float, joy: float, neutral: float) -> EmotionEstimate:
    shares = (anger, distress, joy, neutral)
    return EmotionEstimate(
        probabilities=dict(zip((Emotion.ANGER, Emotion.DISTRESS, Emotion.JOY, Emotion.NEUTRAL), shares, strict=True)),
        arousal=0.9 if anger > 0.5 else 0.3,
    )


ANGRY = mood_of(0.85, 0.05, 0.02, 0.08)
CALM = mood_of(0.04, 0.1, 0.04, 0.82)
SAD = mood_of(0.03, 0.8, 0.02, 0.15)
GLAD = mood_of(0.02, 0.03, 0.85, 0.1)
ANGRY_WORDS = mood_of(0.85, 0.1, 0.02, 0.03)
CALM_WORDS = mood_of(0.03, 0.07, 0.2, 0.7)
GLAD_WORDS = mood_of(0.01, 0.01, 0.95, 0.03)
NOTHING = Felt()
OFFER_HUMAN = 0.7
"""Smoothed anger from which a line offers a human by default."""


def after(*heard: Felt) -> CallMood:
    mood = CallMood()
    for felt in heard:
        mood = mood.after(felt)
    return mood


def sounds(*estimates: EmotionEstimate) -> list[Felt]:
    return [Felt(voice=estimate, speech_s=3.0) for estimate in estimates]


@pytest.mark.parametrize(
    ("heard", "label", "rising"),
    [
        ([], None, False),
        ([NOTHING, NOTHING], None, False),
        ([Felt(voice=EmotionEstimate(), speech_s=3.0)], None, False),
        (sounds(ANGRY), None, False),
        (sounds(CALM, CALM), Emotion.NEUTRAL, False),
        (sounds(CALM, CALM, ANGRY), Emotion.NEUTRAL, False),
        (sounds(ANGRY, ANGRY), Emotion.ANGER, True),
        (sounds(CALM, CALM, ANGRY, ANGRY), Emotion.ANGER, True),
        (sounds(CALM, CALM, CALM, CALM, ANGRY), Emotion.NEUTRAL, False),
        (sounds(CALM, ANGRY, CALM, CALM, ANGRY), Emotion.NEUTRAL, False),
        (sounds(ANGRY, ANGRY, CALM), Emotion.ANGER, True),
        (sounds(ANGRY, ANGRY, CALM, CALM, CALM, CALM), Emotion.NEUTRAL, False),
        (sounds(SAD, SAD, SAD), Emotion.DISTRESS, False),
        (sounds(GLAD, GLAD, GLAD), Emotion.JOY, False),
        ([Felt(words=ANGRY_WORDS)], None, False),
        ([Felt(words=ANGRY_WORDS)] * 2, Emotion.ANGER, True),
        ([Felt(words=GLAD_WORDS)] * 3, Emotion.JOY, False),
        ([Felt(voice=CALM, words=CALM_WORDS, speech_s=2.0)] * 3, Emotion.NEUTRAL, False),
        ([Felt(voice=ANGRY, speech_s=0.4)] * 2, None, False),
        ([Felt(voice=EmotionEstimate(), words=ANGRY_WORDS, speech_s=0.4)] * 2, Emotion.ANGER, True),
        ([Felt(voice=EmotionEstimate(), words=EmotionEstimate())] * 3, None, False),
        ([Felt(voice=ANGRY, words=EmotionEstimate(), speech_s=3.0)] * 2, Emotion.ANGER, True),
    ],
)
def test_mood_of_a_call(heard: list[Felt], label: Emotion | None, rising: bool) -> None:
    mood = after(*heard)
    assert (mood.label, mood.rising) == (label, rising)
    assert mood.enough_evidence is (label is not None)
    assert 0.0 <= mood.anger <= 1.0
    assert sum(mood.probabilities.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("before", range(6))
def test_one_utterance_never_escalates(before: int) -> None:
    certain = Felt(voice=mood_of(1.0, 0.0, 0.0, 0.0), words=mood_of(1.0, 0.0, 0.0, 0.0), speech_s=8.0)
    mood = after(*sounds(*[CALM] * before), certain)
    assert not mood.rising
    assert mood.label is not Emotion.ANGER
    assert mood.anger < OFFER_HUMAN


@pytest.mark.parametrize(("calm", "angry"), [(0, 2), (1, 3), (5, 3)])
def test_lasting_anger_in_voice_and_words_reaches_the_offer_of_a_human(calm: int, angry: int) -> None:
    both = Felt(voice=ANGRY, words=ANGRY_WORDS, speech_s=3.0)
    mood = after(*sounds(*[CALM] * calm), *[both] * angry)
    assert mood.rising
    assert mood.anger >= OFFER_HUMAN


def test_anger_that_has_risen_stays_until_the_caller_has_calmed_down() -> None:
    states = []
    mood = after(*sounds(ANGRY, ANGRY, ANGRY))
    for felt in sounds(*[CALM] * 6):
        mood = mood.after(felt)
        states.append(mood.rising)
    assert states[0], "one calm sentence is not yet calm"
    assert not states[-1]
    assert states == sorted(states, reverse=True), "it switches once, without flutter"


def test_an_utterance_without_evidence_leaves_the_mood_as_it_is() -> None:
    mood = after(*sounds(ANGRY, ANGRY))
    later = mood.after(NOTHING)
    assert (later.anger, later.label, later.rising) == (mood.anger, mood.label, mood.rising)
    assert not later.utterance.enough_evidence


def test_a_thrown_away_turn_leaves_no_trace() -> None:
    mood = after(*sounds(CALM, CALM))
    before = (mood.anger, mood.label, mood.weight)
    mood.after(Felt(voice=ANGRY, speech_s=3.0))
    assert (mood.anger, mood.label, mood.weight) == before


def test_voice_and_words_that_agree_are_believed_more_than_either() -> None:
    settings = MoodSettings()
    both = fuse(Felt(voice=ANGRY, words=ANGRY_WORDS), settings).probabilities[Emotion.ANGER]
    only_voice = fuse(Felt(voice=ANGRY), settings).probabilities[Emotion.ANGER]
    only_words = fuse(Felt(words=ANGRY_WORDS), settings).probabilities[Emotion.ANGER]
    assert both > max(only_voice, only_words)
    against = fuse(Felt(voice=ANGRY, words=CALM_WORDS), settings).probabilities[Emotion.ANGER]
    assert against < only_voice


def test_calm_words_in_a_calm_voice_are_calmer_than_the_prior() -> None:
    calm = fuse(Felt(voice=CALM, words=CALM_WORDS), MoodSettings()).probabilities
    assert calm[Emotion.ANGER] < MoodSettings().prior[0]


def test_label_needs_a_margin_to_change() -> None:
    mood = after(*sounds(CALM, CALM, CALM))
    near = mood_of(0.3, 0.35, 0.05, 0.3)
    assert mood.after(Felt(voice=near, speech_s=3.0)).label is Emotion.NEUTRAL


@pytest.mark.parametrize(
    "words",
    [
        mood_of(1.0, 0.0, 0.0, 0.0),
        mood_of(0.0, 0.0, 1.0, 0.0),
        EmotionEstimate(probabilities={Emotion.ANGER: 1.0}),
        EmotionEstimate(probabilities={Emotion.NEUTRAL: 0.0}),
    ],
)
def test_extreme_words_still_give_probabilities(words: EmotionEstimate) -> None:
    fused = fuse(Felt(words=words), MoodSettings())
    assert sum(fused.probabilities.values()) == pytest.approx(1.0)
    assert all(0.0 < share < 1.0 for share in fused.probabilities.values())


def test_log_text_of_a_mood_without_evidence() -> None:
    assert CallMood().label_text == NOT_ENOUGH_EVIDENCE
    assert after(*sounds(CALM, CALM)).label_text == "neutral"
