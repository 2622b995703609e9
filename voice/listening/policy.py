"""How long a silence must last before the turn is over: a pure function of what was said and what was asked."""

import math
import re
from dataclasses import dataclass

from dialogue.expectation import AnswerKind, Expectation
from interactions.vocabulary import EndRule
from languages import Language
from models.room_settings import Milliseconds, Probability, RoomSettings
from models.turn_words import UNFINISHED, Trailing, ends_sentence
from voice.listening.types import Evidence


class PolicySettings(RoomSettings):
    """Silences, in ms from the last voiced sample, after which a turn is over."""

    answer_complete_ms: Milliseconds = 160
    """The expected answer is whole: every digit, a yes, a choice."""
    sure_ms: Milliseconds = 240
    """Voice and words both say it is over."""
    likely_ms: Milliseconds = 320
    """One of them says so, the other does not deny it."""
    unsure_ms: Milliseconds = 450
    """They disagree, or one has not answered."""
    incomplete_ms: Milliseconds = 2600
    """It sounded unfinished: people who stop in mid-sentence take a second, over two to look something up."""
    long_turn_ms: Milliseconds = 8000
    """A turn that has lasted this long is a story: a whole sentence in it is no sign that it is over."""
    opener_ms: Milliseconds = 800
    """What was said so far only opens a sentence: "hi there", "no", and what has a comma behind it."""
    introduction_ms: Milliseconds = 1200
    """Somebody said who they are; why they call comes next."""
    number_unfinished_ms: Milliseconds = 2000
    """Digits are missing; people look them up."""
    number_open_ms: Milliseconds = 800
    """Enough digits, but there may be more."""
    number_over_ms: Milliseconds = 400
    """More digits than were asked for: all are said, some were heard twice."""
    spelling_ms: Milliseconds = 1200
    """Between letters of a spelled name, and before them where spelling was asked for."""
    name_ms: Milliseconds = 450
    """A whole name that may yet be spelled."""
    name_unsure_ms: Milliseconds = 900
    """A first name, or a name that did not sound like the end."""
    name_misheard_ms: Milliseconds = 1200
    """What was heard is hardly a name: perhaps the breath before it."""
    story_ms: Milliseconds = 900
    """A message, an explanation or a long turn that seems over."""
    story_unsure_ms: Milliseconds = 1300
    """One that may go on."""
    hold_ms: Milliseconds = 5000
    """The caller asked for patience."""
    no_evidence_ms: Milliseconds = 1200
    """The words are not there: the transcriber has not answered, or failed."""
    open_probability: Probability = 0.03
    """Turn model's probability under which even a whole sentence goes on: so sound most holds, and hardly any end."""
    sure_probability: Probability = 0.60
    """Completion from which a turn is surely over."""
    likely_probability: Probability = 0.45
    """Completion from which a turn is likely over."""
    unsure_probability: Probability = 0.27
    """Completion under which a turn is unfinished."""
    misheard_confidence: Probability = 0.5
    """Transcriber's confidence under which a name is doubted."""

    def problems(self) -> list[str]:
        """What does not fit together, one sentence each."""
        rising = ["sure_ms", "likely_ms", "unsure_ms", "incomplete_ms"]
        waits = [getattr(self, name) for name in rising]
        if waits == sorted(waits):
            return []
        names = ", ".join(f"FIRSTLINE_TURNS_{name.upper()}" for name in rising)
        return [f"{names}: each is at least the one before it, because less is known of the turn."]


@dataclass(frozen=True, slots=True)
class Wait:
    """What the policy asks for."""

    silence_ms: int
    """Silence after the last voiced sample that ends the turn."""
    rule: EndRule
    """The row that decided."""


_DICTATED = frozenset([AnswerKind.DIGITS, AnswerKind.PHONE, AnswerKind.EMAIL])
"""Kinds of answer between whose parts the transcriber writes commas anyway; that they are whole is counted."""
_VALUES = frozenset(AnswerKind) - {AnswerKind.OPEN, AnswerKind.YES_NO, AnswerKind.CHOICE}
"""Kinds of answer that "sure" only promises."""
_NO_QUESTION = frozenset([Trailing.FILLER, Trailing.CONJUNCTION, Trailing.DETERMINER, Trailing.CUT])
"""No question ends so, whatever mark the transcriber put behind it."""
_MISHEARD_WORDS = 3
"""A text this short without a digit, where digits were asked for, is more likely a digit misheard than an answer; so is
a name of so few words that the transcriber doubts."""
_NUMERIC_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}([/.-]\d{2,4})?\W*$")


