"""A simulated caller: hears what the line asks, and says the next thing that somebody with this goal would say."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from dialogue.draft import bare_name
from dialogue.lines.types import Line
from dialogue.practice.bank import Bank, Persona
from dialogue.practice.goals import Change, Ending, Goal, Known, is_change, same_value
from dialogue.practice.habits import AGREEING, ASIDES, WITHDRAWING, Habit
from dialogue.practice.heard import contains, first_words
from dialogue.practice.question import Question, QuestionKind
from dialogue.practice.wording import Wording
from dialogue.transferring import MESSAGE
from dialogue.types import ToolCall

_SAYS_A_WISH = 3
"""So often a wish is said before the caller gives it up."""
_SAME_QUESTION = 5
"""So often in a row a question is answered before the caller hangs up."""
_ASKS_WHAT = 2
"""So often somebody asks what is proposed who has heard no question."""
_ANGRY = 0.8
_CUTS_IN = 0.4
"""How likely somebody who cuts in does so at a turn."""
_CUT_INS = 3
"""So often somebody who cuts in does so in a call."""
_ASIDE = 0.7
"""How likely a habit shows at a question where it fits."""
_ASIDES_IN_A_ROW = 2


@dataclass(slots=True, kw_only=True)
class Wish:
    """A goal during a call."""

    goal: Goal
    said: int = 0
    """How often it was said."""
    done: list[Change] = field(default_factory=list)
    """What of it the line has done."""
    withdrawn: bool = False
    """Whether the caller does not want it any more."""
    given_up: bool = False
    """Whether the caller has stopped asking."""
    reached: bool = False
    """Whether the line was at its playbook."""

    @property
    def open_changes(self) -> list[Change]:
        """What is still wanted."""
        return [] if self.withdrawn else [change for change in self.goal.does if change not in self.done]

    @property
    def welcome_changes(self) -> list[Change]:
        """What is agreed to where it is proposed."""
        may = [] if self.withdrawn else [change for change in self.goal.may if change not in self.done]
        return [*self.open_changes, *may]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLine:
    """What the caller does next."""

    said: str
    """Words as spoken; empty for silence."""
    move: str
    """What it is, as the bank calls it."""
    heard: str = ""
    """What they have heard of the line's turn."""
    cuts_in: bool = False
    """Whether they began to speak after that, while the line still spoke."""
    agrees_to: ToolCall | None = None
    """The change that they have heard proposed in full, and agree to."""
    anger: float = 0.0
    """0 to 1."""
    hangs_up: bool = False
    """Whether they are gone afterwards."""


