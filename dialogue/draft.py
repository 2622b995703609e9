"""A turn in the making: collects replies, facts and changes of the state, then becomes a `DialogueTurn`.

It lives inside one call of a pure function and never leaves it; that is why it may change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from dialogue.asking import asked_kind, expectation_of
from dialogue.doing import Doing, doing
from dialogue.expectation import AnswerKind, Expectation
from dialogue.heard import ReplyPart, Saying, followed_by, lost_outcomes
from dialogue.knowledge import KnowledgeBase
from dialogue.lines.condition_checks import WEEKDAYS
from dialogue.lines.playbook import YES_NO_KEYS, Ask, Playbook, SlotKind
from dialogue.lines.templates import ProseStyle, Template, counted, prose, render
from dialogue.lines.types import DateOrder, Line
from dialogue.lines.wording import Wording
from dialogue.prompts import question_only, without_acknowledgement
from dialogue.rewording import Lead, Rewording
from dialogue.slots import Reading, Unfit, read_answer, read_keys
from dialogue.state import (
    AskingSlot,
    Choosing,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    DialogueState,
    Ended,
    Frame,
    OfferingHuman,
    Pending,
    SlotValue,
    StillWanted,
    Transferring,
    WaitingForModel,
    WaitingForTool,
    WantedAgain,
)
from dialogue.types import AskModel, CallerTurn, DialogueAction, DialogueTurn, Reply, ToolCall
from interactions.events.base import Body
from interactions.events.understanding import SlotFilled
from interactions.vocabulary import InputMode, ReplySource
from models.errors import FirstlineError
from models.understanding import Asked, AskedKind

_HISTORY = 40
_YES_NO = (ConfirmingSlot, ConfirmingCall, OfferingHuman, StillWanted, WantedAgain)


class Draft:
    """One turn in the making."""

    def __init__(
        self,
        line: Line,
        knowledge: KnowledgeBase,
        playbooks: dict[str, Playbook],
        state: DialogueState,
        *,
        model: bool,
        written: bool = False,
    ):
        self.line = line
        self.knowledge = knowledge
        self.playbooks = playbooks
        self.state = replace(state, turn=state.turn + 1)
        self.model = model
        """Whether a language model may be asked."""
        self.written = written
        """Whether the customer reads what is said."""
        self.replies: list[Reply] = []
        self.actions: list[DialogueAction] = []
        self.facts: list[Body] = []
        self.tool: ToolCall | None = None
        self.ask_model: AskModel | None = None
        self.doing = Doing()
        """What the caller does with the turn that is being answered."""
        self.told: list[str] = []
        """What the playbook in progress has told in this turn."""
        self.within_matter = False
        """Whether what begins was asked for together with what was just served."""
        self.declined = False
        """Whether a change was declined in this turn."""
        self.taken_over = ""
        """The slot of which the caller has just been told that its earlier value is used again."""
        self.unfinished = False
        """Whether something has still to be walked before the turn is whole."""
        self.listens_on = False
        """Whether the caller has the floor, and nothing is to be said."""
        self.said: tuple[str, ...] | None = None
        """What "say that again" repeats, where it is not this turn's replies."""

    @property
    def style(self) -> ProseStyle:
        """How values are written."""
        region = self.line.region
        return ProseStyle(
            write=self.line.language.write,
            currency=region.currency,
            month_first=region.date_order is DateOrder.MONTH_DAY,
        )

    @property
    def in_words(self) -> InputMode:
        """How an answer in words reached us."""
        return InputMode.TEXT if self.written else InputMode.VOICE

    @property
    def frame(self) -> Frame:
        """The playbook in progress; there must be one."""
        return self.state.stack[-1]

    @property
    def options(self) -> tuple[str, ...]:
        """What of a list is on offer, in words."""
        offer = self.frame.offer if self.state.stack else None
        return offer.said if offer else ()

    @property
    def open_ask(self) -> Ask | None:
        """The question of the current step, if it is one."""
        if not self.state.stack:
            return None
        steps = self.playbooks[self.frame.playbook].steps
        step = steps[self.frame.step] if self.frame.step < len(steps) else None
        return step if isinstance(step, Ask) else None

    def hear(self, turn: CallerTurn) -> None:
        """Tell what the caller does with a turn, before anything is decided about it."""
        ask = self.open_ask if isinstance(self.state.pending, AskingSlot) else None
        self.doing = doing(turn, self.line, story=ask is not None and ask.kind is SlotKind.TEXT)

    def update(self, **changes: Any) -> None:
        """Change the state."""
        self.state = replace(self.state, **changes)

    def go(self, step: int) -> None:
        """Put the playbook in progress before a step."""
        self.update_frame(step=step)

    def walk_on(self) -> None:
        """Have the playbook in progress, or what is queued, gone on with before the turn ends."""
        self.unfinished = True

    def leave_floor(self) -> None:
        """Say nothing, on purpose: the caller asked for a moment."""
        self.listens_on = True

    def wait(self, pending: Pending) -> None:
        """Say what the dialogue waits for next."""
        self.update(pending=pending)

    def update_frame(self, **changes: Any) -> None:
        """Change the playbook in progress."""
        self.update(stack=(*self.state.stack[:-1], replace(self.frame, **changes)))

    def say(self, text: str, source: ReplySource = ReplySource.PLAYBOOK, *, interruptible: bool = True) -> None:
        """Add a reply, in other words where the caller has heard it often."""
        said = self._reworded(text, None) if interruptible else text
        self.say_as_it_is(said, source, interruptible=interruptible)

    def say_as_it_is(
        self, text: str, source: ReplySource = ReplySource.PLAYBOOK, *, interruptible: bool = True
    ) -> None:
        """Add a reply word for word: what is wanted again, or has to be heard."""
        if text:
            self.replies.append(Reply(text=text, source=source, interruptible=interruptible))

    def phrase(self, key: str, **values: str) -> str:
        """A built-in sentence in the line's manner, in other words than the last time."""
        times = self.state.phrased.get(key, 0)
        self.update(phrased={**self.state.phrased, key: times + 1})
        return self.line.sentence(key, times, written=self.written, **values)

    def say_phrase(self, key: str, source: ReplySource = ReplySource.RULE, **values: str) -> None:
        """Add a built-in sentence."""
        self.say(self.phrase(key, **values), source)

    def ask(self, text: str, pending: Pending, source: ReplySource = ReplySource.PLAYBOOK) -> None:
        """Add a question and wait for its answer."""
        read = self.line.language.read
        text = self._reworded(text, None if isinstance(pending, ConfirmingCall) else self.options)
        self.say_as_it_is(text, source)
        # Nobody can answer "which one?" without what there is to choose from.
        question = text if isinstance(pending, Choosing) else question_only(text, read)
        self.update(pending=pending, question=question, asked=without_acknowledgement(text, read))

    def times_said(self, text: str) -> int:
        """How often the caller was told a text, word for word."""
        return sum(role == "bot" and text in words for role, words in self.state.history)

    def _reworded(self, text: str, needed: Sequence[str] | None) -> str:
        """A text in words that do not come a third time."""

        def lead(key: Lead, sentence: str) -> str:
            return self.phrase(key, text=sentence)

        return Rewording(said=self.times_said, lead=lead, read=self.line.language.read).of(text, needed)

    def render(self, text: Template | Wording | None, own: Mapping[str, Any] | None = None) -> str:
        """Fill in a text from the current playbook's values, ``own`` first; one of several is the next in turn."""
        if text is None:
            return ""
        return render(self._worded(text), FrameScope(self, own or {}), self.style)

    def _worded(self, text: Template | Wording) -> Template:
        """The text to say now, which is then counted as said."""
        if isinstance(text, Template):
            return text
        times = self.state.spoken.get(text.key, 0)
        if text.varies:
            self.update(spoken={**self.state.spoken, text.key: times + 1})
        return text.text(team_open=self.state.team_open, times=times)

    def keep(self, name: str, value: Any) -> None:
        """Keep a result or value, in the playbook in progress and for what else the call brings."""
        frame = self.frame
        self.update_frame(results={**frame.results, name: value}, trail=(*frame.trail, (name, frame.step)))
        self.update(kept={**self.state.kept, bare_name(name): value})

    def value_of(self, value: Any) -> Any:
        """What a step wrote down as a value: itself, or what its template names or says."""
        if not isinstance(value, Template):
            return value
        scope = FrameScope(self, {})
        return scope.value(value.sole_name) if value.sole_name else self.render(value)

    def answer_in_words(self, value: Any, ask: Ask | None) -> str:
        """What was answered to a question, as it is read back; a count with what it counts."""
        if ask is not None and ask.kind is SlotKind.NUMBER and ask.units:
            return counted(value, ask.units, self.style)
        return self.prose(value, ask.kind if ask else None)

    def prose(self, value: Any, kind: SlotKind | None = None) -> str:
        """A value in words."""
        if kind in (SlotKind.REFERENCE, SlotKind.CODE):
            return f"#{value}"
        if kind is SlotKind.CHOICE:
            return str(value).replace("_", " ")
        return prose(value, self.style, self.state.today)

    def fill(self, ask: Ask, value: Any, *, confirmed: bool, by: InputMode) -> None:
        """Keep an answer."""
        slot = SlotValue(value=value, kind=ask.kind, label=ask.label, confirmed=confirmed)
        self.update(slots={**self.state.slots, ask.slot: slot})
        text = value.isoformat() if isinstance(value, date) else str(value)
        self.facts.append(SlotFilled(slot=ask.slot, kind=ask.kind, pii_value=text, confirmed=confirmed, by=by))

    def read(self, ask: Ask, turn: CallerTurn) -> Reading | Unfit | None:
        """The value of a question's slot in what was said or typed."""
        line, today = self.line, self.state.today
        if turn.keys:
            return read_keys(ask, turn.keys, line, today)
        return read_answer(ask, turn.text, line, today, own=self.state.caller_number) if turn.text.strip() else None

    def yes_or_no(self, text: str, keys: str = "") -> bool | None:
        """True for yes (or key 1), False for no (or key 2), None for anything else."""
        return YES_NO_KEYS.get(keys.rstrip("#")) if keys else self.line.language.yes_no.decide(text)

    def note(self, what: str) -> None:
        """Remember for the case summary what was tried."""
        if what not in self.state.tried:
            self.update(tried=(*self.state.tried, what))

    def turn(self) -> DialogueTurn:
        """The finished turn.

        Raises:
            FirstlineError: code ``"dialogue_silent"``: it would leave the caller with nothing said, done or asked.
        """
        acts = bool(self.replies or self.tool or self.ask_model or self.actions)
        if self.unfinished or not (acts or self.listens_on):
            waits = type(self.state.pending).__name__
            raise FirstlineError("dialogue_silent", f"A turn says and does nothing ({waits}): mend the flow.")
        replies = self._numbered()
        if replies:
            texts = tuple(reply.text for reply in replies)
            history = (*self.state.history, ("bot", " ".join(texts)))[-_HISTORY:]
            self.update(said=texts if self.said is None else self.said, history=history)
        return DialogueTurn(
            state=self.state,
            replies=replies,
            expects=self.expects,
            tool=self.tool,
            ask_model=self.ask_model,
            actions=tuple(self.actions),
            facts=tuple(self.facts),
            pace=self.state.pace,
        )

    def _numbered(self) -> tuple[Reply, ...]:
        """The replies with their numbers and parts, remembered until they were heard."""
        if not self.replies:
            return ()
        last = len(self.replies) - 1
        replies = tuple(
            replace(reply, number=self.state.replies + place + 1, part=self._part(reply, last=place == last))
            for place, reply in enumerate(self.replies)
        )
        new = tuple(Saying(number=reply.number, part=reply.part, text=reply.text) for reply in replies)
        told = any(reply.part is ReplyPart.OUTCOME for reply in replies)
        self.update(
            replies=self.state.replies + len(replies),
            sayings=followed_by(self.state.sayings, new),
            untold=self.state.untold and not told,
        )
        return replies

    @property
    def tells_outcome(self) -> bool:
        """Whether the turn so far says what became of a change."""
        last = len(self.replies) - 1
        parts = [self._part(reply, last=place == last) for place, reply in enumerate(self.replies)]
        return ReplyPart.OUTCOME in parts

    def _part(self, reply: Reply, *, last: bool) -> ReplyPart:
        """What a reply is: told by what is open after the turn, so that every way of putting a question counts."""
        state = self.state
        if reply.part is not ReplyPart.OTHER or reply.source is ReplySource.FILLER:
            return reply.part
        if any(saying.text == reply.text for saying in lost_outcomes(state.sayings)):
            part = ReplyPart.OUTCOME
        elif isinstance(state.pending, Ended):
            part = ReplyPart.GOODBYE if last else ReplyPart.OTHER
        elif isinstance(state.pending, ConfirmingCall):
            part = ReplyPart.PROPOSAL if state.asked in reply.text else ReplyPart.OTHER
        else:
            part = ReplyPart.QUESTION if state.question and state.question in reply.text else ReplyPart.OTHER
        return ReplyPart.OUTCOME if part is ReplyPart.OTHER and state.untold else part

    @property
    def expects(self) -> Expectation:
        """What the caller is expected to say next, and in answer to what."""
        return replace(self._answer_expected, asked=self._asked)

    @property
    def _asked(self) -> Asked:
        """What the caller is asked, in the words that are heard last."""
        kind = asked_kind(self.state.pending, self.open_ask)
        heard = " ".join(reply.text for reply in self.replies)
        question = self.state.question if kind is not AskedKind.STATEMENT else ""
        slots = self.state.slots.values()
        return Asked(
            sentence=heard if heard and question in heard else question or heard,
            kind=kind,
            offered=self._offered,
            known=tuple(f"{slot.label} {self.prose(slot.value, slot.kind)}".strip() for slot in slots),
        )

    @property
    def _offered(self) -> tuple[str, ...]:
        """What can be chosen, in words."""
        match self.state.pending:
            case Clarifying(options=options):
                return tuple(self.line.intents[name].about for name in options if name in self.line.intents)
            case Choosing():
                return self.options
            case AskingSlot() if self.open_ask is not None:
                return tuple(self.prose(value, SlotKind.CHOICE) for value in self.open_ask.choices)
        return ()

    @property
    def _answer_expected(self) -> Expectation:
        """The shape of the answer."""
        hotwords = self.line.hotwords
        pending = self.state.pending
        if isinstance(pending, _YES_NO):
            return Expectation(kind=AnswerKind.YES_NO, hotwords=hotwords, keypad=True, keys=tuple(YES_NO_KEYS))
        if isinstance(pending, AskingSlot) and self.open_ask is not None:
            return expectation_of(self.open_ask, hotwords, spelled=pending.spelled)
        if isinstance(pending, Choosing):
            keys = tuple(str(place) for place in range(1, len(self.options) + 2))
            return Expectation(kind=AnswerKind.CHOICE, choices=self.options, hotwords=hotwords, keypad=True, keys=keys)
        if isinstance(pending, (WaitingForTool, WaitingForModel, Transferring, Ended)):
            return Expectation(hotwords=hotwords)
        return Expectation(kind=AnswerKind.OPEN, hotwords=hotwords)


