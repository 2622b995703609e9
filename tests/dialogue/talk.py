"""Runs a written conversation through the pure dialogue and writes down what came of it.

A conversation is a text. These lines are facts that go in; all others are what came out:

    CALLER: where is my order [order_status]     what was said, with the intents that were recognised
    CALLER (anger 0.9): …                        call-level anger; also (unsure) for a badly recognised turn
    KEYS: 4027#
    TOOL: get_order order_number=4027 -> shipped  the call that came out, and the named result that goes in
    MODEL: -> It does.                            the language model's answer, or `-> nothing`
    SILENCE: 1
    FAULT: voice_failed
    NOBODY ANSWERED
    INTERRUPTED: Shall I refund                   what was played of the last reply
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dialogue.dialogue import Dialogue
from dialogue.types import CallerTurn, DialogueTurn, EndCall, ToolOutcome
from interactions.context import CallContext, Purpose
from interactions.transfer import TakeMessage, TransferRequest
from interactions.vocabulary import ActionStatus
from models.interfaces import IntentResult, IntentScore

MONDAY = datetime(2026, 11, 23, 10, 0)
SUNDAY = datetime(2026, 11, 22, 10, 0)
NUMBER = "+353871234567"

_ORDER = {
    "found": True,
    "status": "shipped",
    "items": "linen apron",
    "total": Decimal("29.99"),
    "arrives_on": date(2026, 11, 25),
    "delivered_on": None,
    "refunded": False,
}
_DELIVERED = {**_ORDER, "status": "delivered", "items": "Fern lantern", "delivered_on": date(2026, 11, 18)}
_REFUND = {"refund_id": "R00001", "amount": Decimal("29.99"), "arrives_on": date(2026, 11, 27)}
RESULTS: dict[str, dict[str, Any]] = {
    "shipped": _ORDER,
    "processing": {**_ORDER, "status": "processing"},
    "delayed": {**_ORDER, "status": "delayed", "arrives_on": date(2026, 12, 3)},
    "delivered": _DELIVERED,
    "old": {**_DELIVERED, "delivered_on": date(2026, 9, 1)},
    "expensive": {**_DELIVERED, "total": Decimal("159.00")},
    "cancelled": {**_ORDER, "status": "cancelled", "refunded": True},
    "strange": {**_ORDER, "status": "eaten"},
    "not_found": dict.fromkeys(_ORDER) | {"found": False},
    "refunded": _REFUND,
    "two_charges": {"found": True, "charges": 2, "duplicate": Decimal("64.00")},
    "one_charge": {"found": True, "charges": 1, "duplicate": Decimal("0.00")},
    "duplicate_refunded": {**_REFUND, "amount": Decimal("64.00")},
    "order_cancelled": {"cancelled": True, "refund": Decimal("29.99")},
    "address_changed": {"changed": True},
    "replacement": {"replacement_order": "5512-R", "arrives_on": date(2026, 11, 26)},
    "reopened": {"reopened": True},
    "ticket": {"ticket_number": "1001"},
}
_FAILURES = {"failed": ActionStatus.FAILED, "timeout": ActionStatus.TIMED_OUT, "lost": ActionStatus.UNSURE}
_CALLER = re.compile(r"CALLER(?: \((?P<how>[^)]*)\))?: ?(?P<text>[^\[]*)(?:\[(?P<intents>[^\]]*)\])?")
_INPUTS = ("CALLER", "KEYS", "SILENCE", "FAULT", "NOBODY", "INTERRUPTED", "TOOL", "MODEL", "START")


@dataclass
class Talk:
    """One conversation in progress."""

    dialogue: Dialogue
    transcript: list[str] = field(default_factory=list)
    turn: DialogueTurn | None = None

    def run(self, script: str) -> str:
        """The whole conversation, inputs and outputs, a line each."""
        lines = [line.strip() for line in script.strip().splitlines()]
        if not lines[0].startswith("START"):
            self.start()
        for line in lines:
            if line.startswith(_INPUTS) and (not line.startswith("TOOL") or "->" in line):
                self._input(line)
        return "\n".join(self.transcript)

    def start(self, how: str = "") -> None:
        number = "" if "withheld" in how else NUMBER
        purpose = next((p for p in Purpose if p.value in how), Purpose.ANSWER)
        context = CallContext(call_id="call-1", line="shop", pii_caller_number=number, purpose=purpose)
        previous = self.turn.state if self.turn and "with state" in how else None
        now = (SUNDAY if "sunday" in how else MONDAY).replace(hour=23 if "night" in how else 10)
        self._note(self.dialogue.start(context, now, previous))

    def say(self, text: str, *intents: str, **kind: Any) -> None:
        self._note(self.dialogue.caller_said(self._state(), understood(text, *intents, **kind)))

    def _state(self) -> Any:
        assert self.turn is not None
        return self.turn.state

    def _input(self, line: str) -> None:
        kind, _, rest = line.partition(":")
        rest = rest.strip()
        if line.startswith("TOOL"):
            self._tool(line)
            return
        self.transcript.append(line)
        match kind.split(" ")[0]:
            case "START":
                self.start(rest)
            case "CALLER":
                self._caller(line)
            case "KEYS":
                self._note(self.dialogue.caller_said(self._state(), CallerTurn(text="", keys=rest)))
            case "SILENCE":
                self._note(self.dialogue.silent(self._state(), int(rest)))
            case "FAULT":
                self._note(self.dialogue.fault(self._state(), rest))
            case "NOBODY":
                self.start("take_message with state")
            case "MODEL":
                answer = rest.removeprefix("->").strip()
                text = None if answer == "nothing" else answer
                self._note(self.dialogue.model_answered(self._state(), text))
            case "INTERRUPTED":
                assert self.turn is not None
                state = self.dialogue.interrupted(self._state(), rest)
                self.turn = replace(self.turn, state=state)

    def _caller(self, line: str) -> None:
        match = _CALLER.fullmatch(line)
        assert match, line
        how = match["how"] or ""
        intents = [name.strip() for name in (match["intents"] or "").split(",") if name.strip()]
        anger = float(how.removeprefix("anger ")) if how.startswith("anger") else 0.0
        self.say(match["text"].strip(), *intents, anger=anger, confidence=0.4 if how == "unsure" else 0.95)

    def _tool(self, line: str) -> None:
        """Replace the call in the transcript by the call with its result, and hand the result in."""
        name = line.rpartition("->")[2].strip()
        call = self.turn.tool if self.turn else None
        assert call is not None, f"no tool was called before: {line}"
        self.transcript[-1] = f"{self.transcript[-1]} -> {name}"
        status = _FAILURES.get(name, ActionStatus.SUCCEEDED)
        result = {} if name in _FAILURES else RESULTS[name]
        outcome = ToolOutcome(action_id=call.action_id, status=status, result=result, error_code="")
        self._note(self.dialogue.tool_returned(self._state(), outcome))

    def _note(self, turn: DialogueTurn) -> None:
        self.turn = turn
        if turn.replies:
            self.transcript.append("BOT: " + " ".join(reply.text for reply in turn.replies))
        for action in turn.actions:
            match action:
                case TransferRequest():
                    self.transcript.append(f"HUMAN: {action.reason}")
                case EndCall():
                    self.transcript.append(f"END: {action.reason}")
                case TakeMessage():
                    self.transcript.append(f"MESSAGE: {action.message} / {action.callback_number or 'no number'}")
        if turn.ask_model:
            self.transcript.append(f"ASKS MODEL: {turn.ask_model.text}")
        if turn.tool:
            arguments = " ".join(f"{name}={value}" for name, value in turn.tool.arguments.items())
            self.transcript.append(f"TOOL: {turn.tool.tool} {arguments}".strip())


def understood(text: str, *intents: str, **kind: Any) -> CallerTurn:
    """An understood turn; an intent may carry its probability: ``order_status 0.4``."""
    scores = []
    for name in intents:
        word, _, probability = name.partition(" ")
        scores.append(IntentScore(name=word, probability=float(probability or 0.9)))
    accepted = tuple(score for score in scores if score.probability >= 0.5)
    result = IntentResult(intents=accepted, alternatives=tuple(scores), in_scope=1.0 if accepted else 0.1)
    return CallerTurn(text=text, intents=result, **kind)
