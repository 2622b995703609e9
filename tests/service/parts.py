"""A service with everything real but the conversation, for tests of the rooms above it."""

from collections.abc import Callable
from pathlib import Path

from dialogue.lines.types import Line
from service.foundation import Foundation
from service.settings import Settings, load_settings
from service.wiring import Service, build_service
from tests.fakes.conversation import FakeConversations

LINE = """\
name: test
title: Test Line
greeting: Hello.
hours: {time_zone: Europe/Dublin, open: {monday: ["09:00-17:00"]}}
"""
INTENTS = """\
thanks:
  about: saying thanks
  examples: [thanks, thank you, cheers, thanks a lot, many thanks]
"""
PLAYBOOK = """\
about: saying thanks
intents: [thanks]
steps:
  - say: You are welcome.
"""


class ScriptedConversations(FakeConversations):
    """Fake conversations with the life cycle that the service expects."""

    def __init__(self, foundation: Foundation, **script: object):
        super().__init__(**script)
        self.foundation = foundation
        self.prepared: list[Line] = []
        self.started = False
        self.closed = False

    async def start(self) -> None:
        self.started = True

    async def prepare(self, line: Line) -> None:
        self.prepared.append(line)

    async def tidy(self) -> None:
        """Nothing is open."""

    async def close(self) -> None:
        self.closed = True


def make_settings(folder: Path, **overrides: object) -> Settings:
    """Settings for a line and a data folder below ``folder``."""
    line = folder / "line"
    (line / "playbooks").mkdir(parents=True, exist_ok=True)
    (line / "line.yaml").write_text(LINE)
    (line / "intents.yaml").write_text(INTENTS)
    (line / "playbooks" / "thanks.yaml").write_text(PLAYBOOK)
    return load_settings(**{"data_dir": folder / "data", "line": str(line), "sandbox": False, **overrides})


def make_service(
    settings: Settings, make: Callable[[Foundation], ScriptedConversations] = ScriptedConversations
) -> Service:
    return build_service(settings, make)
