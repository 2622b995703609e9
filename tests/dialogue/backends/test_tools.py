"""Tools against a real server on the loopback: what hangs, fails or talks nonsense costs its timeout and no more."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from dialogue.backends.tools import ToolRunner
from dialogue.lines.load import load_line
from dialogue.lines.types import FieldType, Line, Tool, ToolField
from dialogue.types import ToolCall
from interactions.vocabulary import ActionStatus
from models.errors import FirstlineError
from service.sandbox import create_app

SHOP = Path(__file__).parents[3] / "lines" / "shop"
LOOKUP = Tool(
    name="lookup",
    about="look it up",
    url="{sandbox}/things/{name}",
    arguments={"name": ToolField(type=FieldType.TEXT), "since": ToolField(type=FieldType.DATE, optional=True)},
    result={"price": ToolField(type=FieldType.MONEY), "note": ToolField(type=FieldType.TEXT, optional=True)},
    not_found=None,
)
CHANGE = replace(LOOKUP, name="change", method="POST", url="{sandbox}/change", has_side_effects=True)


NEVER = None
"""In place of an answer: the server waits until the client has gone."""
IN_TIME_S = 60.0
"""A timeout that no busy machine reaches."""


class Server:
    """Answers every request with the next of a list of scripted answers."""

    def __init__(self, *answers: bytes | None):
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections: list[asyncio.Task[None] | None] = []
        """Each ends when it was answered or its client has left."""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(asyncio.current_task())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            rows = head.split(b"\r\n")
            length = next((int(row.split(b":")[1]) for row in rows if row.lower().startswith(b"content-len")), 0)
            self.requests.append(head + await reader.readexactly(length))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if answer is NEVER:
                await reader.read()
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(*answers: bytes | None) -> AsyncIterator[tuple[Server, str]]:
    server = Server(*answers)
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    try:
        yield server, f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()
        await asyncio.gather(*filter(None, server.connections))


def reply(body: Any, status: str = "200 OK") -> bytes:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(raw)}\r\nConnection: close\r\n\r\n".encode() + raw


@pytest.fixture(scope="module")
def shop_line() -> Line:
    return load_line(SHOP)


def line_with(shop_line: Line, *tools: Tool) -> Line:
    return replace(shop_line, tools={tool.name: tool for tool in tools})


def call(tool: Tool, timeout_s: float = IN_TIME_S, **arguments: Any) -> ToolCall:
    return ToolCall(
        action_id="a" * 32,
        tool=tool.name,
        arguments=arguments or {"name": "a/b c"},
        has_side_effects=tool.has_side_effects,
        timeout_s=timeout_s,
    )


async def outcome(
    line: Line, tool: Tool, *answers: bytes | None, timeout_s: float = IN_TIME_S, **arguments: Any
) -> Any:
    async with serving(*answers) as (server, url):
        runner = ToolRunner(line_with(line, tool), sandbox_url=url)
        try:
            return server, await runner.call(call(tool, timeout_s, **arguments))
        finally:
            await runner.close()


async def test_a_good_answer_is_typed_and_the_rest_of_it_left_out(shop_line: Line) -> None:
    server, result = await outcome(
        shop_line, LOOKUP, reply({"price": 29.99, "secret": "x"}), name="a/b c", since=date(2026, 11, 1)
    )
    assert (result.status, result.result) == (ActionStatus.SUCCEEDED, {"price": Decimal("29.99"), "note": None})
    assert server.requests[0].startswith(b"GET /things/a%2Fb%20c?since=2026-11-01 ")
    assert b"idempotency-key: " + b"a" * 32 in server.requests[0].lower()


async def test_a_change_sends_its_arguments_as_json(shop_line: Line) -> None:
    server, result = await outcome(shop_line, CHANGE, reply({"price": "1"}), name="x", since=date(2026, 11, 1))
    assert result.status is ActionStatus.SUCCEEDED
    assert server.requests[0].endswith(b'{"name":"x","since":"2026-11-01"}')


async def test_a_tool_that_hangs_costs_its_timeout(shop_line: Line) -> None:
    _, result = await outcome(shop_line, LOOKUP, NEVER, timeout_s=0.3)
    assert (result.status, result.error_code) == (ActionStatus.TIMED_OUT, "tool_timeout")


async def test_a_drip_of_bytes_does_not_outlast_the_timeout(shop_line: Line) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    _, result = await outcome(shop_line, LOOKUP, head, timeout_s=0.4)
    assert result.status is not ActionStatus.SUCCEEDED


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"",
        b"[]",
        b"null",
        b'{"note": "no price"}',
        b'{"price": "a lot"}',
        b'{"price": true}',
        b'{"price": NaN}',
        b'{"price": 1e400}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"price": 1, "note": "' + b"x" * 300_000 + b'"}',
    ],
    ids=lambda body: repr(body[:24]),
)
async def test_nonsense_is_a_typed_failure(shop_line: Line, body: bytes) -> None:
    _, result = await outcome(shop_line, LOOKUP, reply(body))
    assert (result.status, result.error_code, result.result) == (ActionStatus.FAILED, "tool_nonsense", {})


async def test_a_read_is_tried_once_more_when_the_server_fails(shop_line: Line) -> None:
    server, result = await outcome(shop_line, LOOKUP, reply({}, "503 Busy"), reply({"price": 1}))
    assert (result.status, len(server.requests)) == (ActionStatus.SUCCEEDED, 2)
    server, result = await outcome(shop_line, LOOKUP, reply({}, "503 Busy"))
    assert (result.error_code, len(server.requests)) == ("tool_http_503", 2)


async def test_a_refusal_is_not_tried_again(shop_line: Line) -> None:
    server, result = await outcome(shop_line, LOOKUP, reply({}, "409 Conflict"))
    assert (result.error_code, len(server.requests)) == ("tool_http_409", 1)


async def test_a_change_is_sent_once_only(shop_line: Line) -> None:
    server, result = await outcome(shop_line, CHANGE, reply({}, "503 Busy"))
    assert (result.error_code, len(server.requests)) == ("tool_http_503", 1)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (reply({}, "504 Gateway Timeout"), ActionStatus.UNSURE),
        (reply(b"<html>Bad gateway</html>", "502 Bad Gateway"), ActionStatus.UNSURE),
        (reply({}, "303 See Other"), ActionStatus.UNSURE),
        (b"", ActionStatus.UNSURE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", ActionStatus.UNSURE),
        (reply(b"<html>Welcome</html>"), ActionStatus.UNSURE),
        (reply({"price": "a lot"}), ActionStatus.UNSURE),
        (reply({}, "409 Conflict"), ActionStatus.FAILED),
        (reply({}, "422 Unprocessable"), ActionStatus.FAILED),
    ],
    ids=["504", "502", "303", "closed", "half", "a web page", "a wrong type", "409", "422"],
)
async def test_only_a_refusal_tells_that_a_change_was_not_made(
    shop_line: Line, answer: bytes, status: ActionStatus
) -> None:
    server, result = await outcome(shop_line, CHANGE, answer)
    assert (result.status, len(server.requests)) == (status, 1)


async def test_a_change_that_was_never_sent_has_failed(shop_line: Line) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    runner = ToolRunner(line_with(shop_line, CHANGE), sandbox_url=url)
    result = await runner.call(call(CHANGE))
    await runner.close()
    assert (result.status, result.error_code) == (ActionStatus.FAILED, "tool_unreachable")


async def test_nobody_listening_is_a_typed_failure(shop_line: Line) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    runner = ToolRunner(line_with(shop_line, LOOKUP), sandbox_url=url)
    result = await runner.call(call(LOOKUP))
    await runner.close()
    assert (result.status, result.error_code) == (ActionStatus.FAILED, "tool_unreachable")


async def test_not_found_can_be_a_result(shop_line: Line) -> None:
    tool = replace(LOOKUP, not_found={"price": Decimal(0), "note": "nothing there"})
    _, result = await outcome(shop_line, tool, reply({}, "404 Not Found"))
    assert result.result == {"price": Decimal("0.00"), "note": "nothing there"}


def price_of(name: str, idempotency_key: str) -> dict[str, str]:
    """A line's own tool in Python."""
    if name == "boom":
        raise RuntimeError("boom")
    return {"price": "5", "note": idempotency_key}


