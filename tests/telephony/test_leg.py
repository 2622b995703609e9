"""The way to the caller's ear: order, clears, marks, bounds."""

import asyncio
import base64

from telephony.leg import MAX_MESSAGE_SAMPLES, MAX_OUTSTANDING_MARKS, MAX_QUEUED_SAMPLES, MediaLeg
from telephony.ports import SocketClosedError
from telephony.twilio.codec import TwilioCodec
from tests.fakes.media_socket import FakeSocket, start_message
from tests.fakes.virtual_time import run_virtually


class Rig:
    """A leg with its writer running on a fake socket."""

    async def __aenter__(self) -> "Rig":
        codec = TwilioCodec()
        codec.parse(start_message())
        self.socket = FakeSocket()
        self.reached: list[str] = []
        self.leg = MediaLeg(codec, self.reached.append)
        self.writer = asyncio.create_task(self.leg.write(self.socket, 5.0))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.cancel()
        await asyncio.gather(self.writer, return_exceptions=True)

    async def settle(self) -> None:
        await asyncio.sleep(0.01)

    def return_marks(self, forget: int = 0) -> None:
        """The carrier returns the marks it got, but for the first ``forget``."""
        names = [m["mark"]["name"] for m in self.socket.sent if m["event"] == "mark"]
        for name in names[forget:]:
            assert self.leg.mark_returned(name)

    def audio(self) -> bytes:
        return b"".join(base64.b64decode(m["media"]["payload"]) for m in self.socket.sent if m["event"] == "media")


def test_audio_and_marks_go_out_in_order_and_small_pieces_together() -> None:
    async def test() -> None:
        async with Rig() as rig:
            rig.leg.play(b"a" * 160)
            rig.leg.play(b"b" * 160)
            rig.leg.mark("m1")
            rig.leg.play(b"c" * (MAX_MESSAGE_SAMPLES + 1))
            await rig.settle()
            assert rig.socket.events() == ["media", "mark", "media", "media"]
            assert rig.audio() == b"a" * 160 + b"b" * 160 + b"c" * (MAX_MESSAGE_SAMPLES + 1)

    run_virtually(test())


def test_a_clear_overtakes_queued_audio_and_its_marks_still_come_back_in_order() -> None:
    async def test() -> None:
        async with Rig() as rig:
            rig.leg.play(b"a" * 160)
            rig.leg.mark("m1")
            await rig.settle()
            rig.socket.blocked.clear()
            rig.leg.play(b"b" * 160)
            await rig.settle()  # the writer holds b
            rig.leg.play(b"c" * 160)
            rig.leg.mark("m2")
            rig.leg.clear()
            rig.leg.play(b"d" * 160)
            rig.leg.mark("m3")
            rig.socket.blocked.set()
            await rig.settle()
            assert rig.socket.events() == ["media", "mark", "media", "clear", "mark", "mark", "media", "mark"]
            assert b"c" not in rig.audio()
            rig.return_marks()
            assert rig.reached == ["m1", "m2", "m3"]

    run_virtually(test())


def test_a_carrier_that_forgets_its_marks_on_a_clear_does_not_confuse_the_ledger() -> None:
    async def test() -> None:
        async with Rig() as rig:
            for name in ("m1", "m2"):
                rig.leg.play(b"a" * 160)
                rig.leg.mark(name)
            await rig.settle()
            rig.leg.clear()
            await rig.settle()
            rig.return_marks(forget=2)
            assert rig.reached == ["m1", "m2"]

    run_virtually(test())


def test_a_mark_that_was_never_set_or_comes_twice_is_not_reported() -> None:
    async def test() -> None:
        async with Rig() as rig:
            rig.leg.mark("m1")
            await rig.settle()
            assert rig.leg.mark_returned("m1") and not rig.leg.mark_returned("m1") and not rig.leg.mark_returned("x")
            assert rig.reached == ["m1"]

    run_virtually(test())


def test_a_socket_that_takes_nothing_ends_the_writer() -> None:
    async def test() -> None:
        async with Rig() as rig:
            rig.socket.blocked.clear()
            rig.leg.play(b"a")
            await asyncio.sleep(5.1)
            assert rig.writer.done()

    run_virtually(test())


def test_a_queue_that_overflows_ends_the_writer_instead_of_growing() -> None:
    async def test() -> None:
        async with Rig() as rig:
            rig.socket.blocked.clear()
            for _ in range(2):
                rig.leg.play(b"a" * MAX_QUEUED_SAMPLES)
                await asyncio.sleep(0)
            rig.socket.blocked.set()
            await rig.settle()
            assert rig.writer.done()

    run_virtually(test())


def test_marks_that_never_return_end_the_writer_instead_of_growing() -> None:
    async def test() -> None:
        async with Rig() as rig:
            for n in range(MAX_OUTSTANDING_MARKS + 1):
                rig.leg.mark(str(n))
            await rig.settle()
            assert rig.writer.done()

    run_virtually(test())


def test_a_closed_socket_ends_the_writer() -> None:
    class Closed(FakeSocket):
        async def send(self, message: str | bytes) -> None:
            raise SocketClosedError(1006)

    async def test() -> None:
        leg = MediaLeg(TwilioCodec(), lambda name: None)
        leg.play(b"a")
        await asyncio.wait_for(leg.write(Closed(), 5.0), 1)

    run_virtually(test())
