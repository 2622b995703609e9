"""A client that we did not write, the published ``streamdouble`` package, talks with the media socket."""

import pytest
from streamdouble.api import CallReport, call
from streamdouble.session import SessionConfig

from tests.fakes.conversation import TONE
from tests.telephony.edge import running_edge

LOCAL = {"public_url": "http://localhost:8080", "unsigned_media": True}


@pytest.mark.slow
async def test_an_unmodified_client_hears_a_greeting_and_its_own_words_and_returns_marks() -> None:
    words = [bytes([0x90 + n % 32]) * 160 for n in range(75)]
    async with running_edge(**LOCAL) as edge:
        report: CallReport = await call(
            f"ws://127.0.0.1:{edge.port}/twilio/media",
            frames=words,
            config=SessionConfig(quiet_period_s=0.4, response_timeout_s=5),
        )
        conversation = await edge.conversations.number(1)
        assert report.exit_code == 0 and report.violations == [], report.to_dict()
        assert report.audio_received == TONE * 10 + b"".join(words)
        assert report.result.marks_echoed == ["greeting"] == conversation.marks
        # It sends nothing after its last word: from there on the clock runs on made-up silence.
        assert bytes(conversation.heard).rstrip(b"\xff") == b"".join(words)
        assert edge.edge.counters.count("stream_started", "answer") == 1
        assert not any(what == "media_fault" for what, _ in edge.edge.counters.snapshot())