async def slow_price(name: str) -> dict[str, str]:
    """A line's own tool in Python that never comes to an end."""
    await asyncio.Event().wait()
    return {"price": name}


async def test_a_python_function_is_a_tool_with_the_same_rules(shop_line: Line) -> None:
    tool = replace(LOOKUP, url="", python=f"{__name__}.price_of")
    slow = replace(LOOKUP, name="slow", url="", python=f"{__name__}.slow_price")
    runner = ToolRunner(line_with(shop_line, tool, slow))
    good = await runner.call(call(tool, name="x"))
    bad = await runner.call(call(tool, name="boom"))
    broken = await runner.call(replace(call(tool, name="boom"), has_side_effects=True))
    late = await runner.call(call(slow, 0.1, name="x"))
    await runner.close()
    assert good.result == {"price": Decimal("5.00"), "note": "a" * 32}
    assert (bad.status, bad.error_code) == (ActionStatus.FAILED, "tool_failed")
    assert broken.status is ActionStatus.UNSURE
    assert late.status is ActionStatus.TIMED_OUT


def test_a_missing_setting_is_told_at_the_start(shop_line: Line) -> None:
    with pytest.raises(FirstlineError, match="sandbox's address") as caught:
        ToolRunner(shop_line)
    assert caught.value.code == "tool_setting_missing"
    tool = replace(LOOKUP, headers={"Authorization": "Bearer {env:SHOP_TOKEN}"})
    with pytest.raises(FirstlineError, match="SHOP_TOKEN"):
        ToolRunner(line_with(shop_line, tool), sandbox_url="http://127.0.0.1:1")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[str]:
    app = create_app(tmp_path / "sandbox.db", today=lambda: date(2026, 11, 23))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


