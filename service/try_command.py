"""``firstline line try``: talk to a line in the terminal, in text, with what it understands and does beside it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from dialogue.practice.talk import Answered, TextTalk
from dialogue.types import EndCall
from interactions.context import CallContext
from interactions.events.acting import Action
from interactions.events.understanding import SlotFilled
from interactions.transfer import TakeMessage, TransferRequest
from interactions.vocabulary import ActionStatus
from service.text_line import TextLine

_HELP = "Say something. An empty line is silence, a number after # is typed (#4027), Ctrl-D hangs up."


def try_line(folder: Path, explain: bool, out: Console) -> None:
    """Talk to a line until it or the caller hangs up.

    Args:
        folder: The line's folder.
        explain: Whether to show what was understood of each turn.
        out: The terminal.

    Raises:
        FirstlineError: The line has mistakes, or cannot be opened.
    """
    now = datetime.now(UTC)
    text_line = TextLine(folder, now.date())
    asyncio.run(_Trying(out, explain).run(text_line, now))


class _Trying:
    def __init__(self, out: Console, explain: bool):
        self._out, self._explain = out, explain
        self._silent = 0

    async def run(self, text_line: TextLine, now: datetime) -> None:
        try:
            talk = TextTalk(text_line.runtime)
            self._out.print(_HELP, style="dim", highlight=False, soft_wrap=True)
            context = CallContext(call_id="try", line=text_line.line.name)
            answered = await talk.start(context, now)
            while self._show(answered):
                try:
                    typed = (await asyncio.to_thread(input, "> ")).strip()
                except EOFError:
                    self._out.print()
                    return
                answered = await self._answer(talk, typed)
        finally:
            await text_line.close()

    async def _answer(self, talk: TextTalk, typed: str) -> Answered:
        if not typed:
            self._silent += 1
            return await talk.stay_silent(self._silent)
        self._silent = 0
        if typed.startswith("#"):
            return await talk.press(typed.removeprefix("#"))
        answered = await talk.say(typed)
        if self._explain:
            self._understood(talk)
        return answered

    def _understood(self, talk: TextTalk) -> None:
        sense = talk.understood
        if sense is None:
            return
        intents = ", ".join(f"{each.name} {each.probability:.2f}" for each in sense.intents.alternatives[:3])
        acts = ", ".join(sorted(sense.reading.acts())) if sense.reading else "–"
        self._out.print(
            f"  understood: {intents or 'no request'}; does: {acts or '–'}",
            style="dim",
            highlight=False,
            soft_wrap=True,
        )

    def _show(self, answered: Answered) -> bool:
        """Print what the line says and does; whether the call goes on."""
        for fact in answered.facts:
            match fact:
                case Action(status=status) if status is not ActionStatus.STARTED:
                    given = ", ".join(f"{name}={value}" for name, value in fact.pii_arguments.items())
                    self._out.print(
                        f"  {fact.tool}({given}): {status}", style="dim", highlight=False, markup=False, soft_wrap=True
                    )
                case SlotFilled():
                    self._out.print(
                        f"  {fact.slot} = {fact.pii_value}", style="dim", highlight=False, markup=False, soft_wrap=True
                    )
        for reply in answered.replies:
            self._out.print(reply.text, style="bold", highlight=False, markup=False, soft_wrap=True)
        for action in answered.actions:
            match action:
                case TransferRequest():
                    self._out.print(
                        f"(a person is called)\n{action.summary}", style="cyan", highlight=False, markup=False
                    )
                case TakeMessage():
                    self._out.print(
                        f"(a message is kept: {action.message})", style="cyan", highlight=False, markup=False
                    )
                case EndCall():
                    self._out.print("(the line hangs up)", style="cyan", highlight=False, soft_wrap=True)
        return not any(isinstance(action, TransferRequest | EndCall) for action in answered.actions)
