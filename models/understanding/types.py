"""What a caller can do with a turn, and the plain data of reading one.

A turn is read together with what was asked: "keep it" agrees to "Shall I keep the appointment?" and refuses "Shall I
cancel it?". Acts are not exclusive: "Yes, and what does it cost?" agrees and asks. What counts is what stands at the
*end* of the turn: "Yes. Oh wait, no." takes back and refuses, and agrees to nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CallerAct(StrEnum):
    """What a caller does. Each has its definition, three examples, and the line to its neighbours.

    The order is the order of the network's outputs; new ones go to the end and need training.
    """

    AGREES = "agrees"
    """Says yes to what was asked or offered, and the yes stands at the end of the turn.

    "Yes please." · "Go on then." · "That'd be grand." Not: "okay" that opens a question or a wish, or only shows
    listening; with a condition it is AGREES_IF, later PUTS_OFF.
    """
    REFUSES = "refuses"
    """Says no to what was asked or offered, or wants the opposite of it.

    "No thanks." · "Leave it as it is." (to "Shall I cancel it?") · "I'd rather not." Not: another value in place of
    one that was read back, unless a no is said too (CORRECTS, with REFUSES where it is).
    """
    UNSURE = "unsure"
    """Neither yes nor no, and cannot or does not want to decide: doubts, wavers, does not know.

    "I'm not sure." · "Maybe, I guess." · "Hm, could go either way." Not: asks for time only (PATIENCE) or names a later
    time to decide (PUTS_OFF).
    """
    AGREES_IF = "agrees_if"
    """Would say yes under a condition, or only to a part, or to a changed form of it.

    "Yes, if it's free." · "As long as I get it back by Friday." · "Sure, but only the one lamp." Not: a condition that
    is already said to hold by the question.
    """
    PUTS_OFF = "puts_off"
    """Wants it decided or done later, or after something else.

    "Not yet." · "Let me ask my husband first, I'll call back." · "Yes but not today." Not: a moment on the line
    (ASKS_FOR_PATIENCE).
    """
    ANSWERS = "answers"
    """Gives what was asked for, or states something about the case, other than yes or no.

    "Four oh two seven." · "It's Murphy, with a P H." · "The blue one, please." Includes values that come unasked with a
    wish; not a value in place of another (CORRECTS).
    """
    CORRECTS = "corrects"
    """Puts one value in place of another that was said, read back or offered.

    "Not 5512, 5521." · "No, Tuesday, not Thursday." · "Sorry, I meant the green one." The spans tell the wrong value
    and the right one; a value denied without another one ("that's not my address") counts too.
    """
    TAKES_BACK = "takes_back"
    """Withdraws something said before in this turn or call: a yes, a wish, a change.

    "Yes... oh wait, no." · "Forget it, I don't want the refund after all." · "Stop, undo that." Not: a first no.
    """
    ASKS_ABOUT_PROPOSAL = "asks_about_proposal"
    """Asks something about what is offered or about to be done: price, consequence, way, alternatives.

    "How much would that be?" · "Do I get the money back then?" · "Have you anything later?" An echo that asks
    ("Cancel it?", "The whole order?") is one.
    """
    ASKS_ABOUT_FACTS = "asks_about_facts"
    """Asks about their own case as it stands: the order, booking, account, what was said of it.

    "When does it arrive?" (of an order spoken of) · "What's on that bill?" · "Which address do you have?" Not: asks for
    something to be done (NEW_REQUEST).
    """
    ASKS_ABOUT_LINE = "asks_about_line"
    """Asks about the business or the line: hours, place, what it can do, who answers, prices in general.

    "Are you open on Sunday?" · "What can you help with?" · "Where are you?" Not: whether it is a machine
    (ASKS_ABOUT_BOT).
    """
    NEW_REQUEST = "new_request"
    """Names a wish or a trouble to be dealt with, the first or another one.

    "I want to return a lamp." · "While I have you, can you change my address?" · "My boiler's dead." Not: what the open
    question offers (AGREES).
    """
    SEVERAL_REQUESTS = "several_requests"
    """Two wishes or more in one turn; NEW_REQUEST holds too.

    "Cancel the blue one and move my delivery." · "I need a new card and I want my balance." · "A repair, and also my
    bill's wrong." Not: one wish told in two sentences.
    """
    ASKS_TO_REPEAT = "asks_to_repeat"
    """Did not hear or follow and wants it said again.

    "Sorry?" · "What was that last bit?" · "Say again." Not: asks what something means for them (a question).
    """
    ASKS_SLOWER = "asks_slower"
    """Wants slower speech.

    "Slow down, please." · "You're going too fast for me." · "Can you read that slowly?"
    """
    ASKS_LOUDER = "asks_louder"
    """Wants louder speech, or says that it can hardly be heard.

    "Speak up, love." · "You're very faint." · "I can barely hear you."
    """
    ASKS_FOR_PATIENCE = "asks_for_patience"
    """Wants the line to wait while they look, think or write, and stays on.

    "Hang on, I'm getting my glasses." · "One sec." · "Give me a minute to find it." Not: "hold on" that begins an
    objection (TAKES_BACK).
    """
    WANTS_HUMAN = "wants_human"
    """Asks for a person.

    "Can I talk to someone real?" · "Put me through to your boss." · "I want an agent."
    """
    REFUSES_HUMAN = "refuses_human"
    """Does not want to be passed on.

    "Please don't transfer me." · "No need for a person, you're doing fine." · "Not another department again."
    """
    EMERGENCY = "emergency"
    """Tells of danger to life, health or property that is happening now; a denied or past one is none.

    "There's smoke coming out of it." · "My husband has collapsed." · "I can smell gas in the kitchen."
    """
    THANKS = "thanks"
    """Thanks. "Thanks a million." · "I appreciate that." · "Ta." "No thanks" is REFUSES alone."""
    GREETS = "greets"
    """Greets. "Hello." · "Hi there, good morning." · "Evening." """
    SMALL_TALK = "small_talk"
    """Says something sociable or personal that asks for nothing of the line.

    "Awful weather today." · "How are you?" · "I used to work in a shop myself."
    """
    OPENER = "opener"
    """Announces that something will be said, and says nothing of it yet.

    "I have a question." · "I'm calling about something." · "Can you help me?"
    """
    COMPLAINS = "complains"
    """Is displeased with the service, the product or the conversation, and says it.

    "I've been waiting for weeks." · "I never said yes to that." · "This is ridiculous."
    """
    ASKS_ABOUT_BOT = "asks_about_bot"
    """Asks whether it is a machine, who it is, or about recording and what becomes of what is said.

    "Am I talking to a robot?" · "Is this recorded?" · "What's your name?"
    """
    TALKS_TO_OTHER = "talks_to_other"
    """Speaks to somebody else, in the room or on another phone, or is another voice.

    "Put that down, Tommy." · "Mam, what's our postcode?" · "Two coffees, please." (at a counter)
    """
    FILLER = "filler"
    """Sounds that hold the floor or show listening, and nothing else: um, well, mhm, so.

    "Ehm..." · "Well, you see..." · "Mhm." As part of a fuller turn it isn't labelled.
    """
    GOODBYE = "goodbye"
    """Ends the conversation, or says that nothing more is needed.

    "Bye now." · "That's all." · "Have a good day."
    """


SIDE_ACTS = frozenset({CallerAct.THANKS, CallerAct.GREETS, CallerAct.GOODBYE, CallerAct.FILLER, CallerAct.SMALL_TALK})
"""Acts that leave a yes as clear as it is."""


HALF = 0.5
"""Where an act is as likely as not."""
_SILENT = 0.35
"""Below this an act does not speak against a yes."""


class AskedKind(StrEnum):
    """What the last sentence of the line asks for. The order is the order of the network's inputs."""

    UNKNOWN = "unknown"
    """Not known, or nothing was said yet."""
    CONSENT = "consent"
    """Whether something that changes the world shall be done."""
    YES_NO = "yes_no"
    """Any other question of yes or no, a value read back included."""
    CHOICE = "choice"
    """One of several things that were named."""
    VALUE = "value"
    """A number, date, name, address or description."""
    OPEN = "open"
    """What the call is about."""
    MORE = "more"
    """Whether there is anything else."""
    STATEMENT = "statement"
    """Nothing: something was told or is going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the caller answers to."""

    sentence: str = ""
    """The last thing heard from the line, its question at the end."""
    kind: AskedKind = AskedKind.UNKNOWN
    """What it asks for."""
    offered: tuple[str, ...] = ()
    """What can be chosen, or what was offered, in words: "Tuesday at ten"."""
    known: tuple[str, ...] = ()
    """What is known of the case, in words: "order 4027, two lamps"."""


