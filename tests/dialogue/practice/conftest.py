"""A small line with a back office in memory, and an understanding that is told what each sentence asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.load import load_line
from dialogue.lines.types import Line
from dialogue.runtime import LineRuntime
from dialogue.types import ToolCall, ToolOutcome
from dialogue.understanding import Understood
from interactions.vocabulary import ActionStatus
from models.interfaces import IntentResult, IntentScore
from models.understanding import Asked

LINE = """
name: club
title: The Club
greeting: Hello, this is The Club. How can I help?
greeting_closed: Hello, this is The Club. How can I help?
hours: {time_zone: Europe/Dublin, open: {monday: ["08:00-20:00"]}}
numbers: {human: "+35315550142"}
"""
INTENTS = """
leave:
  about: leaving the club
  examples: [I want to leave, end my membership, I quit the club, stop my membership, cancel my membership]
"""
PLAYBOOK = """
about: leaving the club
intents: [leave]
steps:
  - ask: member
    type: reference
    length: 4
    say: What's your member number?
    label: member number
  - call: end_membership
    arguments: {member: "{member}"}
    save: ended
  - say: Your membership is over.
"""
TOOLS = """
end_membership:
  about: end the membership
  method: POST
  url: "{sandbox}/members/{member}/end"
  arguments: {member: text}
  result: {ended: boolean}
  has_side_effects: true
  confirm: Shall I end the membership of number {member}?
"""
GOALS = """
goals:
  - goal: leave the club
    intent: leave
    says: [I want to leave]
    knows: {member: "4127"}
    does:
      - end_membership: {member: "4127"}
    hears: ["membership is over"]
"""


@dataclass
class Members:
    """The back office: who is a member."""

    members: set[str] = field(default_factory=lambda: {"4127", "1427", "8000"})

    def reset(self) -> None:
        self.members = {"4127", "1427", "8000"}

    def snapshot(self) -> Mapping[str, Mapping[str, Any]]:
        return {f"members/{number}": {"number": number} for number in self.members}

    async def call(self, call: ToolCall) -> ToolOutcome:
        member = call.arguments["member"]
        known = member in self.members
        self.members.discard(member)
        status = ActionStatus.SUCCEEDED if known else ActionStatus.FAILED
        return ToolOutcome(action_id=call.action_id, status=status, result={"ended": True} if known else {})


async def understand(text: str, asked: Asked, *, session_id: str = "") -> Understood:
    wants = "I want to leave" in text
    scores = (IntentScore(name="leave", probability=0.95),) if wants else ()
    return Understood(intents=IntentResult(intents=scores, alternatives=scores, in_scope=1.0 if wants else 0.0))


@pytest.fixture(scope="session")
def club_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("club")
    (folder / "playbooks").mkdir()
    (folder / "line.yaml").write_text(LINE)
    (folder / "intents.yaml").write_text(INTENTS)
    (folder / "tools.yaml").write_text(TOOLS)
    (folder / "playbooks" / "leave.yaml").write_text(PLAYBOOK)
    (folder / "practice.yaml").write_text(GOALS)
    return folder


@pytest.fixture(scope="session")
def club(club_folder: Path) -> Line:
    return load_line(club_folder)


@pytest.fixture
def members() -> Members:
    return Members()


@pytest.fixture
def runtime(club: Line, members: Members) -> LineRuntime:
    return LineRuntime(dialogue=Dialogue(club), understand=understand, call_tool=members.call)
