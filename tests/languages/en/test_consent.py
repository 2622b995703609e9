"""Agreement to a proposal in English, by kind: what is a clear yes as a whole, and what never is one."""

import pytest

from languages import load
from languages.consent import Agreement

CONSENT = load("en").consent
PROPOSAL = "Shall I refund €48.50 to the card you paid with?"
KEEPING = "Shall I keep your appointment on Friday?"
STOPPING = "Should I stop the monthly delivery?"


def sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in text.strip().split("|")]


@pytest.mark.parametrize(
    "text",
    sentences("""
    Yes. | Yeah. | Yes, please. | Please do. | Okay. | Sure, go ahead. | Go on, so. | By all means. | Absolutely. |
    Yes, do that, please. | You can go ahead and do it. | That'd be great, thank you. | That works for me. |
    That's exactly what I want. | I'd like that very much. | I agree. | Of course you can. | Um, yes. |
    Yeah, no problem, go for it. | Fine by me. | My answer is yes. | Yes sir. | Aye, go on there. | Sounds good to me. |
    Yes, thanks a million. | Okay, thank you. | Do, please. | Yes, I do. | I'd be grateful if you would. | Work away. |
    You have my permission. | Let's do it. | Yes yes. | Oh yes, please! | Yes, as soon as you can.
    """),
)
def test_a_turn_that_agrees_and_does_nothing_else(text: str) -> None:
    assert CONSENT.read(text, PROPOSAL) is Agreement.CLEAR


@pytest.mark.parametrize(
    "text",
    sentences("""
    Yes, refund it. | Please refund me. | Okay, refund it to my card. | Yes, the card I paid with. |
    Refund it, please. | I want you to refund it. | You can refund the €48.50. | Just refund it. |
    Yes, refund the 48.50 to my card.
    """),
)
def test_an_echo_of_the_proposal_agrees_beside_a_yes_or_as_an_order(text: str) -> None:
    assert CONSENT.read(text, PROPOSAL) is Agreement.CLEAR


def test_the_verb_of_the_proposal_decides_what_keeping_and_stopping_mean() -> None:
    assert CONSENT.read("Yes, keep it.", KEEPING) is Agreement.CLEAR
    assert CONSENT.read("Yes, keep it.", PROPOSAL) is Agreement.TAKEN_BACK
    assert CONSENT.read("Please stop it.", STOPPING) is Agreement.CLEAR
    assert CONSENT.read("Okay, stop.", STOPPING) is not Agreement.CLEAR


