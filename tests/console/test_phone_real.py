"""The phone page with everything real: a human voice in Chromium's microphone, the models, and the sample line."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from records.recordings import read_recording
from service.settings import PROJECT, load_settings
from tests.console.browser import browser_page
from tests.console.serving import serving

pytestmark = pytest.mark.slow

SPEECH = PROJECT / "tests" / "data" / "my_fellow_americans.flac"


@pytest.fixture
def microphone(tmp_path) -> Path:
    """A man who speaks into the greeting, and again after the answer."""
    samples, rate = soundfile.read(SPEECH, dtype="float32")
    spoken = soxr.resample(samples, rate, 48_000)
    silence = lambda seconds: np.zeros(int(seconds * 48_000), np.float32)  # noqa: E731
    path = tmp_path / "caller.wav"
    soundfile.write(path, np.concatenate([silence(2.2), spoken, silence(60)]), 48_000, subtype="PCM_16")
    return path


@pytest.mark.timeout(240)
def test_a_real_call_from_the_browser_is_answered_can_interrupt_and_hangs_up(tmp_path, microphone):
    from service.conversations import open_conversations

    settings = load_settings(data_dir=tmp_path / "data", line=str(PROJECT / "lines" / "shop"), drain_s=0)
    with serving(settings, open_conversations) as service:
        with browser_page(microphone) as page:
            page.goto(settings.base_url + "/phone")
            page.get_by_role("button", name="Call", exact=True).click()
            page.get_by_text("Connected").wait_for(timeout=30_000)
            page.locator(".turn.bot").first.wait_for(timeout=15_000)
            page.locator(".turn.caller .words").filter(has_text="fellow").wait_for(timeout=30_000)
            page.get_by_text(re.compile(r"^interrupted, silent after \d+ ms$")).wait_for(timeout=15_000)
            page.get_by_text(re.compile(r"^answered in \d+ ms$")).first.wait_for(timeout=15_000)
            page.get_by_role("button", name="Hang up").click()
            page.get_by_text(re.compile("^You hung up after")).wait_for(timeout=15_000)
            page.locator("#recording").wait_for(state="visible", timeout=10_000)
        call = service.store.calls(1)[0]
        assert call.ended == "caller_hung_up"
        kept = read_recording(service.recordings.path(call.interaction_id))
        assert np.abs(kept.caller).max() > 2000 and np.abs(kept.played).max() > 2000