async def test_every_tool_of_the_shop_works_on_the_sandbox(shop_line: Line, sandbox: str) -> None:
    calls = {
        "get_order": {"order_number": "4027"},
        "get_payments": {"order_number": "3391"},
        "refund_order": {"order_number": "5512", "amount": Decimal("48.50"), "reason": "damaged"},
        "refund_duplicate": {"order_number": "3391", "amount": Decimal("64.00")},
        "cancel_order": {"order_number": "4028"},
        "reopen_order": {"order_number": "4028"},
        "change_address": {"order_number": "6038", "address": "1 New Road"},
        "send_replacement": {"order_number": "1806", "reason": "damaged"},
        "create_ticket": {"subject": "Complaint", "message": "Slow.", "callback_number": None},
    }
    assert set(calls) == set(shop_line.tools)
    runner = ToolRunner(shop_line, sandbox_url=sandbox)
    for name, arguments in calls.items():
        tool = shop_line.tools[name]
        first, again = [
            await runner.call(
                ToolCall(
                    action_id=f"key-{name}",
                    tool=name,
                    arguments=arguments,
                    has_side_effects=tool.has_side_effects,
                    timeout_s=IN_TIME_S,
                )
            )
            for _ in range(2)
        ]
        assert first.status is ActionStatus.SUCCEEDED, (name, first.error_code)
        assert again.result == first.result
    missing = await runner.call(
        ToolCall(action_id="key-none", tool="get_order", arguments={"order_number": "1"}, has_side_effects=False)
    )
    await runner.close()
    assert missing.result["found"] is False
