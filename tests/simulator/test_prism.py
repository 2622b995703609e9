"""The REST side against the vendor's own description: Prism stands between the client and the simulator.

Prism refuses requests that the description does not allow and answers of ours that it does not allow, so neither the
client's calls nor the simulator's answers are judged by what we believe. The description is not part of the project:
``FIRSTLINE_TWILIO_OPENAPI`` names it. ``FIRSTLINE_PRISM`` names an installed ``prism``; otherwise npx fetches it.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from simulator.rest import serve_rest
from simulator.scenario import DialBehaviour
from simulator.simulator import Simulator
from simulator.webhooks import Credentials, Service
from tests.simulator.service import PUBLIC
from tests.simulator.test_virtual_calls import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

PRISM = "@stoplight/prism-cli@5.14.2"
SPEC = Path(
    os.environ.get(
        "FIRSTLINE_TWILIO_OPENAPI",
        Path(__file__).parents[3] / "shared" / "data" / "twilio" / "twilio_api_v2010.json",
    )
)
LINE = "+15005550010"
LONG = "<Response><Pause length='600'/></Response>"


def missing(reason: str) -> None:
    """Skip, unless the surroundings insist on everything being there."""
    if os.environ.get("CI") == "true" or os.environ.get("FIRSTLINE_REQUIRE"):
        pytest.fail(reason)
    pytest.skip(reason)


def prism_command() -> list[str]:
    command = [os.environ["FIRSTLINE_PRISM"]] if os.environ.get("FIRSTLINE_PRISM") else None
    if command is None and shutil.which("prism"):
        command = ["prism"]
    if command is None and shutil.which("npx"):
        command = ["npx", "--yes", PRISM]
    if command is None:
        missing("neither prism nor npx is installed")
    assert command is not None
    try:
        subprocess.run([*command, "--version"], check=True, capture_output=True, timeout=240)
    except (OSError, subprocess.SubprocessError) as error:
        missing(f"prism cannot be started: {type(error).__name__}")
    return command


def operations(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for path in spec["paths"].values() for item in path.values() if isinstance(item, dict)]


def patched(spec: dict[str, Any]) -> dict[str, Any]:
    """Make the description usable: repeated form fields are lists, and page links are relative as in its examples."""
    for operation in operations(spec):
        for body in operation.get("requestBody", {}).get("content", {}).values():
            fields = body["schema"].get("properties", {})
            lists = [name for name, kind in fields.items() if kind.get("type") == "array"]
            body["encoding"] = {name: {"style": "form", "explode": True} for name in lists}
        for answer in operation.get("responses", {}).values():
            for body in answer.get("content", {}).values():
                for kind in body["schema"].get("properties", {}).values():
                    if kind.get("format") == "uri":
                        del kind["format"]
    return spec


def prepare(folder: Path) -> tuple[list[str], Path]:
    """The command of Prism, and the description it is to hold us to."""
    if not SPEC.is_file():
        missing(f"no description of the REST side at {SPEC}; set FIRSTLINE_TWILIO_OPENAPI")
    description = folder / "spec.json"
    description.write_text(json.dumps(patched(json.loads(SPEC.read_text()))))
    return prism_command(), description


@asynccontextmanager
async def proxied(upstream: str, folder: Path) -> AsyncIterator[str]:
    command, description = await asyncio.to_thread(prepare, folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *command, "proxy", "-h", "127.0.0.1", "-p", str(port), "--errors", str(description), upstream,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(90):
            while b"is listening" not in (line := await process.stdout.readline()):
                assert line, "prism ended before it listened"
        draining = asyncio.create_task(process.stdout.read())
        yield f"http://127.0.0.1:{port}"
        draining.cancel()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        await process.wait()


async def test_requests_and_answers_are_what_the_vendor_describes(tmp_path: Path) -> None:
    account = Credentials()
    site = Site({"/twilio/voice": LONG, "/out": LONG, "/other": LONG})
    transport = httpx.ASGITransport(app=site.app())
    async with (
        httpx.AsyncClient(transport=transport) as http,
        Simulator(Service(url=PUBLIC), account, http=http) as simulator,
        serve_rest(simulator.carrier) as upstream,
        proxied(upstream, tmp_path) as proxy,
    ):
        simulator.carrier.number(LINE)
        simulator.carrier.behaviours["*"] = DialBehaviour(after_ms=100, talk_ms=0)
        client = Client(account.account_sid, account.auth_token)
        client.api.base_url = proxy

        def conversation() -> list[str]:
            bought = client.incoming_phone_numbers.create(phone_number="+15005550040", voice_url=f"{PUBLIC}/v")
            client.incoming_phone_numbers(bought.sid).update(status_callback=f"{PUBLIC}/s")
            client.incoming_phone_numbers(bought.sid).fetch()
            assert len(client.incoming_phone_numbers.list(page_size=1)) == 2
            client.incoming_phone_numbers(bought.sid).delete()
            made = client.calls.create(
                to="+15005550030",
                from_=LINE,
                url=f"{PUBLIC}/out",
                timeout=20,
                status_callback=f"{PUBLIC}/progress",
                status_callback_event=["initiated", "answered", "completed"],
            )
            while client.calls(made.sid).fetch().status != "in-progress":
                pass
            client.calls(made.sid).update(twiml=LONG)
            client.calls(made.sid).update(url=f"{PUBLIC}/other")
            client.calls(made.sid).update(status="completed")
            while client.calls(made.sid).fetch().status != "completed":
                pass
            assert [call.sid for call in client.calls.list(to="+15005550030")] == [made.sid]
            client.calls(made.sid).delete()
            return [made.sid]

        (sid,) = await asyncio.to_thread(conversation)
        # The other way round: an answer that the description does not allow must not come through.
        simulator.carrier.number("+15005550041").sid = "BAD"
        with pytest.raises(TwilioException):
            await asyncio.to_thread(client.incoming_phone_numbers.list)
        while simulator.carrier.tasks:
            await simulator.carrier.ticker.sleep(20)
    progress = [form["CallStatus"] for form in site.of("/progress") if form["CallSid"] == sid]
    assert progress == ["initiated", "in-progress", "completed"]
