"""What a caller does with a turn: what the reading network claims, guarded by the rules of the language.

The network claims an act only where it may be trusted; what it does not claim says nothing. The rules are plain words:
they add a person who is asked for and an emergency whatever the network makes of them, they take away a person who is
declined and a danger that is denied, and where no network reads they stand alone. Computed once a turn; whatever
decides about the turn asks `Doing`, not its words.
"""

from dataclasses import dataclass
from enum import IntEnum

from dialogue.lines.types import RULE_PREFIX, Line
from dialogue.types import CallerTurn
from languages.rules import GlobalRules, LineTopic, Rule
from models.understanding import CallerAct, Reading, SpanKind

_RULE_INTENT_SURE = 0.6
_SECOND_OPINION = 0.2
"""Where a network reads, it must find a person asked for at least this likely before the classifier's word counts."""
_WISH_SURE = 0.5
"""A request of the line that is at least this likely is meant where only the network hears that a person is asked for:
"somebody" stands in many a wish."""
_WISH_CERTAIN = 0.95
"""From here a request of the line is meant, whatever a word of it may sound like to the network."""
_HUMAN_SURE = 0.9
"""From here the network alone is believed that a person is asked for; below, one is offered."""
_EMERGENCY_SURE = 0.9
"""From here the network hears an emergency even in what is a request of the line."""
_UNLIKELY = 0.2
"""What is less probable than this is not done."""
_WANTS = frozenset(CallerAct) - {
    CallerAct.AGREES,
    CallerAct.REFUSES,
    CallerAct.REFUSES_HUMAN,
    CallerAct.THANKS,
    CallerAct.GOODBYE,
}
"""Acts after which something is left to do."""
_ENDS = (CallerAct.GOODBYE, CallerAct.REFUSES)
_SIDE = frozenset(
    {
        CallerAct.THANKS,
        CallerAct.GREETS,
        CallerAct.SMALL_TALK,
        CallerAct.OPENER,
        CallerAct.FILLER,
        CallerAct.TALKS_TO_OTHER,
        CallerAct.ASKS_FOR_PATIENCE,
    }
)
QUESTIONS = frozenset(
    {
        CallerAct.ASKS_ABOUT_PROPOSAL,
        CallerAct.ASKS_ABOUT_FACTS,
        CallerAct.ASKS_ABOUT_LINE,
        CallerAct.ASKS_ABOUT_BOT,
    }
)
_HARMLESS = frozenset({*_SIDE, *QUESTIONS, CallerAct.COMPLAINS})
"""What is done about these is put right by the caller's next sentence: they need not be claimed, only be likely."""
_WISHES = (
    CallerAct.NEW_REQUEST,
    CallerAct.SEVERAL_REQUESTS,
    CallerAct.ASKS_ABOUT_FACTS,
    CallerAct.ASKS_ABOUT_LINE,
    CallerAct.WANTS_HUMAN,
    CallerAct.OPENER,
)
_DROPS = (CallerAct.TAKES_BACK, CallerAct.REFUSES, CallerAct.PUTS_OFF)
_POSSIBLE = 0.3
"""From here the caller is asked whether it is so."""
_LIKELY = 0.8
_UNLIKELY = 0.35
_LAST_WORDS = 2
"""What is no goodbye by the rules is a firm one only where one stands at its end: not "bye all means"."""
_BRIEF = 6
"""Words of a turn that may be a goodbye with a reason before it."""
_BY_RULE = {
    Rule.EMERGENCY: CallerAct.EMERGENCY,
    Rule.HUMAN: CallerAct.WANTS_HUMAN,
    Rule.NO_HUMAN: CallerAct.REFUSES_HUMAN,
    Rule.REPEAT: CallerAct.ASKS_TO_REPEAT,
    Rule.SLOWER: CallerAct.ASKS_SLOWER,
    Rule.LOUDER: CallerAct.ASKS_LOUDER,
    Rule.GOODBYE: CallerAct.GOODBYE,
    Rule.NEVER_MIND: CallerAct.TAKES_BACK,
    Rule.IDENTITY: CallerAct.ASKS_ABOUT_BOT,
    Rule.PRESENCE: CallerAct.GREETS,
}


