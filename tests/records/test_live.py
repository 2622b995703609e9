"""Readers are woken in their own event loops, from whichever thread wrote."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from records.live import LiveReaders, wait_for_wake

WAIT_S = 5.0


class Page(threading.Thread):
    """A reader with an event loop and a thread of its own, that notes when it is woken."""

    def __init__(self, readers: LiveReaders, interaction_id: str):
        super().__init__(daemon=True)
        self._readers = readers
        self._interaction_id = interaction_id
        self.reading = threading.Event()
        self.woken = threading.Event()

    def run(self) -> None:
        asyncio.run(self._read())

    async def _read(self) -> None:
        wake = asyncio.Event()
        with self._readers.reader(self._interaction_id, wake):
            self.reading.set()
            await wake.wait()
        self.woken.set()


@pytest.fixture
def readers() -> Iterator[LiveReaders]:
    made = LiveReaders()
    yield made
    made.wake_all()


def page(readers: LiveReaders, interaction_id: str) -> Page:
    started = Page(readers, interaction_id)
    started.start()
    assert started.reading.wait(WAIT_S)
    return started


def test_those_who_read_the_call_are_woken_from_another_thread_and_the_others_are_not(readers):
    first, second, other = page(readers, "CA1"), page(readers, "CA1"), page(readers, "CA2")
    readers.wake({"CA1", "CA9"})
    assert first.woken.wait(WAIT_S) and second.woken.wait(WAIT_S)
    assert not other.woken.is_set()
    readers.wake({"CA2"})
    assert other.woken.wait(WAIT_S)


def test_everyone_is_woken_when_the_store_closes(readers):
    pages = [page(readers, f"CA{n}") for n in range(3)]
    readers.wake_all()
    assert all(each.woken.wait(WAIT_S) for each in pages)


def test_a_reader_whose_event_loop_is_gone_hinders_nobody(readers):
    loop = asyncio.new_event_loop()
    gone = asyncio.Event()

    async def read() -> None:
        # A page that was torn away: its loop closes without leaving the reader's block.
        readers.reader("CA1", gone).__enter__()

    loop.run_until_complete(read())
    loop.close()
    alive = page(readers, "CA1")
    readers.wake({"CA1"})
    assert alive.woken.wait(WAIT_S)
    assert not gone.is_set()


async def test_who_has_stopped_reading_is_woken_no_more(readers):
    wake = asyncio.Event()
    with readers.reader("CA1", wake):
        pass
    readers.wake({"CA1"})
    await asyncio.sleep(0)
    assert not wake.is_set()


async def test_a_wake_up_before_the_wait_is_not_lost_and_waiting_ends_in_time(readers):
    wake = asyncio.Event()
    with readers.reader("CA1", wake):
        await asyncio.to_thread(readers.wake, {"CA1"})
        await wait_for_wake(wake, WAIT_S)
        assert wake.is_set()
        wake.clear()
        await wait_for_wake(wake, 0.01)
        assert not wake.is_set()