class FrameScope:
    """Looks up ``slot`` and ``result.field`` for the playbook in progress."""

    def __init__(self, draft: Draft, own: Mapping[str, Any]):
        self._draft = draft
        self._own = own

    @property
    def today(self) -> date:
        """The day of the call."""
        return self._draft.state.today

    def value(self, name: str) -> Any:
        """The value, or None when it is not known."""
        if name in self._own:
            return self._own[name]
        owner, _, attribute = name.partition(".")
        slot = self._draft.state.slots.get(owner)
        if slot is not None and not attribute:
            return slot.value
        found = self._kept(owner)
        if found is None:
            return self._built_in(name)
        if attribute:
            return found.get(attribute) if isinstance(found, Mapping) else None
        return None if isinstance(found, Mapping) else found

    def _built_in(self, name: str) -> Any:
        state = self._draft.state
        return {
            "caller.number": state.caller_number or None,
            "line.title": self._draft.line.title,
            "today": state.today,
            "now.time": state.clock,
            "now.weekday": WEEKDAYS[state.today.weekday()],
            "team.open": state.team_open,
        }.get(name)

    def _kept(self, owner: str) -> Any:
        """What the playbook in progress keeps by a name, or uses of what others kept."""
        frame = self._draft.state.frame
        if frame is None:
            return None
        if owner in frame.results:
            return frame.results[owner]
        uses = self._draft.playbooks[frame.playbook].uses
        return self._draft.state.kept.get(owner) if owner in uses else None


def bare_name(name: str) -> str:
    """A name as its playbook writes it, without what stands before it where that is done by another."""
    return name.rpartition("/")[2]


def as_argument(value: Any) -> Any:
    """A value as a tool's text argument takes it."""
    match value:
        case None | str():
            return value
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value)
