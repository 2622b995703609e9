"""Makes docs/images/phone.png: a headless Chromium calls the real service, and its picture is taken during the call.

Needs Chromium and the development environment. The caller says what the caller of scenarios/demo.yaml says first, let
into the page in place of the microphone.
"""

import base64
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
import typer
from playwright.sync_api import Page, sync_playwright

from models.interfaces import TELEPHONE_RATE
from service.settings import PROJECT
from service.sockets import listen
from simulator.clips import load_samples
from simulator.scenario import Say
from simulator.scenario_file import load_scenario

SCENARIO = PROJECT / "scenarios" / "demo.yaml"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
MICROPHONE = """
const context = new AudioContext();
const microphone = context.createMediaStreamDestination();
navigator.mediaDevices.getUserMedia = async () => { await context.resume(); return microphone.stream; };
window.say = async (wav) => {
  const bytes = Uint8Array.from(atob(wav), (c) => c.charCodeAt(0));
  const clip = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes.buffer) });
  clip.connect(microphone);
  clip.start();
  await new Promise((ended) => { clip.onended = ended; });
};
"""
SPEAKING = ".turn.bot.live, .turn.bot.planned, .turn.caller.live"


def main(out: Annotated[Path, typer.Option(help="The picture.")] = Path("docs/images/phone.png")) -> None:
    """Call, talk, interrupt, take the picture."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise typer.BadParameter("Chromium is not installed.")
    probe = listen("127.0.0.1", 0)
    port = probe.getsockname()[1]
    probe.close()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--env-file", os.devnull]
        with subprocess.Popen(command, env={**os.environ, "FIRSTLINE_DATA_DIR": folder}) as service:
            try:
                _wait_until_ready(f"http://127.0.0.1:{port}/ready")
                _call(chromium, f"http://127.0.0.1:{port}/phone", out)
            finally:
                service.terminate()


def _wait_until_ready(url: str) -> None:
    for _ in range(1800):
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("The service was not ready in three minutes.")


def _call(chromium: str, url: str, out: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_context(viewport={"width": 1180, "height": 800}, device_scale_factor=1.5).new_page()
        page.add_init_script(MICROPHONE)
        page.goto(url)
        page.get_by_role("button", name="Call", exact=True).click()
        _wait_for_answer(page, 0)
        wish, number, interruption = [step for step in load_scenario(SCENARIO).steps if isinstance(step, Say)][:3]
        _talk(page, wish)
        _talk(page, number, wait=False)
        page.locator(".turn.bot.live").wait_for(timeout=15_000)
        page.wait_for_timeout(1500)
        _talk(page, interruption)
        page.wait_for_timeout(300)
        out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=out)
        browser.close()


def _talk(page: Page, say: Say, *, wait: bool = True) -> None:
    """Say something, and wait until the answer was spoken."""
    answers = page.locator(".turn.bot").count()
    page.evaluate("(wav) => say(wav)", _wav(say))
    if wait:
        _wait_for_answer(page, answers)


def _wait_for_answer(page: Page, answers: int) -> None:
    """Wait until there are more answers than before, and nobody has spoken for a second."""
    page.wait_for_function("(n) => document.querySelectorAll('.turn.bot').length > n", arg=answers, timeout=20_000)
    quiet = 0
    while quiet < 10:
        page.wait_for_timeout(100)
        quiet = quiet + 1 if page.locator(SPEAKING).count() == 0 else 0


def _wav(say: Say) -> str:
    """What is said, as base64 of a WAV file."""
    pieces = [
        load_samples(part.file, part.start_ms, part.end_ms)
        if part.file
        else np.zeros(part.pause_ms * TELEPHONE_RATE // 1000, np.float32)
        for part in say.parts
    ]
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        soundfile.write(file.name, np.concatenate(pieces), TELEPHONE_RATE, subtype="PCM_16")
        return base64.b64encode(Path(file.name).read_bytes()).decode("ascii")


if __name__ == "__main__":
    typer.run(main)
