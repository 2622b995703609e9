"""Starts what a benchmark calls, our service or the stock peer, as a process of its own, and watches what it uses."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from simulator.webhooks import Credentials, Service

CREDENTIALS = Credentials(account_sid="AC" + "b" * 32, auth_token="benchmark-token-of-no-account")
BENCH_LINE = Path(__file__).parent / "bench_line"
_START_S = 180.0
_STOP_S = 20.0


@dataclass(slots=True, kw_only=True)
class Running:
    """A process under test."""

    service: Service
    """Where to call it."""
    process: subprocess.Popen[bytes]
    """The process."""
    data: Path
    """Its data folder."""
    log: Path
    """What it printed."""

    @property
    def port(self) -> int:
        """Where it listens, on loopback."""
        return int(self.service.url.rsplit(":", 1)[1])

    def memory_mb(self) -> float:
        """Resident memory, MB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def cpu_s(self) -> float:
        """Processor time used so far, user and system, s."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def threads(self) -> int:
        """Threads of the process."""
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    def open_files(self) -> int:
        """File descriptors, sockets among them."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def our_service(
    data: Path, *, line: Path = BENCH_LINE, greeting: str = "", max_calls: int = 64, **settings: str
) -> AsyncIterator[Running]:
    """Our service with default weights and everything on.

    Args:
        data: An empty folder for its database, recordings and log.
        line: The line that answers.
        greeting: Replaces the line's greeting.
        max_calls: Admission bound.
        settings: Further ``FIRSTLINE_*`` variables, without the prefix, in lower case.
    """
    folder = _with_greeting(line, data / "line", greeting) if greeting else line
    running = start_service(data, line=folder, max_calls=str(max_calls), **settings)
    async with _until_done(running):
        yield running


def start_service(data: Path, *, line: Path, log: str = "log.txt", **settings: str) -> Running:
    """Start our service, as `our_service` does, without waiting for it; see `ready` and `stop`."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "TWILIO_"))},
        "TWILIO_ACCOUNT_SID": CREDENTIALS.account_sid,
        "TWILIO_AUTH_TOKEN": CREDENTIALS.auth_token,
        "FIRSTLINE_LINE": str(line),
        "FIRSTLINE_DATA_DIR": str(data),
        "FIRSTLINE_PORT": str(port),
        **{f"FIRSTLINE_{name.upper()}": value for name, value in settings.items()},
    }
    return _start([sys.executable, "-m", "service.cli", "serve", "--port", str(port)], environment, port, data / log)


@asynccontextmanager
async def stock_peer(data: Path, *, greeting: str, answer: str) -> AsyncIterator[Running]:
    """The pipeline a pipecat user would assemble; see `scripts.stock_peer`."""
    port = free_port()
    command = [sys.executable, "-m", "scripts.stock_peer", "--port", str(port), "--greeting", greeting]
    running = _start([*command, "--answer", answer], dict(os.environ), port, data / "log.txt")
    async with _until_done(running):
        yield running


@asynccontextmanager
async def _until_done(running: Running) -> AsyncIterator[None]:
    try:
        await ready(running)
        yield
    finally:
        await asyncio.to_thread(stop, running)


def _start(command: list[str], environment: dict[str, str], port: int, log: Path) -> Running:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=environment, stdout=out, stderr=subprocess.STDOUT, cwd=Path(__file__).parents[1]
        )
    return Running(service=Service(url=f"http://127.0.0.1:{port}"), process=process, data=log.parent, log=log)


def stop(running: Running) -> None:
    """End a process, by force if it does not go by itself; blocking, idempotent."""
    process = running.process
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_S)
    process.kill()
    process.wait()


async def ready(running: Running) -> None:
    """Wait until a process takes calls.

    Raises:
        RuntimeError: It ended, or takes too long; the message has the end of its log.
    """
    deadline = time.monotonic() + _START_S
    async with httpx.AsyncClient(trust_env=False) as client:
        while time.monotonic() < deadline:
            if running.process.poll() is not None:
                raise RuntimeError(f"The service did not start:\n{running.log.read_text()[-2000:]}")
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{running.service.url}/ready", timeout=2.0)).status_code == 200:
                    return
            await asyncio.sleep(0.25)
    raise RuntimeError(f"The service was not ready after {_START_S} s; see {running.log}.")


def _with_greeting(line: Path, copy: Path, greeting: str) -> Path:
    """A copy of a line that greets with other words."""
    shutil.copytree(line, copy, dirs_exist_ok=True)
    text = (copy / "line.yaml").read_text(encoding="utf-8").splitlines()
    changed = [
        f"{each.split(':')[0]}: {greeting}" if each.startswith(("greeting:", "greeting_closed:")) else each
        for each in text
    ]
    (copy / "line.yaml").write_text("\n".join(changed) + "\n", encoding="utf-8")
    return copy
