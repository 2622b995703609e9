"""Random conversations, cut into at any word, with tools that take their time and answers that get lost.

Whatever happens, nothing is changed without a clear yes to a proposal that was heard to its end, and of no change is
the caller left untold: its outcome is said, and said again where it was cut off, or a person takes over.
"""

import random
from dataclasses import replace

import pytest

from dialogue.dialogue import Dialogue
from dialogue.heard import ReplyPart
from dialogue.lines.types import Line
from dialogue.state import ConfirmingCall, DialogueState, Ended, Transferring, WaitingForTool
from dialogue.types import CallerTurn, DialogueTurn, ToolCall, ToolOutcome
from interactions.context import CallContext
from interactions.transfer import TransferRequest
from interactions.vocabulary import ActionStatus
from tests.dialogue.talk import MONDAY, RESULTS, SUNDAY, understood

CONVERSATIONS = 120
TURNS = 14
CLEAR = ("Yes.", "Yes, please.", "Go ahead.", "Okay, do it.", "That's what I want.", "Please do, thank you.")
UNCLEAR = (
    "Yes, wait, no.", "Yes, but not now.", "Okay, how much is that?", "Yes, if it's free.", "I'm not sure.", "No.",
    "No worries.", "Yeah, right.", "I never said yes.", "Mm-hm.", "Yes, 4029.", "Hold on.", "Okay so...", "Oh great.",
    "No, stop!", "Maybe.", "Yes yes yes yes.", "Thanks.", "What?", "",
)  # fmt: skip
WISHES = (
    ("cancel order 4027", "cancel_order"),
    ("refund order 5512, it's damaged", "return_refund"),
    ("I was charged twice for order 3391", "double_charge"),
)
FOUND = {
    "get_order": ("processing", "delivered"), "get_payments": ("two_charges",), "cancel_order": ("order_cancelled",),
    "refund_order": ("refunded",), "refund_duplicate": ("duplicate_refunded",), "reopen_order": ("reopened",),
    "send_replacement": ("replacement",), "change_address": ("address_changed",), "create_ticket": ("ticket",),
}  # fmt: skip
ENDS = (ActionStatus.SUCCEEDED,) * 3 + (ActionStatus.FAILED, ActionStatus.TIMED_OUT, ActionStatus.UNSURE)


class Call:
    """One conversation, and what an onlooker knows of it."""

    def __init__(self, line: Line, rng: random.Random):
        self.rng = rng
        self.dialogue = Dialogue(line)
        self.agreed = False
        """Whether the caller has just said a clear yes to a proposal that was heard whole."""
        self.came_to_an_end = False
        """Whether a change was made, or may have been, of which nothing was said yet."""
        self.owed: set[str] = set()
        """What was said of changes, and not heard to its end."""
        self.made: list[str] = []
        self.patient = False
        """Whether the caller hears everything to its end from now on."""
        self.turn = DialogueTurn(state=None)
        self._take(self.dialogue.start(CallContext(call_id="c", line="shop"), rng.choice((MONDAY, MONDAY, SUNDAY))))

    @property
    def state(self) -> DialogueState:
        state = self.turn.state
        assert isinstance(state, DialogueState)
        return state

    def step(self) -> None:
        """Something happens: an answer of a tool, or a turn of the caller."""
        pending = self.state.pending
        if isinstance(pending, WaitingForTool) and self.rng.random() < 0.7:
            self._answer(pending.call)
        else:
            self._speak()

    def _speak(self) -> None:
        proposed = isinstance(self.state.pending, ConfirmingCall)
        if proposed and self.rng.random() < 0.5:
            text, clear, intents = self.rng.choice(CLEAR), True, ()
        elif self.rng.random() < 0.3:
            (text, intent), clear = self.rng.choice(WISHES), False
            intents = (intent,)
        else:
            text, clear, intents = self.rng.choice(UNCLEAR), False, ()
        confidence = self.rng.choice((0.95, 0.95, 0.95, 0.3))
        self.agreed = proposed and clear and self.state.question_heard and confidence > 0.5
        said = CallerTurn(text="") if not text else understood(text, *intents, confidence=confidence)
        self._take(self.dialogue.caller_said(self.state, said))

    def _answer(self, call: ToolCall) -> None:
        status = self.rng.choice(ENDS)
        result = RESULTS[self.rng.choice(FOUND[call.tool])] if status is ActionStatus.SUCCEEDED else {}
        self.came_to_an_end |= call.has_side_effects
        self.agreed = False
        outcome = ToolOutcome(action_id=call.action_id, status=status, result=result)
        self._take(self.dialogue.tool_returned(self.state, outcome))

    def _take(self, turn: DialogueTurn) -> None:
        """A turn of the bot: what it does is judged, then it is spoken, perhaps only in part."""
        undoes = isinstance(turn.state.pending, WaitingForTool) and turn.state.pending.undoes is not None
        if turn.tool is not None and turn.tool.has_side_effects:
            assert self.agreed or undoes, f"{turn.tool.tool} without consent: {turn.state.history[-3:]}"
            self.made.append(turn.tool.tool)
        if any(isinstance(action, TransferRequest) for action in turn.actions):
            self.came_to_an_end = False
            self.owed.clear()
        elif self.came_to_an_end and not undoes:
            told = {reply.text for reply in turn.replies if reply.part is ReplyPart.OUTCOME}
            assert told, f"nothing said of a change: {turn.state.history[-3:]}"
            self.came_to_an_end = False
            self.owed |= told
        self.turn = self.dialogue.aloud(turn)
        self._speak_aloud(turn)

    def _speak_aloud(self, turn: DialogueTurn) -> None:
        cut_at = self.rng.randrange(40) if self.rng.random() < 0.4 and not self.patient else 1000
        for reply in turn.replies:
            words = reply.text.split()
            if cut_at < len(words) and reply.interruptible:
                self.turn = replace(self.turn, state=self.dialogue.interrupted(self.state, " ".join(words[:cut_at])))
                return
            cut_at -= len(words)
            self.turn = replace(self.turn, state=self.dialogue.heard(self.state, reply.number))
            self.owed.discard(reply.text)

    def stays_silent(self) -> None:
        """The caller listens to what comes, without a word."""
        self.patient = True
        pending = self.state.pending
        if isinstance(pending, WaitingForTool):
            self._answer(pending.call)
        else:
            self._take(self.dialogue.silent(self.state, 1))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_changed_without_consent_and_no_outcome_stays_untold(shop: Line, seed: int) -> None:
    rng = random.Random(seed)
    made = 0
    for _ in range(CONVERSATIONS):
        call = Call(shop, rng)
        for _ in range(TURNS):
            if isinstance(call.state.pending, Ended | Transferring):
                break
            call.step()
        made += len(call.made)
        for _ in range(4):
            if not isinstance(call.state.pending, Transferring):
                call.stays_silent()
        assert not call.owed and not call.came_to_an_end
    assert made > CONVERSATIONS // 10