def wait_for(
    evidence: Evidence,
    expectation: Expectation,
    language: Language,
    *,
    completion: float | None = None,
    lasted_ms: int = 0,
    settings: PolicySettings | None = None,
) -> Wait:
    """Silence that ends the turn.

    Args:
        evidence: Words and the turn model's probability, as far as they are known.
        expectation: What the last question asks for.
        language: What is spoken.
        completion: Calibrated probability that the turn is complete; made from ``evidence`` by hand where None.
        lasted_ms: How long the caller has been speaking, pauses included.
        settings: The silences.
    """
    settings = settings or PolicySettings()
    if evidence.text is None:
        # Without words there is nothing to answer yet, however complete the voice sounds.
        return Wait(settings.no_evidence_ms, EndRule.NO_EVIDENCE)
    tail = language.turns.trailing(evidence.text)
    if tail is Trailing.HOLD:
        return Wait(settings.hold_ms, EndRule.INCOMPLETE_TIMEOUT)
    if tail is Trailing.INTRODUCTION and expectation.kind is AnswerKind.OPEN:
        return Wait(settings.introduction_ms, EndRule.UNSURE)
    likelihood = completion_by_hand(evidence, tail) if completion is None else completion
    wait = _by_question(evidence, expectation, language, tail, likelihood, lasted_ms, settings)
    if wait.silence_ms < settings.opener_ms and _has_only_opened(evidence, expectation, language, likelihood, settings):
        return Wait(settings.opener_ms, EndRule.UNSURE)
    return wait


def _by_question(
    evidence: Evidence,
    expectation: Expectation,
    language: Language,
    tail: Trailing,
    likelihood: float,
    lasted_ms: int,
    settings: PolicySettings,
) -> Wait:
    """The rows for what was asked."""
    answer = _expected_answer(evidence, expectation, language, tail, likelihood, settings)
    if answer is not None:
        return answer
    if expectation.kind is AnswerKind.STORY:
        return _story(likelihood, settings)
    return _open(evidence, language, tail, likelihood, lasted_ms, settings)


def _has_only_opened(
    evidence: Evidence, expectation: Expectation, language: Language, likelihood: float, settings: PolicySettings
) -> bool:
    """Whether more comes after the words so far; after a yes or a no only where the voice does not say it is over."""
    text = evidence.text or ""
    if expectation.kind in _DICTATED:
        return False
    if text.rstrip().endswith(","):
        return True
    spoken, endings = language.turns.words_of(text), language.endings
    if expectation.kind is AnswerKind.OPEN:
        # A name, "there", "everybody": whom a greeting is for.
        if any(" ".join(spoken[:most]) in endings.greetings for most in (len(spoken), len(spoken) - 1)):
            return True
        opens = " ".join(spoken) in endings.first_words
    else:
        refused = expectation.kind is AnswerKind.YES_NO and language.yes_no.decide(text) is False
        opens = refused and len(spoken) == 1
    return opens and likelihood < settings.sure_probability


def _open(
    evidence: Evidence, language: Language, tail: Trailing, likelihood: float, lasted_ms: int, settings: PolicySettings
) -> Wait:
    """The rows for anything that may be said: voice and words, and how long it has gone on."""
    wait, text = _by_probability(likelihood, settings), evidence.text or ""
    sounds_open = evidence.turn_probability is not None and evidence.turn_probability < settings.open_probability
    whole = tail is Trailing.WHOLE and ends_sentence(text)
    spoken = " ".join(language.turns.words_of(text))
    if wait.rule in (EndRule.SURE, EndRule.LIKELY) and spoken in language.endings.first_words:
        return Wait(settings.unsure_ms, EndRule.UNSURE)
    if text.rstrip().endswith("?") and tail not in _NO_QUESTION:
        # Who asks wants an answer, however the voice sounds.
        asked = Wait(settings.likely_ms, EndRule.LIKELY) if whole else Wait(settings.unsure_ms, EndRule.UNSURE)
        return min(wait, asked, key=lambda each: each.silence_ms)
    if lasted_ms >= settings.long_turn_ms and not sounds_open:
        if wait.rule is EndRule.SURE:
            return Wait(settings.story_ms, EndRule.SURE)
        unsure = whole or wait.rule is not EndRule.INCOMPLETE_TIMEOUT
        return Wait(settings.story_unsure_ms, EndRule.UNSURE) if unsure else wait
    if whole and wait.rule is EndRule.INCOMPLETE_TIMEOUT and not sounds_open:
        return Wait(settings.unsure_ms, EndRule.UNSURE)
    return wait


