"""What a caller does with a turn: the rules alone, the network's claims, and which of them comes first."""

import pytest

from dialogue.doing import Doing, Farewell, doing
from dialogue.lines.types import Line
from dialogue.types import CallerTurn
from languages.rules import LineTopic
from models.interfaces import IntentResult, IntentScore
from models.understanding import CallerAct, Reading, Span, SpanKind

HUMAN, NO_HUMAN, PATIENCE = CallerAct.WANTS_HUMAN, CallerAct.REFUSES_HUMAN, CallerAct.ASKS_FOR_PATIENCE


def reading(*acts: CallerAct, spans: tuple[Span, ...] = ()) -> Reading:
    """A reading that is certain of these acts and of no other."""
    return Reading(probabilities={act: 0.99 if act in acts else 0.01 for act in CallerAct}, clear_yes=0.0, spans=spans)


def classified(name: str) -> IntentResult:
    score = IntentScore(name=name, probability=0.8)
    return IntentResult(intents=(score,), alternatives=(score,), in_scope=0.9)


def of(shop: Line, text: str, *acts: CallerAct, intent: str = "", read: bool = False, story: bool = False) -> Doing:
    turn = CallerTurn(
        text=text,
        reading=reading(*acts) if acts or read else None,
        intents=classified(intent) if intent else None,
    )
    return doing(turn, shop, story=story)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("can I speak to a person", CallerAct.WANTS_HUMAN),
        ("please don't put me through to anybody", CallerAct.REFUSES_HUMAN),
        ("my lamp is on fire", CallerAct.EMERGENCY),
        ("say that again", CallerAct.ASKS_TO_REPEAT),
        ("speak up a bit", CallerAct.ASKS_LOUDER),
        ("slow down please", CallerAct.ASKS_SLOWER),
        ("hang on, let me get my glasses", CallerAct.ASKS_FOR_PATIENCE),
        ("never mind", CallerAct.TAKES_BACK),
        ("are you a robot", CallerAct.ASKS_ABOUT_BOT),
    ],
)
def test_plain_words_are_enough_where_no_network_reads(shop: Line, text: str, act: CallerAct) -> None:
    assert of(shop, text).acts == {act}


def test_plain_words_for_a_person_count_whatever_the_network_makes_of_them(shop: Line) -> None:
    assert of(shop, "let me talk to a person", CallerAct.SMALL_TALK, NO_HUMAN).does(HUMAN)
    assert not of(shop, "let me talk to a person", NO_HUMAN).does(NO_HUMAN)


def test_a_plain_yes_asks_for_nobody_where_only_the_classifier_says_so(shop: Line) -> None:
    assert not of(shop, "yes please", intent="rule.human").does(HUMAN)
    assert of(shop, "I would like your manager's manager", intent="rule.human").does(HUMAN)


@pytest.mark.parametrize(
    "text", ["please don't transfer me", "no human please, you're doing fine", "I don't want another colleague"]
)
def test_who_declines_a_person_in_plain_words_does_not_want_one_whatever_a_model_says(shop: Line, text: str) -> None:
    done = of(shop, text, HUMAN, intent="rule.human")
    assert done.does(NO_HUMAN) and not done.does(HUMAN)


def test_the_classifiers_word_for_a_person_needs_a_second_opinion(shop: Line) -> None:
    text = "somebody with a brain would be good"
    assert of(shop, text, intent="rule.human").does(HUMAN)
    assert not of(shop, text, intent="rule.human", read=True).does(HUMAN)
    assert not of(shop, "nobody in this house can talk to you now", intent="rule.human").does(HUMAN)
    assert not of(shop, "there is nobody here who could talk to a person now", HUMAN).does(HUMAN)
    assert not of(shop, "hang on, I'll go and get the number", intent="rule.human").does(HUMAN)


@pytest.mark.parametrize(
    "text",
    ["it's not on fire, it just doesn't work", "nothing caught fire", "last year one was on fire", "there's no smoke"],
)
def test_a_danger_that_is_denied_or_over_is_none(shop: Line, text: str) -> None:
    assert not of(shop, text, CallerAct.EMERGENCY).does(CallerAct.EMERGENCY)