class Farewell(IntEnum):
    """How plainly a goodbye is said, weakest first."""

    NONE = 0
    SAID = 1
    """Counts between questions: "I'm good", "that's it"."""
    CLEAR = 2
    """Ends a call even in answer to a question, but one of yes or no: "that's all"."""
    FIRM = 3
    """Ends a call in answer to any question: "bye"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What a caller does with one turn."""

    acts: frozenset[CallerAct] = frozenset()
    """What is certain enough to act upon."""
    emergency: int | None = None
    """Which of the line's emergencies was named in its own words."""
    farewell: Farewell = Farewell.NONE
    """How plainly the call is ended."""
    rule: Rule | None = None
    """The rule of the language that the plain words say."""
    topic: LineTopic | None = None
    """What is asked about the line itself, as far as the words tell."""
    only_patience: bool = False
    """Whether a moment is asked for and nothing else is said."""
    only_social: bool = False
    """Whether it is certain that the turn asks for nothing, whatever request its words resemble."""
    lacks_answer: bool = False
    """Whether the caller cannot give what was asked for."""
    asks: bool = False
    """Whether there is a question in the turn."""
    begins_question: bool = False
    """Whether the turn begins like a question."""
    may_correct: bool = False
    """Whether the turn may correct an earlier answer: "no", "actually"."""
    corrects: bool = False
    """Whether the turn says outright that an earlier answer was wrong: "I meant"."""
    only_thanks: bool = False
    """Whether the turn is thanks and nothing else."""
    wants_nothing: bool = False
    """Whether the network finds that the turn sooner ends the call than leaves anything to do."""
    stops_connecting: bool = False
    """Whether the caller would rather stay than be put through."""
    may_drop: bool = False
    """Whether the network finds it well possible that the matter is not wanted any more."""
    sure_of_human: bool = True
    """Whether a person who is asked for is asked for plainly: by the rules, the line's classifier, or beyond doubt."""
    may_want: bool = True
    """Whether the turn may well want something, as far as anything reads it."""
    may_answer: bool = True
    """Whether the turn may well try to answer what was asked, as far as anything reads it."""
    loss: bool = False
    """Whether the caller tells of a death."""
    wrong: tuple[str, ...] = ()
    """Values that are denied or replaced, in the caller's words."""

    def does(self, *acts: CallerAct) -> bool:
        """Whether the caller does any of these."""
        return not self.acts.isdisjoint(acts)

    def only(self, *acts: CallerAct) -> bool:
        """Whether the caller does one of these and, but for what asks for nothing, nothing else."""
        return self.does(*acts) and self.acts <= {*acts, *_SIDE}

    @property
    def social(self) -> bool:
        """Whether the turn does something that asks for nothing, and nothing else."""
        return bool(self.acts) and self.acts <= _SIDE - {CallerAct.ASKS_FOR_PATIENCE}


def doing(turn: CallerTurn, line: Line, *, story: bool = False) -> Doing:
    """What the caller does with a turn.

    Args:
        turn: The turn, with what the models made of it.
        line: The line, for its own words.
        story: Whether a description is being given; in a long one only an emergency is heard.
    """
    text, rules, cues = turn.text, line.language.rules, line.language.cues
    if not text.strip():
        return Doing()
    hit = rules.find(text, line.escalation, story=story)
    rule = hit.rule if hit else None
    acts = _read(turn)
    only_patience = rules.only_asks_for_time(text) or acts == {CallerAct.ASKS_FOR_PATIENCE}
    long_story = story and rules.is_story(text)
    if long_story:
        acts &= {CallerAct.EMERGENCY}
    if rule:
        acts.add(_BY_RULE[rule])
    if rules.asks_for_time(text) and not long_story:
        acts.add(CallerAct.ASKS_FOR_PATIENCE)
    _guard(acts, turn, line, rule, story=story)
    return Doing(
        acts=frozenset(acts),
        emergency=hit.emergency if hit else None,
        farewell=_farewell(acts, turn, line, by_words=rule is Rule.GOODBYE),
        rule=rule,
        topic=LineTopic.MACHINE if rule is Rule.IDENTITY else rules.topic(text),
        only_patience=only_patience,
        only_social=_only_social(acts, turn),
        lacks_answer=rules.cannot_say(text),
        asks=cues.asks_something(text) or not acts.isdisjoint(QUESTIONS),
        begins_question=bool(cues.begins_question.match(rules.normalise(text))),
        may_correct=cues.corrects(text) or CallerAct.CORRECTS in acts,
        corrects=cues.corrects(text, outright=True) or CallerAct.CORRECTS in acts,
        only_thanks=rules.only_thanks(text),
        wants_nothing=turn.reading is not None and _wants_nothing(turn.reading),
        stops_connecting=bool(cues.stop_connecting.search(rules.normalise(text))),
        may_drop=turn.reading is not None and max(turn.reading.probabilities[act] for act in _DROPS) >= _POSSIBLE,
        sure_of_human=rule is Rule.HUMAN or _sure_of_human(turn, line),
        may_want=turn.reading is None or max(turn.reading.probabilities[act] for act in _WISHES) >= _POSSIBLE,
        may_answer=turn.reading is None or turn.reading.probabilities[CallerAct.ANSWERS] >= _POSSIBLE,
        loss=bool(cues.loss.search(rules.normalise(text))),
        wrong=tuple(text[s.start : s.end] for s in turn.reading.spans if s.kind is SpanKind.WRONG)
        if turn.reading
        else (),
    )


def _read(turn: CallerTurn) -> set[CallerAct]:
    """What the network claims, and what it finds likely where a mistake does no harm."""
    if turn.reading is None:
        return set()
    likely = {act for act in _HARMLESS if turn.reading.probabilities[act] >= _LIKELY}
    return set(turn.reading.acts()) | likely