def completion_by_hand(evidence: Evidence, tail: Trailing) -> float:
    """Probability of completion where no calibrated one is at hand.

    Smart Turn's own scale is not one of probability: on the pauses of a real caller four in five holds lie under 0.03,
    on finished sentences one in fifty. Its log-odds are therefore moved up before the words are weighed in, and the sum
    is brought to the scale of the calibrated model.
    """
    text = evidence.text or ""
    score = 1.2
    if evidence.turn_probability is not None:
        inside = min(max(evidence.turn_probability, 0.002), 0.998)
        score = 2.4 + 0.8 * math.log(inside / (1.0 - inside))
    if tail in (Trailing.LEAD_IN, Trailing.CONJUNCTION, Trailing.FILLER, Trailing.CUT):
        score -= 5.5
    elif tail in UNFINISHED:
        score -= 3.0
    elif tail is Trailing.OPEN_WORD:
        score -= 0.8
    else:
        score += 0.4 if ends_sentence(text) else -0.3
    return 1.0 / (1.0 + math.exp(0.9 - 0.5 * score))


def _by_probability(likelihood: float, settings: PolicySettings) -> Wait:
    if likelihood >= settings.sure_probability:
        return Wait(settings.sure_ms, EndRule.SURE)
    if likelihood >= settings.likely_probability:
        return Wait(settings.likely_ms, EndRule.LIKELY)
    if likelihood >= settings.unsure_probability:
        return Wait(settings.unsure_ms, EndRule.UNSURE)
    return Wait(settings.incomplete_ms, EndRule.INCOMPLETE_TIMEOUT)


def _story(likelihood: float, settings: PolicySettings) -> Wait:
    if likelihood >= settings.sure_probability:
        return Wait(settings.story_ms, EndRule.LIKELY)
    if likelihood >= settings.unsure_probability:
        return Wait(settings.story_unsure_ms, EndRule.UNSURE)
    return Wait(max(settings.incomplete_ms, settings.number_unfinished_ms), EndRule.INCOMPLETE_TIMEOUT)


def _expected_answer(
    evidence: Evidence,
    expectation: Expectation,
    language: Language,
    tail: Trailing,
    likelihood: float,
    settings: PolicySettings,
) -> Wait | None:
    """The row for the kind of answer that was asked for; None when the words are no answer of that kind."""
    text = evidence.text or ""
    kind, words, endings = expectation.kind, language.turns, language.endings
    spoken = " ".join(words.words_of(text))
    if kind in _VALUES and language.yes_no.promise.match(spoken):
        return Wait(settings.incomplete_ms, EndRule.INCOMPLETE_TIMEOUT)
    if kind in (AnswerKind.DIGITS, AnswerKind.PHONE):
        return _number(text, expectation, language, likelihood, settings)
    if kind is AnswerKind.NAME and (words.count_letters(text) or expectation.spelled):
        return Wait(settings.spelling_ms, EndRule.UNSURE)
    if tail in UNFINISHED:
        return None
    if kind is AnswerKind.YES_NO and is_yes_no(text, language):
        return Wait(settings.answer_complete_ms, EndRule.ANSWER_COMPLETE)
    if kind is AnswerKind.CHOICE and _names_one(spoken, expectation.choices, language):
        return Wait(settings.answer_complete_ms, EndRule.ANSWER_COMPLETE)
    if kind is AnswerKind.NAME:
        return _name(evidence, spoken, likelihood, settings)
    if kind is AnswerKind.AMOUNT and words.count_digits(text):
        whole = endings.unit.search(spoken) or endings.unit.search(text.lower().rstrip(". "))
        return _whole_or_open(bool(whole), settings)
    if kind is AnswerKind.DATE:
        return _date(text, spoken, language, settings)
    if kind is AnswerKind.EMAIL and (endings.mail_at.search(spoken) or "@" in text):
        if endings.mail_end.search(text.lower().rstrip(". ")) or endings.mail_end.search(spoken):
            return Wait(settings.answer_complete_ms, EndRule.ANSWER_COMPLETE)
        return Wait(settings.number_unfinished_ms, EndRule.INCOMPLETE_TIMEOUT)
    return None


