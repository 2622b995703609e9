"""Practice on the telephone: the same callers, whose sentences a voice speaks into a service of this machine.

The service is started for it on the loopback and is stopped afterwards. What the caller hears, what is recognised, and
what is done stand in its log; what it waits for in the snapshot of the call; what it changed in its sandbox.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from rich.console import Console

from dialogue.dialogue import Dialogue
from dialogue.practice.caller import Caller
from dialogue.practice.conversation import NUMBER, Conversation, Stage
from dialogue.practice.goals import Ending
from dialogue.practice.habits import Habit
from dialogue.practice.judging import Held, judged
from dialogue.practice.practice import Cast, cast_of
from dialogue.practice.question import Question, QuestionKind, question_of
from dialogue.practice.verdict import Spoken
from interactions.vocabulary import ActionStatus
from languages import DEFAULT
from models.errors import FirstlineError
from records.database import Database
from records.event_log import EventLog
from records.snapshots import read_snapshot
from service.call_commands import local_service
from service.practice_stage import stage_of
from service.practice_watch import CallWatch
from service.sandbox_world import SandboxFile
from service.text_line import TextLine
from simulator.caller import PreparedScenario, prepare
from simulator.clips import Clip, make_clip, render_text
from simulator.scenario import Converse, HangUp, Scenario
from simulator.simulator import run_call
from simulator.webhooks import Credentials

_LONGEST_S = 240.0
"""After this the caller hangs up, whatever is going on."""
_SETTLES_S = 4.0
"""Longest wait until the log tells what was just heard."""
_POLL_S = 0.1
_NOT_SPOKEN = frozenset({Habit.CUT_IN, Habit.TOOL_SLOW, Habit.TOOL_LOST, Habit.TOOL_DOWN})
"""Habits of text alone: the telephone has interruptions and a back office of its own."""
_NUMBER = re.compile(r"\d{3,}")
_VOICE = "hibari"


def practise_aloud(
    folder: Path, callers: str, seed: int, conversations: int, err: Console
) -> Iterator[tuple[Conversation, Path]]:
    """Hold conversations with a line on the telephone, one after the other.

    Only wishes that the line itself can serve are drawn: whether people are at work depends on the hour.

    Args:
        folder: The line's folder.
        callers: ``development``, ``judging``, or a folder.
        seed: What they are drawn from.
        conversations: How many.
        err: Where to say that the service starts.

    Yields:
        Each conversation, and the recording of it.

    Raises:
        FirstlineError: The line has mistakes, speaks a language that the caller's voice does not, or the service did
            not start.
    """
    text_line = TextLine(folder, date.today())
    with asyncio.Runner() as runner:
        try:
            line = text_line.line
            if line.language.code != DEFAULT:
                raise FirstlineError(
                    "practice_audio",
                    f"The voice and the recogniser that are shipped do not speak {line.language.name}.",
                )
            stage = stage_of(text_line, callers, datetime.now())
            data = _data_folder()
            credentials = Credentials(account_sid="AC" + secrets.token_hex(16), auth_token=secrets.token_hex(16))
            settings = {"FIRSTLINE_LINE": str(folder.resolve()), "FIRSTLINE_RECORD": "false"}
            with local_service(data, credentials, err, settings) as url:
                world = SandboxFile(data / "sandbox.db")
                try:
                    phone = _Phone(stage, data, world, url, credentials)
                    for number, cast in _casts(runner, stage, seed, conversations):
                        yield runner.run(phone.hold(number, cast))
                finally:
                    world.close()
        finally:
            runner.run(text_line.close())


def _data_folder() -> Path:
    folder = Path("data") / "practice" / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _casts(runner: asyncio.Runner, stage: Stage, seed: int, count: int) -> Iterator[tuple[int, Cast]]:
    """Who calls, by the numbers of the conversations that they have in text."""
    number = found = 0
    while found < count:
        cast = runner.run(cast_of(stage, number, seed))
        if all(goal.ends is Ending.SERVED for goal in cast.goals):
            found += 1
            yield number, cast
        number += 1


class _Phone:
    """A telephone beside a running service."""

    def __init__(self, stage: Stage, data: Path, world: SandboxFile, url: str, credentials: Credentials):
        self._stage, self._data, self._world = stage, data, world
        self._url, self._credentials = url, credentials
        self._database = Database(f"sqlite:///{data / 'firstline.db'}")

    async def hold(self, number: int, cast: Cast) -> tuple[Conversation, Path]:
        """One call, judged."""
        self._world.reset()
        talker = await asyncio.to_thread(_Talker, self._stage, cast, self._database)
        recording = self._data / f"{number}.wav"
        scenario = Scenario(name=f"practice {number}", steps=(Converse(),), caller=NUMBER, max_seconds=_LONGEST_S)
        prepared: PreparedScenario = replace(prepare(scenario), talker=talker)
        await run_call(
            prepared, service_url=self._url, public_url=self._url, credentials=self._credentials, recording=recording
        )
        held = await talker.held(self._world)
        conversation = Conversation(
            number=number,
            line=self._stage.line.name,
            persona=cast.persona.name,
            goals=tuple(goal.name for goal in cast.goals),
            habits=tuple(sorted(talker.habits)),
            spoken=held.spoken,
            verdict=await judged(held, talker.caller, self._stage.wanted, self._stage.line.language.read),
            deeds=tuple(talker.watch.deeds),
            wanted=talker.caller.wanted,
            ended_at=talker.ended_at,
        )
        return conversation, recording


class _Talker:
    """Lends a simulated caller to the simulated phone; a `simulator.caller.Talker`."""

    def __init__(self, stage: Stage, cast: Cast, database: Database):
        self._stage, self._database = stage, database
        self._log = EventLog(database)
        self._before = {call.interaction_id for call in self._log.calls(limit=1000)}
        self._call_id = ""
        self._dialogue = Dialogue(stage.line)
        self.habits = cast.habits - _NOT_SPOKEN
        self.caller = Caller(
            stage.line,
            stage.bank,
            cast.persona,
            cast.goals,
            habits=self.habits,
            side_questions=stage.side_questions,
            today=stage.now.date(),
            rng=cast.rng,
        )
        self.watch = CallWatch(line=stage.line)
        self.ended_at = ""
        self._spoken: list[Spoken] = []
        self._wrong: list[str] = []
        self._noticed = self._turns = 0
        self._gave_up = ""
        self._hangs_up = False
        self._making: asyncio.Task[Clip | HangUp] | None = None

    def bot_finished(self) -> None:
        """See `simulator.caller.Talker.bot_finished`."""
        self._making = asyncio.create_task(self._make_up())

    def take(self) -> Clip | HangUp | None:
        """See `simulator.caller.Talker.take`."""
        if self._making is None or not self._making.done():
            return None
        made, self._making = self._making.result(), None
        return made

    async def held(self, world: SandboxFile) -> Held:
        """The conversation, once the call is over."""
        if self._making is not None:
            self._making.cancel()
        until = time.monotonic() + _SETTLES_S
        while not self.watch.over and time.monotonic() < until:
            await self._look()
            await asyncio.sleep(_POLL_S)
        self._note()
        return Held(
            spoken=tuple(self._spoken),
            wrong=tuple(self._wrong),
            outcomes=tuple(self.watch.outcomes),
            gave_up=self._gave_up,
            handed_over=self.watch.handed_over,
            over=True,
            said_goodbye=self.ended_at.endswith("more_no"),
            failed=self.watch.failed,
            turns=self._turns,
            world=world.snapshot(),
        )

    async def _make_up(self) -> Clip | HangUp:
        if self._hangs_up:
            return HangUp()
        question = await self._settled()
        text = self._note()
        line = self.caller.next(question, text, may_cut_in=False)
        self.ended_at = f"{question.kind} {question.slot}".strip() + f" ← {line.move}"
        self.watch.agreed_to = line.agrees_to
        self._turns += 1
        self._spoken.append(Spoken(who="caller", text=line.said, move=line.move))
        if line.hangs_up:
            self._gave_up, self._hangs_up = "the caller gave up", True
        if not line.said:
            return Clip(name="silence", frames=(), first_voiced=0, last_voiced=0, speech_power=0.0)
        return await asyncio.to_thread(self._spoken_aloud, line.said)

    def _spoken_aloud(self, said: str) -> Clip:
        digits = self._stage.bank.digits
        words = _NUMBER.sub(lambda number: " ".join(digits[int(digit)] for digit in number.group()), said)
        return make_clip(said, render_text(words, _VOICE))

    async def _settled(self) -> Question:
        """The open question, once the log tells all that was heard."""
        until = time.monotonic() + _SETTLES_S
        while True:
            await self._look()
            snapshot = await asyncio.to_thread(read_snapshot, self._database, self._call_id)
            late = time.monotonic() >= until
            if snapshot is not None and (late or not self.watch.speaking):
                question = question_of(self._dialogue.from_json(snapshot.dialogue), self._stage.playbooks)
                if late or question.kind is not QuestionKind.BUSY:
                    return question
            elif late:
                return Question(kind=QuestionKind.OVER)
            await asyncio.sleep(_POLL_S)

    async def _look(self) -> None:
        """Take what is new in the log."""
        if not self._call_id:
            calls = await asyncio.to_thread(self._log.calls, 1)
            self._call_id = next((each.interaction_id for each in calls if each.interaction_id not in self._before), "")
        if self._call_id:
            for event in await asyncio.to_thread(self._log.read, self._call_id, after_seq=self.watch.seq):
                self.watch.apply(event)

    def _note(self) -> str:
        """Write down what has happened since the caller spoke; what the caller heard of it."""
        understood, self.watch.understood = self.watch.understood, []
        if understood and self._spoken and self._spoken[-1].who == "caller":
            heard_as = " ".join(each.pii_text for each in understood)
            sure = min(each.confidence for each in understood)
            self._spoken[-1] = replace(self._spoken[-1], heard_as=heard_as, confidence=sure)
        for deed in self.watch.deeds[self._noticed :]:
            if not deed.agreed:
                self._wrong.append(f"{deed}, at: {self.ended_at}")
            self._spoken.append(Spoken(who="note", text=str(deed)))
            if deed.status is ActionStatus.SUCCEEDED:
                self.caller.noticed(deed.call.tool, deed.call.arguments)
        self._noticed = len(self.watch.deeds)
        text, self.watch.played = " ".join(self.watch.played), []
        if text:
            self._spoken.append(Spoken(who="line", text=text))
        if self.watch.over:
            self.caller.all_heard += f" {text}"
        return text