def _only_social(acts: set[CallerAct], turn: CallerTurn) -> bool:
    """Whether the network is certain that nothing is wanted, whatever the words resemble."""
    if turn.reading is None or not acts or not acts <= _SIDE or _wish_of_the_line(turn) >= _WISH_CERTAIN:
        return False
    return all(p < _UNLIKELY for act, p in turn.reading.probabilities.items() if act not in _SIDE)


def _leaves(turn: CallerTurn, line: Line) -> bool:
    """Whether a short turn that asks for nothing ends with a goodbye: "sorry, wrong number, bye"."""
    rules = line.language.rules
    words = rules.normalise(turn.text).split()
    wants = turn.intents is not None and any(not i.name.startswith(RULE_PREFIX) for i in turn.intents.intents)
    last = " ".join(words[-_LAST_WORDS:])
    return not wants and len(words) <= _BRIEF and rules.holds_any(last, rules.firm_goodbyes)


def _guard(acts: set[CallerAct], turn: CallerTurn, line: Line, rule: Rule | None, *, story: bool) -> None:
    """Plain words overrule what a model makes of a turn where a wrong guess would end the conversation."""
    rules = line.language.rules
    if rule is not Rule.EMERGENCY and (rules.denies_danger(turn.text) or _trouble_of_the_line(turn)):
        acts.discard(CallerAct.EMERGENCY)
    if rule is Rule.HUMAN:
        acts.discard(CallerAct.REFUSES_HUMAN)
        return
    declined = rule is Rule.NO_HUMAN or CallerAct.REFUSES_HUMAN in acts or _no_human(turn.text, rules)
    if declined or (rule is None and _wish_of_the_line(turn) >= _WISH_SURE):
        acts.discard(CallerAct.WANTS_HUMAN)
    elif not (story or rule or rules.mentions_no_human(turn.text)) and _classified_human(turn, line):
        acts.add(CallerAct.WANTS_HUMAN)


def _no_human(text: str, rules: GlobalRules) -> bool:
    """Whether plain words speak against a person being wanted."""
    return rules.only_asks_for_time(text) or rules.speaks_of_no_human(text)


def _classified_human(turn: CallerTurn, line: Line) -> bool:
    """The line's classifier finds a person asked for, and the network does not find it unlikely.

    Where no network reads, a plain yes or no is none: "yes, please" shares its please with many who ask for a person.
    """
    if turn.reading is None and line.language.yes_no.decide(turn.text) is not None:
        return False
    best = turn.intents.intents[0] if turn.intents and turn.intents.intents else None
    if best is None or best.name != RULE_PREFIX + Rule.HUMAN or best.probability < _RULE_INTENT_SURE:
        return False
    return turn.reading is None or turn.reading.probabilities[CallerAct.WANTS_HUMAN] >= _SECOND_OPINION


def _sure_of_human(turn: CallerTurn, line: Line) -> bool:
    """Whether the network has no doubt that a person is asked for, or the line's classifier finds it, too."""
    if turn.reading is None or _classified_human(turn, line):
        return True
    return turn.reading.probabilities[CallerAct.WANTS_HUMAN] >= _HUMAN_SURE


def _wish_of_the_line(turn: CallerTurn) -> float:
    """How likely the turn is one of the line's own requests."""
    best = turn.intents.intents[0] if turn.intents and turn.intents.intents else None
    return best.probability if best is not None and not best.name.startswith(RULE_PREFIX) else 0.0


def _trouble_of_the_line(turn: CallerTurn) -> bool:
    """Whether what sounds like an emergency to the network is a trouble that the line is there for."""
    if turn.reading is None or _wish_of_the_line(turn) < _WISH_SURE:
        return False
    return turn.reading.probabilities[CallerAct.EMERGENCY] < _EMERGENCY_SURE


def _wants_nothing(reading: Reading) -> bool:
    """Thanks say nothing here: they end many a wish."""
    wants = max(p for act, p in reading.probabilities.items() if act in _WANTS)
    ends = max(reading.probabilities[act] for act in _ENDS)
    return wants < _UNLIKELY and wants <= ends


def _farewell(acts: set[CallerAct], turn: CallerTurn, line: Line, *, by_words: bool) -> Farewell:
    """A goodbye is one only where nothing else is wanted in the same breath."""
    text = turn.text
    if not by_words and _leaves(turn, line):
        return Farewell.FIRM
    alone = CallerAct.GOODBYE in acts and acts <= {*_SIDE, CallerAct.GOODBYE, CallerAct.REFUSES}
    if not (by_words or (alone and _wish_of_the_line(turn) < _WISH_SURE)):
        return Farewell.NONE
    rules = line.language.rules
    last = " ".join(rules.normalise(text).split()[-_LAST_WORDS:])
    if rules.holds_any(text if by_words else last, rules.firm_goodbyes):
        return Farewell.FIRM
    return Farewell.CLEAR if rules.holds_any(text, rules.clear_ends) else Farewell.SAID