def is_yes_no(text: str, language: Language) -> bool:
    """Whether a text of at most five words is a yes or a no."""
    words = language.turns.words_of(text)
    return 0 < len(words) <= 5 and bool(language.yes_no.brief.match(" ".join(words)))


def _whole_or_open(whole: bool, settings: PolicySettings) -> Wait:
    if whole:
        return Wait(settings.answer_complete_ms, EndRule.ANSWER_COMPLETE)
    return Wait(settings.number_open_ms, EndRule.UNSURE)


_MISHEARD_DIGITS = 1
"""So many digits of a number may stand as other short words: "9, 7, all 6"."""


def _number(
    text: str, expectation: Expectation, language: Language, likelihood: float, settings: PolicySettings
) -> Wait | None:
    digits, words = language.turns.count_digits(text), len(language.turns.words_of(text))
    if digits == 0:
        misheard = words <= _MISHEARD_WORDS and not is_yes_no(text, language)
        return Wait(settings.number_open_ms, EndRule.UNSURE) if misheard else None
    fewest = expectation.min_length or (7 if expectation.kind is AnswerKind.PHONE else 0)
    most = expectation.max_length
    if most and digits == most:
        return Wait(settings.answer_complete_ms, EndRule.ANSWER_COMPLETE)
    if most and digits > most:
        return Wait(settings.number_over_ms, EndRule.LIKELY)
    if digits < fewest:
        if fewest - digits <= _MISHEARD_DIGITS and words >= fewest:
            return Wait(settings.number_open_ms, EndRule.UNSURE)
        return Wait(settings.number_unfinished_ms, EndRule.INCOMPLETE_TIMEOUT)
    if fewest and likelihood >= settings.sure_probability:
        return Wait(max(settings.likely_ms, settings.number_open_ms // 2), EndRule.LIKELY)
    if likelihood >= settings.unsure_probability:
        return Wait(settings.number_open_ms, EndRule.UNSURE)
    return Wait(max(settings.incomplete_ms, settings.number_open_ms), EndRule.INCOMPLETE_TIMEOUT)


def _names_one(spoken: str, choices: tuple[str, ...], language: Language) -> bool:
    return any(f" {' '.join(language.turns.words_of(choice))} " in f" {spoken} " for choice in choices)


def _name(evidence: Evidence, spoken: str, likelihood: float, settings: PolicySettings) -> Wait:
    if evidence.confidence < settings.misheard_confidence and len(spoken.split()) <= _MISHEARD_WORDS:
        return Wait(settings.name_misheard_ms, EndRule.UNSURE)
    if len(spoken.split()) >= 2 and likelihood >= settings.likely_probability:
        return Wait(settings.name_ms, EndRule.LIKELY)
    return Wait(settings.name_unsure_ms, EndRule.UNSURE)


def _date(text: str, spoken: str, language: Language, settings: PolicySettings) -> Wait | None:
    endings = language.endings
    if _NUMERIC_DATE.search(text) or endings.day.search(spoken):
        return Wait(settings.likely_ms, EndRule.ANSWER_COMPLETE)
    month, digits = endings.month.search(spoken), language.turns.count_digits(text) or endings.ordinal.search(spoken)
    if month and digits:
        return Wait(settings.likely_ms, EndRule.ANSWER_COMPLETE)
    if month or digits:
        return Wait(settings.number_open_ms, EndRule.UNSURE)
    return None
