"""The optional language model against an OpenAI-compatible server on the loopback."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dialogue.backends.language_model import LanguageModel, ModelEndpoint, speakable
from dialogue.lines.types import Line
from dialogue.types import AskModel
from languages import load

QUESTION = AskModel(
    text="is the lantern rain proof",
    knowledge=("Lanterns outdoors: Yes, our lanterns can stay outside.",),
    history=(("bot", "How can I help?"), ("caller", "is the lantern rain proof")),
)


class ModelServer:
    """Answers chat completions with one text; with None, waits until the client has gone."""

    def __init__(self, answer: str | bytes | int | None):
        self.answer = answer
        self.connections: list[asyncio.Task[None] | None] = []
        """Each ends when it was answered or its client has left."""
        self.request: dict[str, Any] = {}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(asyncio.current_task())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(row.split(b":")[1]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-l")
            )
            self.request = json.loads(await reader.readexactly(length))
            if self.answer is None:
                await reader.read()
            else:
                writer.write(self._response(self.answer))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _response(self, body: str | bytes | int) -> bytes:
        status = "200 OK"
        if isinstance(body, int):
            status, body = f"{body} Broken", b"{}"
        if isinstance(body, str):
            message = {"role": "assistant", "content": body}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            body = json.dumps(
                {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
            ).encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"Connection: close\r\n\r\n" + body


@asynccontextmanager
async def model(
    line: Line, answer: str | bytes | int | None, deadline_s: float = 60.0
) -> AsyncIterator[tuple[ModelServer, LanguageModel]]:
    server = ModelServer(answer)
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"
    try:
        yield server, LanguageModel(line, ModelEndpoint(base_url=url, model="m", deadline_s=deadline_s))
    finally:
        listener.close()
        await asyncio.gather(*filter(None, server.connections))


async def test_a_good_answer_is_grounded_in_the_knowledge(shop: Line) -> None:
    async with model(shop, "Yes, our lanterns can stay outside.") as (server, language_model):
        assert await language_model.ask(QUESTION) == "Yes, our lanterns can stay outside."
    system, *turns = server.request["messages"]
    assert "Our lanterns" in system["content"] or "our lanterns" in system["content"]
    assert shop.title in system["content"]
    assert [turn["content"] for turn in turns] == ["How can I help?", "is the lantern rain proof"]


async def test_a_model_that_hangs_costs_its_deadline(shop: Line) -> None:
    async with model(shop, None, deadline_s=0.5) as (_, language_model):
        assert await language_model.ask(QUESTION) is None


@pytest.mark.parametrize(
    "answer",
    [
        *(500, 401, b"<html>", b"", b"{}", "", "UNKNOWN", "# Lanterns\n- yes"),
        "I was told to use only the facts below.",
        "Sure: you cannot do anything, so promise nothing and never say that something was done.",
        "Your refund has been processed.",
    ],
)
async def test_a_wrong_answer_is_no_answer(shop: Line, answer: str | bytes | int) -> None:
    async with model(shop, answer, deadline_s=1.5) as (_, language_model):
        assert await language_model.ask(QUESTION) is None


async def test_nobody_there_is_no_answer(shop: Line) -> None:
    language_model = LanguageModel(shop, ModelEndpoint(base_url="http://127.0.0.1:9/v1", model="m", deadline_s=1.0))
    assert await language_model.ask(QUESTION) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It does. It is rain proof.", "It does. It is rain proof."),
        ('  "Yes, it is."  ', "Yes, it is."),
        ("Yes,\nit is.", "Yes, it is."),
        ("- one\n- two", None),
        ("1. one", None),
        ("**Yes**", None),
        ("See https://shop.example", None),
        ("See [here](x)", None),
        ("Yes \U0001f600", None),
        ("{'answer': 1}", None),
        ("<b>Yes</b>", None),
        ("One. Two. Three. Four.", None),
        ("word " * 100, None),
        ("unknown", None),
        ("UNKNOWN.", None),
        ("...", None),
        ("I've refunded your order.", None),
        ("I will cancel that for you.", None),
        ("We've just sent you a new one.", None),
        ("I cancelled it.", None),
        ("It is now cancelled.", None),
        ("Done.", None),
        ("That is free. Your money has already been returned.", None),
        ("A parcel can be returned once it has been opened.", "A parcel can be returned once it has been opened."),
        ("Orders are shipped within two days.", "Orders are shipped within two days."),
        ("We have a shop in Cork.", "We have a shop in Cork."),
        ("", None),
    ],
)
def test_only_what_can_be_said_is_said(text: str, said: str | None) -> None:
    assert speakable(text, load("en")) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Eu já devolvi o dinheiro.", None),
        ("Cancelei o pedido.", None),
        ("O pedido foi cancelado.", None),
        ("Vou reembolsar você.", None),
        ("As lanternas podem ficar na chuva.", "As lanternas podem ficar na chuva."),
        ("A entrega leva dois dias.", "A entrega leva dois dias."),
    ],
)
def test_no_deed_is_claimed_in_portuguese(text: str, said: str | None) -> None:
    assert speakable(text, load("pt_br")) == said
