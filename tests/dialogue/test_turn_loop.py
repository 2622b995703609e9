"""The loop around a dialogue turn: order, the gate for changes, fillers, and what is left when it is cut short."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.types import Line
from dialogue.runtime import LineRuntime
from dialogue.turn_loop import Say, TurnCommit, TurnLoop
from dialogue.types import AskModel, CallerTurn, DialogueTurn, EndCall, Reply, ToolCall, ToolOutcome
from interactions.context import CallContext
from interactions.events.acting import Action
from interactions.vocabulary import ActionStatus, ReplySource
from models.understanding import Asked, AskedKind
from tests.dialogue.talk import MONDAY, RESULTS
from tests.fakes.dialogue import ScriptedDialogue, ScriptedState
from tests.fakes.understanding import FakeUnderstanding

LOOK = ToolCall(action_id="k1", tool="look", arguments={"number": 4027}, has_side_effects=False, filler="Moment.")
REFUND = ToolCall(
    action_id="k2", tool="refund", arguments={}, has_side_effects=True, confirmed=True, filler="One moment."
)
LATE, AT_ONCE = 60.0, 0.0
"""Seconds before a filler: later than any tool here, or sooner."""


@dataclass
class Tool:
    """A tool that answers when it is told to."""

    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[ToolCall] = field(default_factory=list)

    async def __call__(self, call: ToolCall) -> ToolOutcome:
        self.calls.append(call)
        self.begun.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result={"ok": True}, took_ms=1.23)


def quick() -> Tool:
    tool = Tool()
    tool.may_end.set()
    return tool


def loop_with(tool: Tool, *, filler_after_s: float = LATE, after_tool: DialogueTurn | None = None) -> TurnLoop:
    runtime = LineRuntime(
        dialogue=ScriptedDialogue({}, after_tool=after_tool), understand=FakeUnderstanding({}), call_tool=tool
    )
    return TurnLoop(runtime, filler_after_s=filler_after_s)


def turn(**parts: object) -> DialogueTurn:
    return DialogueTurn(state=ScriptedState(), **parts)  # type: ignore[arg-type]


async def all_of(loop: TurnLoop, first: DialogueTurn) -> list[TurnCommit | Say]:
    async with aclosing(loop.run(first)) as steps:
        return [step async for step in steps]


def told(step: TurnCommit | Say) -> str:
    """A step in a word or two."""
    match step:
        case Say(reply=reply):
            return f"say {reply.text}"
        case TurnCommit(turn=DialogueTurn()):
            return "turn"
        case TurnCommit(facts=(Action() as action,)):
            return f"{action.tool} {action.status}"
    raise AssertionError(step)


async def test_a_turn_without_a_tool_is_kept_and_said_in_order() -> None:
    steps = await all_of(loop_with(quick()), turn(replies=(Reply(text="Good."), Reply(text="Which order?"))))
    assert [told(step) for step in steps] == ["turn", "say Good.", "say Which order?"]


async def test_a_tool_runs_after_the_replies_and_its_answer_goes_on_as_a_turn() -> None:
    steps = await all_of(loop_with(quick()), turn(replies=(Reply(text="Sure."),), tool=LOOK))
    assert [told(step) for step in steps] == [
        "turn",
        "say Sure.",
        "look started",
        "look succeeded",
        "turn",
        "say The tool succeeded.",
    ]
    started, ended = (step.facts[0] for step in steps[2:4] if isinstance(step, TurnCommit))
    assert isinstance(started, Action) and isinstance(ended, Action)
    assert started.pii_arguments == ended.pii_arguments == {"number": "4027"}
    assert (started.pii_result, ended.pii_result, ended.took_ms) == ({}, {"ok": "True"}, 1.2)


async def test_a_tool_after_a_tool_is_run_too() -> None:
    tool = quick()
    loop = loop_with(tool, after_tool=turn(tool=REFUND))
    steps = []
    async with aclosing(loop.run(turn(tool=LOOK))) as run:
        async for step in run:
            steps.append(told(step))
            if len(tool.calls) == 2:
                break
    assert steps == ["turn", "look started", "look succeeded", "turn", "refund started", "refund succeeded"]


async def test_a_slow_tool_gets_its_filler_and_a_quick_one_none() -> None:
    slow = Tool()
    steps = []
    async with aclosing(loop_with(slow, filler_after_s=AT_ONCE).run(turn(tool=LOOK))) as run:
        async for step in run:
            steps.append(told(step))
            if isinstance(step, Say) and step.reply.source is ReplySource.FILLER:
                slow.may_end.set()
    assert steps == ["turn", "look started", "say Moment.", "look succeeded", "turn", "say The tool succeeded."]


async def test_a_change_waits_until_the_turn_is_certain_and_a_look_does_not() -> None:
    asked, certain = asyncio.Event(), asyncio.Event()
    tool, steps = quick(), []

    async def confirmed() -> None:
        asked.set()
        await certain.wait()

    async def read(first: DialogueTurn) -> None:
        async with aclosing(loop_with(tool).run(first, confirmed=confirmed)) as run:
            async for step in run:
                steps.append(told(step))

    await read(turn(tool=LOOK))
    assert [call.tool for call in tool.calls] == ["look"]
    reading = asyncio.create_task(read(turn(tool=REFUND, replies=(Reply(text="Right."),))))
    await asked.wait()
    assert steps[-1] == "say Right." and len(tool.calls) == 1, "the change began before the turn was certain"
    certain.set()
    await reading
    assert [call.tool for call in tool.calls] == ["look", "refund"]


async def test_the_end_of_a_change_is_marked_so_that_a_caller_who_cut_in_hears_of_it() -> None:
    for call in (LOOK, REFUND):
        loop = loop_with(quick())
        steps = await all_of(loop, turn(tool=call))
        settled = [step.change_settled for step in steps if isinstance(step, TurnCommit)]
        assert settled == [False, False, call.has_side_effects, False]
        assert loop.changed_world is call.has_side_effects and not loop.changing_world


async def test_a_look_is_cancelled_with_its_reader() -> None:
    tool = Tool()
    loop = loop_with(tool)
    reading = asyncio.create_task(all_of(loop, turn(tool=LOOK)))
    await tool.begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await tool.cancelled.wait()
    assert loop.left_over == () and not loop.changing_world


async def test_a_change_under_way_is_seen_to_its_end_though_its_reader_is_cancelled() -> None:
    tool = Tool()
    loop = loop_with(tool)
    reading = asyncio.create_task(all_of(loop, turn(tool=REFUND)))
    await tool.begun.wait()
    assert loop.changing_world
    reading.cancel()
    await asyncio.sleep(0)
    assert not reading.done(), "it was left alone"
    tool.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not tool.cancelled.is_set()
    assert [told(TurnCommit(facts=(fact,))) for fact in loop.left_over] == ["refund succeeded"]


async def test_a_change_that_ended_while_its_filler_was_said_is_not_lost_when_the_reader_stops_there() -> None:
    tool = Tool()
    loop = loop_with(tool, filler_after_s=AT_ONCE)
    async with aclosing(loop.run(turn(tool=REFUND))) as run:
        async for step in run:
            if isinstance(step, Say):
                tool.may_end.set()
                break
    assert [told(TurnCommit(facts=(fact,))) for fact in loop.left_over] == ["refund succeeded"]


async def test_without_a_language_model_the_dialogue_goes_on_without_its_answer() -> None:
    steps = await all_of(loop_with(quick()), turn(ask_model=AskModel(text="Does it fit?", knowledge=())))
    assert [told(step) for step in steps] == ["turn", "turn", "say I do not know."]


async def test_a_chat_uses_it_with_a_real_line(shop: Line) -> None:
    """No audio, no clock: messages in, messages and log entries out."""

    async def tools(call: ToolCall) -> ToolOutcome:
        results = {"get_order": RESULTS["shipped"], "cancel_order": RESULTS["order_cancelled"]}
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result=results[call.tool])

    understanding = FakeUnderstanding({"order_status": ("order",)})
    runtime = LineRuntime(dialogue=Dialogue(shop), understand=understanding, call_tool=tools)
    chat = Chat(runtime)
    await chat.follow(runtime.dialogue.start(CallContext(call_id="chat-1", line="shop"), MONDAY))
    await chat.write("where is my order, it is four oh two seven")
    assert any("Wednesday" in message for message in chat.messages), chat.messages
    assert [(a.tool, a.status) for a in chat.log if isinstance(a, Action)] == [
        ("get_order", ActionStatus.STARTED),
        ("get_order", ActionStatus.SUCCEEDED),
    ]
    await chat.write("no that's all, bye")
    assert chat.ended
    kinds = [asked.kind for _, asked in understanding.read]
    assert kinds == [AskedKind.OPEN, AskedKind.MORE], "a turn is read together with what was asked before it"


@dataclass
class Chat:
    """The smallest shell there is."""

    runtime: LineRuntime
    messages: list[str] = field(default_factory=list)
    log: list[object] = field(default_factory=list)
    state: object = None
    asked: Asked = field(default_factory=Asked)
    ended: bool = False

    async def write(self, text: str) -> None:
        sense = await self.runtime.understand(text, self.asked)
        turn = CallerTurn(text=text, intents=sense.intents, reading=sense.reading)
        await self.follow(self.runtime.dialogue.caller_said(self.state, turn))

    async def follow(self, first: DialogueTurn) -> None:
        async with aclosing(TurnLoop(self.runtime, filler_after_s=1.0).run(first)) as steps:
            async for step in steps:
                if isinstance(step, Say):
                    self.messages.append(step.reply.text)
                    continue
                self.log += step.facts
                if step.turn:
                    self.state, self.asked = step.turn.state, step.turn.expects.asked
                    self.ended = any(isinstance(action, EndCall) for action in step.turn.actions)