class SpanKind(StrEnum):
    """What a stretch of the caller's words is."""

    VALUE = "value"
    """A value that is meant: the answer, the right one of a correction."""
    WRONG = "wrong"
    """A value that is denied or replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the caller's words."""

    kind: SpanKind
    """What it is."""
    start: int
    """First character in the text that was read."""
    end: int
    """One past the last character."""
    probability: float
    """Smallest probability of its word pieces, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a turn does, as far as the network can tell."""

    probabilities: dict[CallerAct, float]
    """Calibrated probability of each act by itself, 0 to 1."""
    clear_yes: float
    """Probability that the whole turn agrees to what was asked and does nothing else but `SIDE_ACTS`."""
    spans: tuple[Span, ...] = ()
    """Values in the order in which they were said."""
    thresholds: Mapping[CallerAct, float] = field(default_factory=dict)
    """Probability from which an act is claimed; one half where none is told, above 1 for one that never is."""
    clear_from: float = HALF
    """Probability from which a yes is clear."""

    def acts(self) -> frozenset[CallerAct]:
        """The acts that are claimed: likely enough that nine of ten such claims are right, as far as was measured.

        An act that isn't claimed says nothing: the caller may do it all the same.
        """
        return frozenset(act for act, p in self.probabilities.items() if p >= self.thresholds.get(act, HALF))

    def agrees_clearly(self, at_least: float | None = None) -> bool:
        """Whether the whole turn is a yes and nothing else.

        It must be likely that it agrees, and no other act may be: a yes that also asks is none.

        Args:
            at_least: Probability asked of a clear yes; `clear_from` if none is given.
        """
        at_least = self.clear_from if at_least is None else at_least
        others = max(p for act, p in self.probabilities.items() if act not in SIDE_ACTS and act is not CallerAct.AGREES)
        return self.clear_yes >= at_least and self.probabilities[CallerAct.AGREES] >= HALF and others < _SILENT
