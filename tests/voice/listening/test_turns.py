import pytest

from dialogue.expectation import AnswerKind
from models.turn_evidence import TurnCues
from tests.voice.listening.timeline import Timeline
from voice.listening.policy import PolicySettings
from voice.listening.settings import ListeningSettings
from voice.listening.types import EagerEnd, TurnEnded


def test_a_sure_turn_ends_after_a_short_silence():
    call = Timeline().models_hear("Where is my order?", 0.95).quiet(500).say(1000).quiet(600)
    assert call.told() == ["started 500", "eager 1: 500-1500", "ended 1: 1500 after 240 sure"]


def test_a_click_is_no_speech():
    assert Timeline().models_hear("").say(40).quiet(500).say(40).quiet(500).told() == []


def test_yes_after_a_yes_no_question_ends_at_once_whatever_the_turn_model_says():
    call = Timeline().expect(AnswerKind.YES_NO).models_hear("Yes.", 0.05).say(240).quiet(600)
    assert call.told() == ["started 0", "eager 1: 0-240", "ended 1: 240 after 180 answer_complete"]


def test_late_evidence_ends_the_turn_the_moment_it_comes():
    call = Timeline(delay_ms=500).models_hear("Where is my order?", 0.95).say(1000).quiet(1000)
    assert call.told()[-1] == "ended 1: 1000 after 580 sure"


def test_a_pause_between_digits_is_not_the_end():
    call = Timeline().expect(AnswerKind.DIGITS, min_length=4, max_length=4)
    call.models_hear("four two", 0.95).say(700).quiet(1200)
    assert call.kinds() == ["SpeechStarted"]
    call.models_hear("four two oh seven", 0.3).say(600).quiet(500)
    assert call.told() == [
        "started 0",
        "eager 1: 0-700",
        "withdrawn 1",
        "eager 2: 0-2500",
        "ended 2: 2500 after 180 answer_complete",
    ]


def test_missing_digits_end_the_turn_only_after_two_seconds():
    call = Timeline().expect(AnswerKind.DIGITS, min_length=4).models_hear("four two", 0.95).say(700).quiet(3000)
    assert call.told()[-1] == "ended 1: 700 after 2000 incomplete_timeout"


def test_a_correction_after_a_pause_belongs_to_the_same_turn():
    call = Timeline().models_hear("the fifth no", 0.4).say(800).quiet(300)
    call.models_hear("the fifth no wait the sixth of May.", 0.95).say(900).quiet(400)
    assert call.told() == [
        "started 0",
        "eager 1: 0-800",
        "withdrawn 1",
        "eager 2: 0-2000",
        "ended 2: 2000 after 240 sure",
    ]


def test_a_click_in_the_pause_neither_withdraws_nor_delays():
    call = Timeline().models_hear("Where is my order?", 0.95).say(1000).quiet(120).say(20).quiet(500)
    assert call.told() == ["started 0", "eager 1: 0-1000", "ended 1: 1000 after 240 sure"]


def test_a_turn_is_not_ended_in_the_middle_of_a_sound():
    call = Timeline(delay_ms=80).models_hear("Where is my order?", 0.95).say(1000).quiet(200).say(400).quiet(400)
    assert call.told() == [
        "started 0",
        "eager 1: 0-1000",
        "withdrawn 1",
        "eager 2: 0-1600",
        "ended 2: 1600 after 240 sure",
    ]


def test_an_unfinished_sentence_waits():
    call = Timeline().models_hear("I want to send it back because", 0.9).say(1500).quiet(1000)
    assert call.kinds() == ["SpeechStarted"]
    assert call.quiet(1700).told()[-1] == "ended 1: 1500 after 2600 incomplete_timeout"


def test_hang_on_gets_five_seconds():
    call = Timeline().models_hear("Hang on, let me check.", 0.99).say(1000).quiet(4900)
    assert call.kinds() == ["SpeechStarted"]
    assert call.quiet(300).kinds() == ["SpeechStarted", "TurnEnded"]


