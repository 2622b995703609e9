"""A headless Chromium whose microphone is a sound file."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


def chromium() -> str:
    """Path of the browser; skips the test where there is none, unless ``CI=true`` insists."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is not installed, and CI=true insists on the browser tests.")
    pytest.skip("Chromium is not installed: the phone page is not tested in a browser.")


@contextmanager
def browser_page(microphone: Path | None) -> Iterator[object]:
    """A page of a fresh browser; the microphone plays a 48 kHz WAV file once."""
    executable = chromium()
    playwright = pytest.importorskip("playwright.sync_api")
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={microphone}%noloop"] if microphone else FLAGS
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=executable, headless=True, args=flags)
        try:
            yield browser.new_context(permissions=["microphone"], viewport={"width": 1180, "height": 820}).new_page()
        finally:
            browser.close()