def test_a_danger_in_other_words_is_one_if_the_network_says_so(shop: Line) -> None:
    done = of(shop, "it is smouldering and the room is full of fumes", CallerAct.EMERGENCY)
    assert done.does(CallerAct.EMERGENCY) and done.emergency is None


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("wait a second please", True),
        ("let me just look for it, it'll take a minute", True),
        ("okay, hold on", True),
        ("hang on, where is my order?", False),
        ("wait, no", False),
        ("one moment, it's 4027", False),
    ],
)
def test_a_moment_is_all_that_is_asked_for_or_not(shop: Line, text: str, only: bool) -> None:
    done = of(shop, text)
    assert done.does(PATIENCE) and done.only_patience is only


def test_in_a_long_story_only_an_emergency_is_heard(shop: Line) -> None:
    told = "then I asked for a person and they said to hang on and that was the last I heard of it"
    assert of(shop, told, HUMAN, PATIENCE, CallerAct.GOODBYE, story=True).acts == frozenset()
    assert of(shop, told, CallerAct.EMERGENCY, story=True).does(CallerAct.EMERGENCY)


@pytest.mark.parametrize(
    ("text", "acts", "farewell"),
    [
        ("bye now", (), Farewell.FIRM),
        ("no, that's all, thanks", (), Farewell.CLEAR),
        ("I'm all set", (), Farewell.SAID),
        ("I'd better be off", (CallerAct.GOODBYE, CallerAct.THANKS), Farewell.SAID),
        ("I'd better be off, but where is my order", (CallerAct.GOODBYE, CallerAct.NEW_REQUEST), Farewell.NONE),
        ("where is my order", (), Farewell.NONE),
    ],
)
def test_a_goodbye_is_as_plain_as_its_words(
    shop: Line, text: str, acts: tuple[CallerAct, ...], farewell: Farewell
) -> None:
    assert of(shop, text, *acts).farewell is farewell


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("is this call being recorded?", LineTopic.RECORDED),
        ("what's your name", LineTopic.NAME),
        ("are you open right now", LineTopic.OPEN_NOW),
        ("what are your opening hours", LineTopic.HOURS),
        ("what can you help me with", LineTopic.ABILITIES),
        ("am I talking to a machine", LineTopic.MACHINE),
        ("where is my order", None),
    ],
)
def test_what_is_asked_about_the_line_itself(shop: Line, text: str, topic: LineTopic | None) -> None:
    assert of(shop, text).topic is topic


def test_a_turn_is_social_when_it_asks_for_nothing(shop: Line) -> None:
    assert of(shop, "lovely day for it", CallerAct.SMALL_TALK, CallerAct.GREETS).social
    assert not of(shop, "lovely day, where is my order", CallerAct.SMALL_TALK, CallerAct.NEW_REQUEST).social
    assert not of(shop, "four oh two seven", read=True).social


def test_values_that_are_denied_are_told_in_the_callers_words(shop: Line) -> None:
    text = "not 5512, it's 5521"
    spans = (Span(kind=SpanKind.WRONG, start=4, end=8, probability=0.9),)
    turn = CallerTurn(text=text, reading=reading(CallerAct.CORRECTS, spans=spans))
    assert doing(turn, shop).wrong == ("5512",)


def test_a_turn_without_words_does_nothing(shop: Line) -> None:
    assert doing(CallerTurn(text="", keys="4027"), shop) == Doing()


def test_somebody_in_a_wish_of_the_line_is_nobody_to_be_put_through_to(shop: Line) -> None:
    wants = CallerAct.WANTS_HUMAN
    assert not of(shop, "can somebody look for my parcel", wants, intent="order_status", read=True).does(wants)
    assert of(shop, "one of your own please", wants, read=True).does(wants)


def test_what_leaves_nothing_to_do_is_known_only_where_a_network_reads(shop: Line) -> None:
    assert of(shop, "we're square so", read=True).wants_nothing
    assert not of(shop, "we're square so").wants_nothing
    assert not of(shop, "a lamp came broken", CallerAct.NEW_REQUEST, read=True).wants_nothing