class Caller:
    """One caller in one call."""

    def __init__(
        self,
        line: Line,
        bank: Bank,
        persona: Persona,
        goals: Sequence[Goal],
        *,
        habits: frozenset[Habit],
        side_questions: Sequence[str],
        today: date,
        rng: random.Random,
    ):
        """A caller who has not said anything yet.

        Args:
            line: The line that is called.
            bank: Its words.
            persona: What kind of caller it is.
            goals: What is wanted, in order.
            habits: What shows besides.
            side_questions: Questions about the business.
            today: The day of the call.
            rng: Source of chance.
        """
        self.wishes = [Wish(goal=goal) for goal in goals]
        self._line, self._rng = line, rng
        self._words = Wording(bank, persona, line, today, rng)
        self._habits = set(habits)
        self._side_questions = tuple(side_questions)
        self.all_heard = ""
        """Everything that reached the caller's ear."""
        self._last: tuple[Any, ...] = ()
        self._times = 0
        self._wrongly_said: tuple[Known, str] | None = None
        self._angry_turns = 0
        self._cut_ins = 0
        self._agreed_indirectly = False

    @property
    def wanted(self) -> tuple[Change, ...]:
        """The changes that are wanted, done or not."""
        return tuple(change for wish in self.wishes for change in (*wish.done, *wish.open_changes))

    def noticed(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """The line has told that it did something."""
        for wish in self.wishes:
            wish.done += [change for change in wish.welcome_changes if is_change(change, tool, arguments)]

    def served(self, wish: Wish) -> bool:
        """Whether everything that was wanted was done and heard; a person or a goodbye ends the call."""
        if wish.goal.ends not in (Ending.SERVED, Ending.EITHER):
            return wish.withdrawn
        if wish.goal.through and not (wish.reached or wish.withdrawn):
            return False
        heard = all(contains(self.all_heard, pattern) for pattern in wish.goal.hears)
        return bool(wish.said) and not wish.open_changes and (heard or wish.withdrawn)

    def next(self, question: Question, text: str, *, may_cut_in: bool = True) -> CallerLine:
        """What the caller says.

        Args:
            question: What the line waits for.
            text: The line's turn, whole.
            may_cut_in: Whether it can be interrupted.
        """
        self._count(question)
        for wish in self.wishes:
            wish.reached |= bool(wish.said) and wish.goal.playbook == question.playbook
        played = self._cuts_in_after(text) if may_cut_in else None
        heard = text if played is None else played
        self.all_heard = f"{self.all_heard} {heard}"
        if self._times > _SAME_QUESTION:
            return CallerLine(said=self._words.phrase("gives_up"), move="gives_up", heard=heard, hangs_up=True)
        line = self._over_the_line(question) if played is not None else None
        line = line or self._aside(question) or self._main(question, heard)
        return self._with_anger(replace(line, heard=heard, cuts_in=played is not None), question)

    def _count(self, question: Question) -> None:
        same = (question.kind, question.playbook, question.slot, question.call.action_id if question.call else "")
        self._times = self._times + 1 if same == self._last else 1
        self._last = same

    def _say(self, key: str, *, agrees_to: ToolCall | None = None, plain: bool = False, **values: str) -> CallerLine:
        said = self._words.sentence(self._words.phrase(key, **values), plain=plain)
        return CallerLine(said=said, move=key, agrees_to=agrees_to)

    def _with_anger(self, line: CallerLine, question: Question) -> CallerLine:
        if Habit.ANGER in self._habits and question.kind is not QuestionKind.OPEN and line.said:
            self._habits.discard(Habit.ANGER)
            self._angry_turns = 2
            said = f"{self._words.phrase('anger')}. {line.said}"
            # Anger around a yes leaves it a yes to the caller; the line may well ask again.
            line = replace(line, said=said)
        if self._angry_turns:
            self._angry_turns -= 1
            line = replace(line, anger=_ANGRY)
        return line

    # While the line still speaks

    def _cuts_in_after(self, text: str) -> str | None:
        """What was played when the caller cut in; None when they did not."""
        words = len(text.split())
        if Habit.CUT_IN not in self._habits or words < 2 or self._times > 1 or self._rng.random() > _CUTS_IN:
            return None
        self._cut_ins += 1
        if self._cut_ins >= _CUT_INS:
            self._habits.discard(Habit.CUT_IN)
        return first_words(text, self._rng.randrange(words - 1))

    def _over_the_line(self, question: Question) -> CallerLine | None:
        """What is said to a question that was not heard to its end; None for what would be said anyway."""
        if question.asks_slot or question.kind is QuestionKind.OPEN:
            return None
        hasty = question.kind is QuestionKind.PROPOSAL and self._rng.random() < 0.6
        return self._say("cut_yes" if hasty else "cut_wait", plain=True)

    # Before the answer

    def _aside(self, question: Question) -> CallerLine | None:
        if question.kind is QuestionKind.OPEN and self.wishes[0].said:
            return None
        fitting = [each.habit for each in ASIDES if each.habit in self._habits and question.kind in each.at]
        if Habit.SILENCE in self._habits and question.kind not in (QuestionKind.OPEN, QuestionKind.MORE):
            fitting.append(Habit.SILENCE)
        if not fitting or self._times > _ASIDES_IN_A_ROW or self._rng.random() > _ASIDE:
            return None
        habit = self._rng.choice(fitting)
        self._habits.discard(habit)
        if habit is Habit.SILENCE:
            return CallerLine(said="", move="silence")
        if habit is Habit.SIDE_QUESTION:
            if not self._side_questions:
                return None
            return CallerLine(said=self._rng.choice(self._side_questions), move=habit.value)
        return self._say(habit.value, plain=True)

    # The answer

    def _main(self, question: Question, text: str) -> CallerLine:
        wish = self._serving(question)
        if self._wrongly_said is not None and wish is not None:
            (known, label), self._wrongly_said = self._wrongly_said, None
            return self._say("corrects", value=self._words.value(known), label=label)
        match question.kind:
            case QuestionKind.OPEN | QuestionKind.MORE:
                astray = wish is not None and not self.served(wish) and not wish.given_up
                objection = self._objection(question, text, wish) if wish is not None and astray else None
                return objection or self._wish_or_goodbye(question)
            case QuestionKind.WHICH:
                return self._which(question, wish)
            case QuestionKind.HUMAN:
                return self._say("person" if wish and wish.goal.ends is Ending.HUMAN else "refuses_human")
            case QuestionKind.AGAIN:
                done = wish is None or wish.withdrawn or self.served(wish)
                return self._say("no_answer") if wish is None or done else self._insists(wish)
            case QuestionKind.STILL:
                return self._still(question, wish)
            case QuestionKind.PROPOSAL:
                return self._proposal(question, text, wish)
            case QuestionKind.BUSY | QuestionKind.CONNECTING | QuestionKind.OVER:
                return CallerLine(said="", move="silence")
        return self._slot(question, text, wish)

    def _serving(self, question: Question) -> Wish | None:
        """The wish that the line is at."""
        said = [wish for wish in self.wishes if wish.said]
        by_playbook = [wish for wish in said if wish.goal.playbook and wish.goal.playbook == question.playbook]
        unserved = [wish for wish in said if not self.served(wish) and not wish.given_up]
        return next(iter(by_playbook or unserved or said), None)

    def _wish_or_goodbye(self, question: Question) -> CallerLine:
        for wish in self.wishes:
            if not wish.said:
                return self._new_wish(wish, first=not any(w.said for w in self.wishes), question=question)
            if wish.withdrawn or wish.given_up or self.served(wish):
                continue
            if wish.said >= _SAYS_A_WISH:
                wish.given_up = True
                continue
            wish.said += 1
            return self._say("wish_again", wish=self._words.wish(wish.goal.says))
        return self._say("more_no", plain=True)

    def _new_wish(self, wish: Wish, *, first: bool, question: Question) -> CallerLine:
        wish.said += 1
        said = self._words.wish(wish.goal.says)
        number = self._reference(wish)
        if number and self._take(Habit.VALUE_AT_ONCE):
            slot, known = number
            label = self._label_of(wish.goal.playbook, slot)
            said = self._words.phrase("with_value", wish=said, label=label, value=self._words.value(known))
        other = next((w for w in self.wishes if not w.said), None)
        if first and other and self._take(Habit.TWO_WISHES):
            other.said += 1
            said = self._words.phrase("two_wishes", wish=said, other=self._words.wish(other.goal.says))
            return CallerLine(said=self._words.sentence(said), move="two_wishes")
        if not first and question.kind is QuestionKind.MORE:
            said = self._words.phrase("next_wish", wish=said)
        elif first and self._rng.random() < 0.3:
            said = f"{self._words.phrase('greeting')} {said}"
        return CallerLine(said=self._words.sentence(said), move="wish")

    def _reference(self, wish: Wish) -> tuple[str, Known] | None:
        return next(((s, k) for s, k in wish.goal.knows.items() if str(k.value).isdigit()), None)

    def _label_of(self, playbook: str, slot: str) -> str:
        asks = self._line.playbooks[playbook].asks() if playbook else ()
        return next((ask.label for ask in asks if bare_name(ask.slot) == slot and ask.label), slot.replace("_", " "))

    def _which(self, question: Question, wish: Wish | None) -> CallerLine:
        if wish is None or wish.withdrawn or self.served(wish):
            return self._wish_or_goodbye(question)
        for option in question.options:
            if self._line.intents[option].playbook == wish.goal.playbook:
                return self._say("which", about=self._line.intents[option].about)
        return self._insists(wish)

    def _still(self, question: Question, wish: Wish | None) -> CallerLine:
        if wish is None or wish.withdrawn or self.served(wish):
            return self._say("change_of_mind", plain=True)
        return self._say("yes_answer") if wish.goal.playbook == question.playbook else self._insists(wish)

    def _leaves_message(self, question: Question, wish: Wish) -> CallerLine:
        """Nobody is there: say what it is about, and that is that."""
        if question.kind is QuestionKind.YES_NO:
            return self._say("yes_answer")
        wish.given_up = True
        return CallerLine(said=self._words.sentence(self._words.wish(wish.goal.says)), move="leaves_message")

    def _slot(self, question: Question, text: str, wish: Wish | None) -> CallerLine:
        if question.playbook == MESSAGE and question.kind is not QuestionKind.READ_BACK:
            return self._leaves_message(question, wish or self.wishes[0])
        other = next((w for w in self.wishes if not w.said), None)
        if other and question.asks_slot and self._take(Habit.WISH_AT_QUESTION):
            other.said += 1
            return self._say("wish_at_question", wish=self._words.wish(other.goal.says))
        if wish is None:
            return self._insists(self.wishes[0])
        if question.kind is QuestionKind.OPTIONS and not wish.withdrawn:
            return self._choose(question, text, wish)
        known = wish.goal.knows.get(question.slot)
        if wish.withdrawn or (known is None and self.served(wish) and question.kind is not QuestionKind.YES_NO):
            return self._say("change_of_mind", plain=True)
        objection = None if self.served(wish) else self._objection(question, text, wish)
        if objection:
            return objection
        if question.kind is QuestionKind.READ_BACK:
            if known is not None and same_value(known.value, question.value):
                return self._say("right")
            return self._corrects(known, question)
        if question.kind is QuestionKind.YES_NO:
            return self._say("yes_answer" if known and known.value is True else "no_answer")
        if known is None:
            elsewhere = question.playbook != wish.goal.playbook and not wish.done
            return self._insists(wish) if elsewhere else self._say("does_not_know")
        return self._value(known, question)

    def _choose(self, question: Question, text: str, wish: Wish) -> CallerLine:
        pick = wish.goal.picks.get(question.slot)
        if pick is None:
            return self._say("none_of_these", plain=True)
        if not contains(text, pick.hears):
            return self._say("other_options", plain=True)
        if self._times > 1 and (named := re.search(pick.hears, text, re.IGNORECASE)):
            # "That one" was not understood: people say its name.
            return self._say("value_again", value=named.group())
        return CallerLine(said=self._words.sentence(self._rng.choice(pick.says)), move="picks")

    def _insists(self, wish: Wish) -> CallerLine:
        """The line is at something that nobody asked for."""
        wish.said += 1
        return self._say("which_none", wish=self._words.wish(wish.goal.says))

    def _value(self, known: Known, question: Question) -> CallerLine:
        value, wrong = self._words.value(known, question.choices), self._words.wrong(known.value)
        if wrong and self._take(Habit.CORRECTS_AT_ONCE):
            return self._say("corrects_at_once", wrong=wrong, value=value)
        if wrong and self._take(Habit.CORRECTS_LATER):
            self._wrongly_said = known, self._words.label(question)
            return self._say("value", value=wrong)
        if known.says:
            return CallerLine(said=self._words.sentence(self._rng.choice(known.says)), move="value")
        return self._say("value" if self._times == 1 else "value_again", value=value)

    def _objection(self, question: Question, text: str, wish: Wish) -> CallerLine | None:
        """A value that the line takes for granted and says aloud, though it is another one."""
        for slot, known in wish.goal.knows.items():
            believed = question.known.get(slot)
            if slot == question.slot or believed is None or same_value(known.value, believed.value):
                continue
            if self._words.is_named(believed.value, text):
                label = self._label_of(question.playbook, slot)
                return self._say("corrects", value=self._words.value(known), label=label)
        return None

    def _corrects(self, known: Known | None, question: Question) -> CallerLine:
        if known is None:
            return self._say("no", plain=True)
        value = self._words.value(known, question.choices)
        return self._say("corrects", value=value, label=self._words.label(question))

    # Consent

    def _proposal(self, question: Question, text: str, wish: Wish | None) -> CallerLine:
        call = question.call
        assert call is not None
        wanted = [change for each in self.wishes for change in each.welcome_changes if change.tool == call.tool]
        exact = any(is_change(change, call.tool, call.arguments) for change in wanted)
        pattern = re.escape(question.asked or text)
        known = contains(self.all_heard, pattern) and bool(question.asked)
        if "?" not in text and not known and self._times <= _ASKS_WHAT:
            # The proposal was cut off, and what came instead is no question: "no rush".
            return self._say("asks_to_repeat", plain=True)
        if self._times > 1 and not contains(text, pattern) and ("?" in text or not known):
            # Another question than the proposal was heard, "are you still there?": its yes agrees to nothing.
            return self._say("plain_yes")
        named = [each.goal.names[call.tool] for each in self.wishes if call.tool in each.goal.names]
        if named and not any(contains(text, pattern) for pattern in named):
            return (self._objection(question, text, wish) if wish else None) or self._say("no", plain=True)
        if not exact:
            unlike = next((self._unlike(change, call, text) for change in wanted), None)
            if not wanted or unlike is not None or wish is None:
                return self._refuses(unlike, wish)
        habits = [habit for habit in WITHDRAWING if habit in self._habits]
        if habits and wish is not None:
            habit = self._rng.choice(habits)
            self._habits.discard(habit)
            wish.withdrawn = True
            return self._say(habit.value, plain=True)
        agreeing = [habit for habit in AGREEING if habit in self._habits]
        if agreeing and not self._agreed_indirectly:
            self._agreed_indirectly = True
            return self._say(self._rng.choice(agreeing).value, agrees_to=call, plain=True)
        return self._say("yes" if self._times == 1 else "plain_yes", agrees_to=call)

    def _unlike(self, change: Change, call: ToolCall, text: str) -> tuple[str, Any, Any] | None:
        """The argument that is not what is wanted, where the caller can hear it."""
        for name, value in change.arguments.items():
            proposed = call.arguments.get(name)
            if not same_value(value, proposed) and self._words.is_named(proposed, text):
                return name, value, proposed
        return None

    def _refuses(self, unlike: tuple[str, Any, Any] | None, wish: Wish | None) -> CallerLine:
        if unlike is not None and wish is not None:
            for slot, known in wish.goal.knows.items():
                if same_value(known.value, unlike[1]):
                    label = self._label_of(wish.goal.playbook, slot)
                    return self._say("corrects", value=self._words.value(known), label=label)
        return self._say("no", plain=True)

    def _take(self, habit: Habit) -> bool:
        """Whether a habit shows now; it shows once."""
        if habit not in self._habits:
            return False
        self._habits.discard(habit)
        return True
