import pytest

from dialogue.expectation import AnswerKind
from tests.voice.listening.timeline import Timeline


def bot_speaks(delay_ms: int = 100) -> Timeline:
    return Timeline(delay_ms=delay_ms).bot_starts().quiet(1000)


def test_an_interruption_pauses_the_bot_then_is_confirmed_by_its_words_then_is_a_turn():
    call = bot_speaks().models_hear("No, that is not what I meant.", 0.95).say(1500).quiet(500)
    assert call.told() == [
        "pause after 60",
        "partial 1: 1000-1500",
        "interrupted from 1000",
        "withdrawn 1",
        "eager 2: 1000-2500",
        "ended 2: 2500 after 240 sure",
    ]


def test_a_long_interruption_is_confirmed_without_the_transcriber():
    call = bot_speaks().models_hear(None, None).say(1000)
    assert call.told() == ["pause after 60", "partial 1: 1000-1500", "interrupted from 1000", "withdrawn 1"]


def test_a_short_interruption_is_confirmed_and_ended():
    call = bot_speaks().models_hear("Stop.", 0.9).say(300).quiet(600)
    assert call.told() == [
        "pause after 60",
        "eager 1: 1000-1300",
        "interrupted from 1000",
        "ended 1: 1300 after 240 sure",
    ]


@pytest.mark.parametrize("text", ["Okay.", "Mm-hmm.", "Yeah.", "Right, okay.", "I see.", "Got it.", "Uh-huh.", ""])
def test_a_false_stop_resumes(text: str):
    call = bot_speaks().models_hear(text, 0.9).say(300).quiet(600)
    assert call.told() == ["pause after 60", "eager 1: 1000-1300", f"resume '{text}'"]


def test_whoever_speaks_as_a_reply_begins_goes_on_at_once():
    call = Timeline().quiet(1000).bot_starts().quiet(100).models_hear("or pound to exit", 0.95).say(600).quiet(400)
    assert call.told()[:2] == ["pause after 20", "interrupted from 1100"]


def test_a_click_as_a_reply_begins_only_holds_it_for_a_moment():
    call = Timeline().quiet(1000).bot_starts().quiet(100).say(40).quiet(300)
    assert call.told() == ["pause after 20", "resume ''"]


def test_a_voice_that_begins_with_a_flicker_holds_a_reply_that_begins_throughout():
    call = Timeline().models_hear("or something", 0.95).quiet(1000).bot_starts().quiet(100)
    call.hiss(20).quiet(60).hiss(20).quiet(40).say(600)
    assert call.told()[:2] == ["pause after 20", "interrupted from 1240"]


def test_a_first_word_that_stands_alone_does_not_make_the_bot_go_on_into_the_second():
    call = bot_speaks().models_hear("Okay.", 0.9).say(200).quiet(260).say(700)
    assert call.told()[:3] == ["pause after 60", "eager 1: 1000-1200", "withdrawn 1"]
    assert "ResumeBot" not in call.kinds() and "interrupted from 1000" in call.told()


def test_a_hum_does_not_stop_the_bot():
    call = bot_speaks().models_hear("Mm-hmm.", 0.9).say(280, low_share=0.995).quiet(600)
    assert call.told() == ["eager 1: 1000-1280", "murmur 'Mm-hmm.'"]


def test_a_cough_does_not_stop_the_bot():
    call = bot_speaks().models_hear("", 0.9).say(260, low_share=0.03).quiet(600)
    assert call.told() == ["eager 1: 1000-1260", "murmur ''"]


def test_cross_talk_far_below_the_callers_voice_does_not_stop_the_bot_whatever_is_said():
    call = bot_speaks().models_hear("Dinner is ready.", 0.9).say(900, relative_db=-20).quiet(600)
    assert "PauseBot" not in call.kinds() and call.kinds() == ["BackchannelHeard"]


def test_a_voice_that_begins_with_a_breath_stops_the_bot_as_soon_as_it_is_loud():
    call = bot_speaks().models_hear("At the tone", 0.95).say(80, relative_db=-22).say(400)
    assert call.told()[0] == "pause after 100"


def test_a_hum_that_turns_into_words_stops_the_bot_a_little_later():
    call = bot_speaks().models_hear("Mm no stop please", 0.9).say(200, low_share=0.995).say(1000, low_share=0.995)
    assert call.told()[0] == "pause after 300"
    assert "ConfirmInterruption" in call.kinds()


def test_yes_is_an_answer_to_the_question_that_is_just_being_finished():
    call = Timeline().expect(AnswerKind.YES_NO).bot_starts(ends_in_ms=1500).quiet(1000)
    call.models_hear("Yeah.", 0.9).say(240).quiet(400)
    assert call.told() == [
        "pause after 60",
        "eager 1: 1000-1240",
        "interrupted from 1000",
        "ended 1: 1240 after 180 answer_complete",
    ]


def test_yeah_long_before_the_question_is_a_murmur():
    call = Timeline().expect(AnswerKind.YES_NO).bot_starts(ends_in_ms=6000).quiet(1000)
    assert call.models_hear("Yeah.", 0.9).say(240).quiet(400).kinds() == ["PauseBot", "ResumeBot"]


def test_speech_that_outlasts_the_bot_is_simply_a_turn():
    call = bot_speaks().models_hear("Okay.", 0.9).say(60, low_share=0.995).bot_stops().say(240).quiet(700)
    assert call.told()[0] == "started 1000"
    assert call.kinds() == ["SpeechStarted", "TurnEnded"]


def test_what_must_be_heard_is_not_interrupted():
    call = Timeline().bot_starts(interruptible=False).quiet(1000).models_hear("Stop talking.", 0.9)
    assert call.say(1200).quiet(600).kinds() == ["BackchannelHeard"]


def test_the_transcriber_that_never_answers_leaves_a_short_sound_a_murmur():
    call = bot_speaks().models_hear(None, None).say(280).quiet(1500)
    assert call.told() == ["pause after 60", "eager 1: 1000-1280", "resume ''"]


def test_the_bot_starting_over_a_caller_who_speaks_gives_way():
    call = Timeline().say(600).bot_starts()
    assert call.told() == ["started 0", "interrupted from 0"]


def test_a_key_while_the_bot_is_paused_lets_it_go():
    call = bot_speaks().models_hear("four", 0.9).say(300).key().quiet(1000)
    assert call.told() == ["pause after 60", "resume ''"]


def test_the_bot_stopping_because_we_paused_it_changes_nothing():
    call = bot_speaks().models_hear("Okay.", 0.9).say(200).bot_stops().quiet(600)
    assert call.kinds() == ["PauseBot", "ResumeBot"]
