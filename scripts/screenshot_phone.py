"""Makes docs/images/phone.png: calls the real service from a headless Chromium and takes a picture during the call.

Needs Chromium and the development environment. The caller is a voice that is not the service's own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import soundfile
import soxr
import typer
from playwright.sync_api import sync_playwright

from models.interfaces import TELEPHONE_RATE
from service.sockets import listen
from telephony.simulator.clips import render_text

RATE = 48_000
PAUSES_S = (6.0, 5.0, 6.0, 1.6)
SAID = (
    "Hi, I want to send something back and get my money back.",
    "Five five one two.",
    "Yes, please.",
    "Sorry, how long will that take?",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def microphone(path: Path, voice: str) -> None:
    """Write what the caller says, with pauses for the answers: 48 kHz mono."""
    pieces = []
    for pause_s, text in zip(PAUSES_S, SAID, strict=True):
        spoken = soxr.resample(render_text(text, voice), TELEPHONE_RATE, RATE)
        pieces += [np.zeros(int(pause_s * RATE), np.float32), spoken]
    pieces.append(np.zeros(60 * RATE, np.float32))
    soundfile.write(path, np.concatenate(pieces), RATE, subtype="PCM_16")


def main(
    out: Annotated[Path, typer.Option(help="The picture.")] = Path("docs/images/phone.png"),
    voice: Annotated[str, typer.Option(help="The caller's voice: piper or hibari.")] = "piper",
    seconds: Annotated[float, typer.Option(help="When the picture is taken, after the call began.")] = 34.0,
) -> None:
    """Call, wait, take the picture."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise typer.BadParameter("Chromium is not installed.")
    probe = listen("127.0.0.1", 0)
    port = probe.getsockname()[1]
    probe.close()
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "caller.wav"
        microphone(sound, voice)
        command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--env-file", os.devnull]
        with subprocess.Popen(command, env={**os.environ, "FIRSTLINE_DATA_DIR": folder}) as service:
            try:
                _wait_until_ready(f"http://127.0.0.1:{port}/ready")
                _take(chromium, f"http://127.0.0.1:{port}/phone", sound, out, seconds)
            finally:
                service.terminate()


def _wait_until_ready(url: str) -> None:
    for _ in range(1200):
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("The service was not ready in two minutes.")


def _take(chromium: str, url: str, sound: Path, out: Path, seconds: float) -> None:
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={sound}%noloop"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_context(
            permissions=["microphone"], viewport={"width": 1180, "height": 780}, device_scale_factor=1.5
        ).new_page()
        page.goto(url)
        page.get_by_role("button", name="Call", exact=True).click()
        page.get_by_text("Connected").wait_for()
        page.wait_for_timeout(seconds * 1000)
        out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=out)
        browser.close()


if __name__ == "__main__":
    typer.run(main)
