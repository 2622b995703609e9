"""Changed line folders: a whole one takes the new calls, a broken one changes nothing and is told."""

import os
import shutil
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dialogue.lines.line_book import whole_book
from dialogue.lines.types import Line
from models.errors import FirstlineError
from service.app import create_app
from service.line_folders import LineFolders, fingerprint
from service.line_watch import LineWatch
from service.lines import CurrentLines
from tests.dialogue.lines.folders import write_line
from tests.service.parts import make_service, make_settings

BANK, SHOP, OTHER = "+35315550001", "+35315550002", "+35315550009"


class Prepared:
    """Takes the part of the conversations: keeps what was made ready, and can refuse to."""

    def __init__(self) -> None:
        self.greetings: list[str] = []
        self.refuses = ""
        self.tidied = 0

    async def prepare(self, line: Line) -> None:
        if self.refuses:
            raise FirstlineError("tool_setting_missing", self.refuses)
        self.greetings.append(line.greeting)

    async def tidy(self) -> None:
        self.tidied += 1


class Watched:
    """A folder of two lines, and the watch over it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        write_line(root / "bank", numbers=[BANK])
        write_line(root / "shop", numbers=[SHOP], default=True)
        folders = LineFolders(root=root, several=True, default="")
        read = folders.read()
        self.lines = CurrentLines(whole_book(read.lines, folders.default))
        self.conversations = Prepared()
        self.watch = LineWatch(folders, read, self.lines, self.conversations, every_s=0.01)  # type: ignore[arg-type]

    async def settle(self) -> bool:
        """Two looks: the second believes what the first saw."""
        return (await self.watch.check()) | (await self.watch.check())

    def greeting(self, number: str) -> str:
        return self.lines.line(self.lines.line_for(number)).greeting


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


async def test_nothing_happens_while_nothing_changes(watched: Watched) -> None:
    assert not await watched.settle() and watched.conversations.greetings == []
    assert watched.conversations.tidied == 2


async def test_a_changed_line_takes_the_new_calls_once_it_is_ready(watched: Watched) -> None:
    write_line(watched.root / "bank", numbers=[BANK], greeting="Good day.")
    assert not await watched.watch.check()
    assert watched.greeting(BANK) == "Hello."
    assert await watched.watch.check()
    assert watched.greeting(BANK) == "Good day." and watched.greeting(SHOP) == "Hello."
    assert watched.conversations.greetings == ["Good day."]
    assert not await watched.settle()


async def test_a_change_that_goes_on_is_waited_for(watched: Watched) -> None:
    for greeting in ("Good day", "Good day to you.", "Good day to you all."):
        write_line(watched.root / "bank", numbers=[BANK], greeting=greeting)
        assert not await watched.watch.check()
    assert await watched.watch.check() and watched.conversations.greetings == ["Good day to you all."]


async def test_a_line_with_mistakes_keeps_the_old_one_and_is_told_until_it_is_mended(watched: Watched) -> None:
    (watched.root / "bank" / "line.yaml").write_text("name: bank\ngreting: Hi.\n")
    write_line(watched.root / "shop", numbers=[SHOP], default=True, greeting="Hi.")
    assert await watched.settle()
    assert watched.greeting(BANK) == "Hello." and watched.greeting(SHOP) == "Hi."
    assert list(watched.watch.problems) == ["bank"] and "line.yaml:2" in watched.watch.problems["bank"]
    write_line(watched.root / "bank", numbers=[BANK], greeting="Mended.")
    assert await watched.settle()
    assert watched.greeting(BANK) == "Mended." and not watched.watch.problems


async def test_a_line_that_cannot_be_made_ready_keeps_the_old_one(watched: Watched) -> None:
    watched.conversations.refuses = "The tool look needs the environment variable TOKEN."
    write_line(watched.root / "bank", numbers=[BANK], greeting="Good day.")
    await watched.settle()
    assert watched.greeting(BANK) == "Hello." and "TOKEN" in watched.watch.problems["bank"]


async def test_lines_that_do_not_go_together_change_nothing_and_are_taken_once_they_do(watched: Watched) -> None:
    write_line(watched.root / "bank", numbers=[], greeting="Good day.")
    write_line(watched.root / "shop", numbers=[SHOP], default=False)
    assert not await watched.settle()
    assert watched.greeting(BANK) == "Hello." and watched.greeting(OTHER) == "Hello."
    assert any("numbers: {default: true}" in told for told in watched.watch.problems.values())
    write_line(watched.root / "shop", numbers=[SHOP, BANK], default=True, greeting="Shop.")
    assert await watched.settle()
    assert watched.greeting(BANK) == "Shop." and watched.lines.line("bank").greeting == "Good day."
    assert not watched.watch.problems


async def test_a_new_line_answers_and_one_that_is_gone_leaves_its_number_to_the_default(watched: Watched) -> None:
    write_line(watched.root / "club", numbers=[OTHER], greeting="Club.")
    assert await watched.settle()
    assert watched.greeting(OTHER) == "Club."
    shutil.rmtree(watched.root / "club")
    assert await watched.settle()
    assert watched.lines.line_for(OTHER) == "shop"


async def test_a_line_put_back_as_it_was_needs_nothing(watched: Watched) -> None:
    path = watched.root / "bank" / "line.yaml"
    text, times = path.read_text(), path.stat()
    path.write_text(text.replace("Hello", "Hullo"))
    await watched.watch.check()
    path.write_text(text)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not await watched.settle() and watched.conversations.greetings == []


def test_the_fingerprint_of_a_folder_that_is_gone_is_empty(tmp_path: Path) -> None:
    assert fingerprint(tmp_path / "nowhere") == ()


def test_a_service_takes_in_a_change_by_itself_and_tells_of_mistakes(tmp_path: Path) -> None:
    service = make_service(make_settings(tmp_path, lines_check_s=0.02))
    with TestClient(create_app(service)) as client:
        line = service.settings.line_folder / "line.yaml"
        text = line.read_text()
        line.write_text(text.replace("Hello.", "Good day."))
        _until(lambda: service.lines.line("test").greeting == "Good day.")
        assert client.get("/ready").json()["line_problems"] == {}
        line.write_text(text + "greting: Hi.\n")
        _until(lambda: client.get("/ready").json()["line_problems"])
        ready = client.get("/ready")
        assert ready.status_code == 200 and "line.yaml" in ready.json()["line_problems"]["line"]
        assert "firstline_line_problems 1.0" in client.get("/metrics").text
        assert service.lines.line("test").greeting == "Good day."


def _until(claim) -> None:
    """Wait for what another thread does, with a deadline."""
    until = time.monotonic() + 10
    while not claim():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)
