"""The protocol between page and service: what is read, and what is left out as a fault."""

import json

import pytest

from console.phone_codec import PhoneCodec
from telephony.ports import (
    TELEPHONE_FORMAT,
    AudioReceived,
    KeyReceived,
    MarkReturned,
    MediaFaultError,
    ProtocolFault,
    StreamConnected,
    StreamStarted,
    StreamStopped,
)

START = json.dumps({"type": "start", "call_id": "PH1", "token": "secret"})


@pytest.fixture
def started() -> PhoneCodec:
    codec = PhoneCodec()
    codec.parse(START)
    return codec


def test_a_page_introduces_itself_and_names_its_call():
    codec = PhoneCodec()
    assert codec.parse('{"type": "hello", "version": 1}') == StreamConnected()
    assert codec.parse(START) == StreamStarted(
        account_id="browser",
        call_id="PH1",
        stream_id="PH1",
        format=TELEPHONE_FORMAT,
        parameters={"token": "secret"},
    )


def test_audio_keys_marks_and_the_end_are_read(started):
    assert started.parse(b"\x00\x00\x01\x04" + b"\xd0" * 160) == AudioReceived(260, b"\xd0" * 160)
    assert started.parse('{"type": "key", "digit": "#"}') == KeyReceived("#")
    assert started.parse('{"type": "mark", "name": "7"}') == MarkReturned("7")
    assert started.parse('{"type": "stop"}') == StreamStopped()


def test_audio_goes_out_as_it_is_and_all_else_as_text(started):
    assert started.audio(b"abc") == b"abc"
    assert json.loads(started.mark("7")) == {"type": "mark", "name": "7"}
    assert json.loads(started.clear()) == {"type": "clear"}


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("{", ProtocolFault.BROKEN_JSON),
        ("[]", ProtocolFault.BAD_SCHEMA),
        ("{}", ProtocolFault.BAD_SCHEMA),
        ('{"type": "hello", "version": 2}', ProtocolFault.BAD_SCHEMA),
        ('{"type": "wave"}', ProtocolFault.UNKNOWN_EVENT),
        ('{"type": "key", "digit": "A"}', ProtocolFault.BAD_KEY),
        ('{"type": "key", "digit": 1}', ProtocolFault.BAD_SCHEMA),
        ('{"type": "mark"}', ProtocolFault.BAD_SCHEMA),
        (START, ProtocolFault.OUT_OF_ORDER),
        (b"", ProtocolFault.BAD_PAYLOAD),
        (b"\x00\x00\x00\x00", ProtocolFault.BAD_PAYLOAD),
    ],
)
def test_what_is_no_message_is_a_fault(started, message, fault):
    with pytest.raises(MediaFaultError) as caught:
        started.parse(message)
    assert caught.value.fault is fault and "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (b"\x00\x00\x00\x00abc", ProtocolFault.MEDIA_BEFORE_START),
        ('{"type": "key", "digit": "1"}', ProtocolFault.OUT_OF_ORDER),
        ('{"type": "start", "call_id": "PH1"}', ProtocolFault.BAD_SCHEMA),
    ],
)
def test_nothing_counts_before_the_start(message, fault):
    with pytest.raises(MediaFaultError) as caught:
        PhoneCodec().parse(message)
    assert caught.value.fault is fault
