"""Settings that contradict each other are named, all at once, by their variables and without their secrets."""

from typing import Any

import pytest
from pydantic import ValidationError

from telephony.public_address import PublicAddress, is_this_machine
from telephony.settings import TelephonySettings
from telephony.twilio.settings import TwilioSettings

PUBLIC = PublicAddress(base="https://phone.example.com")
GOOD: dict[str, Any] = {"account_sid": "AC0", "auth_token": "very-secret"}


def problems(address: PublicAddress = PUBLIC, **changes: Any) -> str:
    found = TwilioSettings(**{**GOOD, **changes}).problems(address)
    assert all(sentence.endswith(".") and "very-secret" not in sentence for sentence in found)
    return " ".join(found)


def test_a_good_account_has_no_problems() -> None:
    settings = TwilioSettings(**GOOD, auth_token_secondary="old")
    assert settings.problems(PUBLIC) == [] and settings.configured
    assert settings.auth_tokens == ("very-secret", "old")


def test_without_any_secret_nothing_is_configured_and_that_is_no_contradiction() -> None:
    assert not TwilioSettings().configured and TwilioSettings().problems(PUBLIC) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account_sid": "SK0"}, "TWILIO_ACCOUNT_SID begins with AC"),
        ({"auth_token": ""}, "TWILIO_ACCOUNT_SID is set without TWILIO_AUTH_TOKEN"),
        ({"account_sid": ""}, "is set without TWILIO_ACCOUNT_SID"),
        ({"auth_token": "", "webhook_shared_key": "k", "auth_token_secondary": "x"}, "TWILIO_AUTH_TOKEN_SECONDARY"),
        ({"api_key": "SK1"}, "TWILIO_API_KEY and TWILIO_API_SECRET"),
        ({"api_key": "AC1", "api_secret": "s"}, "TWILIO_API_KEY begins with SK"),
        ({"api_secret": "s"}, "TWILIO_API_KEY and TWILIO_API_SECRET"),
        ({"unsigned_media": True}, "FIRSTLINE_UNSIGNED_MEDIA"),
    ],
)
def test_each_contradiction_of_an_account_is_named(changes: dict[str, Any], words: str) -> None:
    assert words in problems(**changes)


def test_all_contradictions_are_named_at_once() -> None:
    found = problems(unsigned_media=True, api_key="SK1", account_sid="X")
    for words in ("FIRSTLINE_UNSIGNED_MEDIA", "TWILIO_API_KEY", "TWILIO_ACCOUNT_SID"):
        assert words in found


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("http://phone.example.com", "https://"),
        ("phone.example.com", "https://"),
        ("https://user:pw@phone.example.com", "no query, fragment or user"),
        ("https://phone.example.com/?a=b", "no query, fragment or user"),
        ("https://phone.example.com:port", "not a URL"),
    ],
)
def test_an_address_that_cannot_work_is_named(base: str, words: str) -> None:
    (found,) = PublicAddress(base=base).problems()
    assert found.startswith("FIRSTLINE_PUBLIC_URL") and words in found


def test_a_base_path_is_part_of_every_url() -> None:
    address = PublicAddress(base="https://example.com/line/")
    assert address.problems() == []
    assert address.url("/twilio/voice") == "https://example.com/line/twilio/voice"
    assert address.socket_url("/twilio/media") == "wss://example.com/line/twilio/media"


def test_unsigned_media_is_allowed_on_this_machine_only() -> None:
    for url in ("http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:8080", "http://phone.localhost"):
        assert problems(PublicAddress(base=url), unsigned_media=True) == ""
    for url in ("https://localhost.example.com", "https://10.0.0.1", "https://0.0.0.0", "https://127.0.0.1.nip.io"):
        assert "FIRSTLINE_UNSIGNED_MEDIA" in problems(PublicAddress(base=url), unsigned_media=True)


def test_a_host_with_a_port_is_this_machine_too() -> None:
    assert is_this_machine("localhost:8000") and is_this_machine("[::1]") and not is_this_machine("example.com:8000")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"overflow_number": "0800 1"}, "overflow_number"),
        ({"caller_id": "+0123456789"}, "caller_id"),
        ({"max_message_bytes": "many"}, "max_message_bytes"),
    ],
)
def test_values_of_the_edge_are_checked_one_by_one(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TelephonySettings(**changes)
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


def test_silence_that_would_never_be_made_up_is_named() -> None:
    assert TelephonySettings().problems() == []
    (found,) = TelephonySettings(silence_after_ms=1000, dead_leg_s=1.0).problems()
    assert "FIRSTLINE_TELEPHONY_SILENCE_AFTER_MS" in found


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert "very-secret" not in repr(TwilioSettings(**GOOD))