def test_without_evidence_silence_alone_decides():
    call = Timeline().models_hear(None, None).say(1000).quiet(1500)
    assert call.told()[-1] == "ended 1: 1000 after 1200 no_evidence"


def test_evidence_for_a_withdrawn_span_is_ignored():
    call = Timeline().models_hear(None, None).say(600).quiet(120).say(200)
    assert call.told() == ["started 0", "eager 1: 0-600", "withdrawn 1"]
    assert call.answer(1, "Where is my order?", 0.99).quiet(140).told()[3:] == ["eager 2: 0-920"]
    assert call.answer(1, "Where is my order?", 0.99).quiet(400).told()[4:] == []


def test_evidence_in_parts_is_put_together():
    call = Timeline().models_hear(None, None).say(600).quiet(120)
    call.answer(1, "Where is my order?", None)
    assert call.quiet(120).kinds() == ["SpeechStarted"]
    assert call.answer(1, None, 0.95).told()[-1] == "ended 1: 600 after 240 sure"


def test_a_turn_that_sounds_complete_is_over_only_with_its_words():
    call = Timeline().models_hear(None, None).say(600).quiet(120)
    assert call.answer(1, None, 0.95).quiet(500).kinds() == ["SpeechStarted"]
    assert call.answer(1, "I want a refund because", 0.95).quiet(500).kinds() == ["SpeechStarted"]
    assert call.answer(1, "I want a refund.", 0.95).kinds() == ["SpeechStarted", "TurnEnded"]


def test_a_soft_consonant_holds_the_end_of_a_turn_until_the_voice_behind_it_is_heard():
    call = Timeline().models_hear("Where is my order?", 0.95).say(1000).quiet(200).hiss(60).say(400).quiet(400)
    assert [told for told in call.told() if told.startswith("ended")] == ["ended 2: 1660 after 240 sure"]


def test_noise_in_a_pause_delays_the_end_of_a_turn_by_a_tenth_of_a_second_at_most():
    call = Timeline().models_hear("Where is my order?", 0.95).say(1000).quiet(200).hiss(600)
    assert call.told()[-1] == "ended 1: 1000 after 320 sure"


def test_noise_without_words_leaves_no_turn():
    call = Timeline().models_hear("", 0.8).say(300).quiet(2000)
    assert call.told() == ["started 0", "eager 1: 0-300", "withdrawn 1"]


def test_long_speech_without_words_is_a_turn_that_was_not_understood():
    assert Timeline().models_hear("", 0.9).say(2500).quiet(2000).kinds() == ["SpeechStarted", "TurnEnded"]


@pytest.mark.parametrize(("heard_ms", "waited_ms"), [(200, 900), (2000, 240)])
def test_a_story_cut_short_stays_a_story_unless_an_answer_was_heard(heard_ms: int, waited_ms: int):
    call = Timeline().models_hear("So I called the garage.", 0.95).say(9000).quiet(940)
    assert call.told()[-1] == "ended 1: 9000 after 900 sure"
    call.bot_starts().quiet(heard_ms).say(800).bot_stops().quiet(1100)
    assert call.told()[-1].endswith(f" after {waited_ms} sure")


def test_a_monologue_with_pauses_is_one_turn_until_it_is_too_long():
    call = Timeline().expect(AnswerKind.STORY).models_hear("and then I went to the shop and", 0.4)
    for _ in range(16):
        call.say(3000).quiet(700)
    assert call.kinds() == ["SpeechStarted"]
    call.say(1000)
    assert call.kinds() == ["SpeechStarted", "TurnEnded", "SpeechStarted"]
    ended = next(told for told in call.told() if told.startswith("ended"))
    assert ended.endswith(": 60000 after 0 too_long")