KINDS = {
    "asks": "Yes, how much is that? | Okay and when would I have it? | Refund it? | Yes? | Sure, is it free",
    "condition": "Yes, if it's free. | Okay as long as it's today. | Sure, provided nobody charges me.",
    "put off": "Yes, but later. | Okay, tomorrow. | Not yet. | Yes, next week. | Once I'm paid, yes.",
    "patience": "Okay, hold on. | Yes, one second. | Right, let me look. | Sure, wait a minute.",
    "taken back": "Yes, no. | Sure. Hmm, don't. | Go ahead, oh no, stop. | Okay, actually no. | Yes please don't.",
    "echo with a tag": "Refund it, yes? | Refund it yeah | The card I paid with, yes | The refund, right",
    "ironic": "Oh yeah, that works. | Oh great. | Yeah, right. | Great, just great. | Yes, as reliable as ever.",
    "repeated": "Yes yes yes. | Yeah yeah yeah. | Okay okay okay. | Okay, okay. | Please, please, please.",
    "denied": "No. | I don't want that. | Absolutely not. | Never. | No thanks. | I'd rather not. | Do not refund it.",
    "contrast": "Yes, but to the other card. | Okay, only half of it. | Yes, except the lamp.",
    "another value": "Yes, 20 euro. | Yes, refund 58.50. | Okay, the 45. | Yes, to card 4411.",
    "another wish": "Yes, and I want to change my address. | Okay, cancel it. | Yes, send a new one.",
    "unsure": "I'm not sure. | Yes, I think. | Maybe. | I guess so. | Yeah, I don't know. | Probably.",
    "complains": "I never said yes. | You asked me that already. | I said no. | Yes is what I did not say.",
    "reported": "My wife said yes. | He says okay. | I told him yes. | They said go ahead.",
    "to somebody else": "Yes, Tommy, in a minute. | Okay, put it on the table. | Yes dear, I'm on the phone.",
    "listening": "Mm-hm. | I see. | Yes, I understand. | Okay, got it. | Right. | Oh, okay. | Thanks.",
    "breaks off": "Yes, but... | Okay so... | Yes, the | Yes, refund it to my | Yeah I | Sure, and | Well yes...",
    "misheard": "Yes the mouse. | Guess. | Yes yes sir Alaska. | Okay ladies. | Sheesh. | Essence.",
    "reassures": "No worries. | No problem. | No worries, I'll keep it. | No bother at all.",
    "hesitates": "Um, well, yeah. | So, em, yes.",
    "leaves": "Okay, bye. | Yeah bye bye.",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_clear_yes(kind: str) -> None:
    assert [text for text in sentences(KINDS[kind]) if CONSENT.read(text, PROPOSAL) is Agreement.CLEAR] == []


@pytest.mark.parametrize(
    "text", ["No.", "No thanks.", "Leave it.", "I don't want that.", "Please don't refund it.", "Not now."]
)
def test_a_no_is_a_no(text: str) -> None:
    assert CONSENT.read(text, PROPOSAL) is Agreement.REFUSED


@pytest.mark.parametrize("text", ["Yes, no.", "Okay, wait, no, don't.", "Sure. Hmm, no.", "Go ahead. Ah no, leave it."])
def test_a_yes_that_ends_in_a_no_is_taken_back(text: str) -> None:
    assert CONSENT.read(text, PROPOSAL) is Agreement.TAKEN_BACK


@pytest.mark.parametrize(
    ("text", "agreement"),
    [
        ("No, yes.", Agreement.LEANING),
        ("No... okay, do it.", Agreement.LEANING),
        ("I don't know, yes.", Agreement.LEANING),
        ("I don't understand.", Agreement.DOUBTFUL),
        ("No idea.", Agreement.DOUBTFUL),
    ],
)
def test_the_last_word_wins_towards_a_no_only(text: str, agreement: Agreement) -> None:
    assert CONSENT.read(text, PROPOSAL) is agreement


def test_words_that_nothing_speaks_against_are_told_from_a_doubt() -> None:
    assert CONSENT.read("Tickety-boo, squire.", PROPOSAL) is Agreement.UNKNOWN
    assert CONSENT.read("Tickety-boo, yes.", PROPOSAL) is Agreement.PARTLY
    assert CONSENT.read("If you say so, squire.", PROPOSAL) is Agreement.DOUBTFUL


@pytest.mark.parametrize(
    "proposal",
    [
        "Shall I close your account, yes or no?",
        "I'd close your account now. Is that right?",
        "May I close it, yes or no?",
    ],
)
@pytest.mark.parametrize(
    "text", ["Yes, no.", "Yes or no?", "That'd be a no.", "Absolutely, it, no, don't.", "Yes is not right."]
)
def test_the_words_around_what_is_proposed_are_not_repeated_as_an_agreement(proposal: str, text: str) -> None:
    assert CONSENT.read(text, proposal) is not Agreement.CLEAR


@pytest.mark.parametrize(
    "text", ["No, stop!", "Wait, no, don't.", "Undo that.", "Stop.", "I didn't want that.", "No, that's the wrong one."]
)
def test_what_calls_a_change_back(text: str) -> None:
    assert CONSENT.calls_back(text, PROPOSAL)


@pytest.mark.parametrize(
    "text",
    ["No.", "No, thanks.", "No no, that's all.", "No, that's everything.", "No, don't worry.",
     "Can I stop the other one?", "Thank you.", "Hold on.", "No, I don't need anything else."],
)  # fmt: skip
def test_what_does_not(text: str) -> None:
    assert not CONSENT.calls_back(text, PROPOSAL)


def test_the_callers_own_words_in_a_proposal_are_no_echo_of_it() -> None:
    proposal = "Shall I tell our team “never mind, I don't want that any more”?"
    assert load("en").consent.read("I don't want that", proposal) is not Agreement.CLEAR
    assert load("en").consent.read("yes, tell your team", proposal) is Agreement.CLEAR
