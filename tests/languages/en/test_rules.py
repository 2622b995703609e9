import pytest

from dialogue.lines.types import Emergency, Escalation
from languages import load
from languages.rules import Rule

find_rule = load("en").rules.find
RULE_EXAMPLES = load("en").rules.examples
ESCALATION = Escalation(human_words=("the big boss",), emergencies=(Emergency(words=("on fire",), say="Call 112."),))


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        (
            Rule.HUMAN,
            """Can I speak to a person, please?|agent|Representative.|an operator please|put me through to someone|
            I want to talk to a real human being|let me talk to your supervisor|transfer me|connect me with an agent|
            is there anyone... no, is there a person I can talk to|I'd rather talk to somebody|I need a human|
            get me a manager now|could I have a person please|customer service please|I don't want to talk to a robot|
            stop, I want a real person|I want the big boss|I would like to speak with one of your colleagues|
            no just give me a human|hello can you put me on to somebody please|let me chat with a live agent""",
        ),
        (
            Rule.NO_HUMAN,
            """I don't want to speak to a person|please don't put me through|No human, please.|
            do not pass me on to anyone|
            don't transfer me again|no need to connect me|I'd rather talk with you|not another agent""",
        ),
        (
            Rule.REPEAT,
            """What did you say?|pardon|Pardon me?|sorry?|say that again please|can you repeat that|come again|
            could you please repeat|I didn't catch that|what was that|huh|once more, what was the question""",
        ),
        (Rule.LOUDER, "can you speak up please|a bit louder please|you're very faint|I can barely hear you"),
        (Rule.SLOWER, "slower please|can you slow down|speak a bit more slowly|you're talking too fast"),
        (
            Rule.GOODBYE,
            """Goodbye!|bye bye|no that's all, thanks|that'll be all thank you|okay bye|no thank you goodbye|
            thanks for your help... bye|I'm all set thanks|that's it thank you very much|have a nice day|
            nothing else thanks|no, that's everything""",
        ),
        (Rule.NEVER_MIND, "never mind|oh forget it|leave it then|no actually never mind|I've changed my mind"),
        (
            Rule.IDENTITY,
            """are you a robot|is this a robot|am I talking to a machine?|are you human|are you a real person|
            hello am I speaking to a real human being|are you a human or a machine|is this an AI|is this a recording""",
        ),
        (Rule.PRESENCE, "hello?|are you still there|hello, can you hear me|is anybody there|good morning"),
        (Rule.EMERGENCY, "my lamp is on fire|help, it's on fire, I want a person"),
        (
            None,
            """where is my order|four oh two seven|I spoke to an agent yesterday|
            there is nobody here who could talk to a person|the delivery person never came|
            your operator charged me twice|I was talking to a colleague of yours|
            yes|no|a man|my manager ordered it|transfer the money back to my card|I bought it for a person I know|
            what is your return policy|how long does it take|is delivery slower on weekends|the fireplace set|
            that's it in the picture|I got a good one|is customer service open on Sunday|sorry it's 4027|""",
        ),
    ],
)
def test_rule(rule: Rule | None, texts: str) -> None:
    for text in texts.split("|"):
        hit = find_rule(text.strip(), ESCALATION)
        assert (hit.rule if hit else None) is rule, text.strip()


def test_in_a_story_only_short_sentences_and_emergencies_are_rules() -> None:
    long = "please tell them that I want to talk to a person about the broken vase as soon as possible"
    assert find_rule(long, ESCALATION, story=True) is None
    assert find_rule("let me talk to a person", ESCALATION, story=True) is not None
    assert find_rule(long + " because it is on fire", ESCALATION, story=True) is not None


def test_most_examples_for_the_classifier_are_rules_already() -> None:
    for name in ("repeat", "goodbye"):
        found = [find_rule(text, ESCALATION) for text in RULE_EXAMPLES[name]]
        assert sum(hit is not None and hit.rule.value == name for hit in found) >= len(found) - 2