def test_silence_is_checked_again_and_again_and_speech_resets_it():
    call = Timeline().models_hear("Sorry, I am here.", 0.9).quiet(15_000)
    assert call.told() == ["silent 1 at 7000", "silent 2 at 14000"]
    call.say(1000).quiet(8000)
    assert call.told()[-1].startswith("silent 1 at")


def test_the_clock_of_silence_stands_while_the_bot_speaks():
    call = Timeline().bot_starts().quiet(30_000).bot_stops().quiet(6900)
    assert call.told() == []
    assert call.quiet(200).told() == ["silent 1 at 37000"]


def test_noise_does_not_reset_the_silence_checks():
    call = Timeline().models_hear("", 0.2).quiet(5000).say(200).quiet(2000)
    assert call.told()[-1] == "silent 1 at 7200" or call.told()[-1] == "silent 1 at 7000"


def test_a_key_during_speech_voids_what_was_said():
    call = Timeline().models_hear("My number is four", 0.9).say(500).quiet(120).key().quiet(2000)
    assert call.told() == ["started 0", "eager 1: 0-500", "withdrawn 1"]
    call.models_hear("Where is my order?", 0.95).say(800).quiet(400)
    assert call.told()[-1] == "ended 2: 3420 after 240 sure"


def test_speech_that_goes_on_over_a_key_is_not_heard_until_a_pause():
    call = Timeline().models_hear("four two", 0.9).say(500).key().say(700).quiet(3000)
    assert call.kinds() == ["SpeechStarted"]


def test_half_an_hour_of_turns_keeps_its_order():
    call = Timeline(settings=ListeningSettings()).models_hear("Where is my order?", 0.95)
    for _ in range(300):
        call.say(1000).quiet(1000).bot_starts().quiet(3000).bot_stops().quiet(1000)
    assert call.now_ms == 30 * 60_000
    assert call.kinds() == ["SpeechStarted", "TurnEnded"] * 300


class Oracle:
    """A completion model that keeps what it was asked."""

    def __init__(self, probability: float):
        self.probability = probability
        self.asked: list[TurnCues] = []

    def complete(self, cues: TurnCues) -> float:
        self.asked.append(cues)
        return self.probability


def test_a_completion_model_is_asked_once_a_span_with_what_is_known() -> None:
    oracle = Oracle(0.9)
    call = Timeline(completion=oracle).models_hear("I would like", 0.01).say(800).quiet(160).say(400).quiet(600)
    assert call.told()[-1] == "ended 2: 1360 after 240 sure"
    assert [(cue.speech_ms, cue.pauses) for cue in oracle.asked] == [(1360, 1)]


@pytest.mark.parametrize("eager_silence_ms", [60, 100, 180])
def test_a_turn_ends_at_the_same_sample_on_an_idle_and_on_a_busy_machine(eager_silence_ms: int):
    call = Timeline().models_hear("Where is my order?", 0.95)
    call.taker.eager_silence_ms = eager_silence_ms
    call.say(900).quiet(80).say(20).quiet(600)
    assert [d.end_ms for d in call.decisions if isinstance(d, EagerEnd | TurnEnded)] == [900, 900]


def test_a_pause_that_nothing_was_asked_about_yet_is_not_withdrawn():
    call = Timeline().models_hear("Where is my order?", 0.95)
    call.taker.eager_silence_ms = 180
    call.say(900).quiet(100).say(300).quiet(600)
    assert [type(d).__name__ for d in call.decisions] == ["SpeechStarted", "EagerEnd", "TurnEnded"]


def test_a_turn_does_not_end_before_its_words_were_asked_for():
    hasty = ListeningSettings(policy=PolicySettings(no_evidence_ms=100))
    call = Timeline(settings=hasty)
    call.taker.eager_silence_ms = 180
    call.say(900).quiet(600)
    assert [type(d).__name__ for d in call.decisions] == ["SpeechStarted", "EagerEnd", "TurnEnded"]
