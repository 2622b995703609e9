"""Settings that are missing or contradict each other are named, all at once, and without their secrets."""

from typing import Any

import pytest

from telephony.settings import TelephonySettings, TelephonySettingsError, is_local, load_telephony_settings

GOOD: dict[str, Any] = {
    "public_url": "https://phone.example.com",
    "account_sid": "AC0",
    "auth_token": "very-secret",
}


def problems(**changes: Any) -> list[str]:
    with pytest.raises(TelephonySettingsError) as caught:
        load_telephony_settings({**GOOD, **changes})
    assert caught.value.code == "telephony_settings" and "very-secret" not in str(caught.value)
    return caught.value.problems


def test_good_settings_are_taken() -> None:
    settings = load_telephony_settings({**GOOD, "auth_token_secondary": "old"})
    assert settings.configured and settings.auth_tokens == ("very-secret", "old")
    assert settings.socket_url("/twilio/media") == "wss://phone.example.com/twilio/media"


def test_a_base_path_is_part_of_every_url() -> None:
    settings = load_telephony_settings({**GOOD, "public_url": "https://example.com/line/"})
    assert settings.url("/twilio/voice") == "https://example.com/line/twilio/voice"


def test_without_any_secret_nothing_is_configured_and_that_is_no_contradiction() -> None:
    assert not TelephonySettings().configured


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"auth_token": ""}, "account_sid is set without"),
        ({"account_sid": ""}, "without account_sid"),
        ({"auth_token": "", "webhook_shared_key": "k", "auth_token_secondary": "x"}, "auth_token_secondary"),
        ({"api_key": "SK1"}, "api_key and api_secret"),
        ({"api_secret": "s"}, "api_key and api_secret"),
        ({"public_url": "http://phone.example.com"}, "https://"),
        ({"public_url": "phone.example.com"}, "https://"),
        ({"public_url": "https://user:pw@phone.example.com"}, "no query, fragment or user"),
        ({"public_url": "https://phone.example.com/?a=b"}, "no query, fragment or user"),
        ({"public_url": "https://phone.example.com:port"}, "not a URL"),
        ({"unsigned_media": True}, "unsigned_media"),
        ({"overflow_number": "0800 1"}, "overflow_number"),
        ({"silence_after_ms": 1000, "dead_leg_s": 1.0}, "silence_after_ms"),
        ({"max_active_calls": 0}, "max_active_calls"),
        ({"max_message_bytes": "many"}, "max_message_bytes"),
        ({"no_such_setting": 1}, "no_such_setting"),
    ],
)
def test_each_mistake_is_named(changes: dict[str, Any], word: str) -> None:
    assert any(word in problem for problem in problems(**changes)), problems(**changes)


def test_all_mistakes_are_named_at_once() -> None:
    found = "; ".join(problems(unsigned_media=True, api_key="SK1", max_active_calls=0, overflow_number="1"))
    for word in ("unsigned_media", "api_key", "max_active_calls", "overflow_number"):
        assert word in found


def test_unsigned_media_is_allowed_on_this_machine_only() -> None:
    for url in ("http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:8080", "http://phone.localhost"):
        assert is_local(url)
        assert load_telephony_settings({"public_url": url, "unsigned_media": True}).unsigned_media
    for url in ("https://localhost.example.com", "https://10.0.0.1", "https://0.0.0.0", "https://127.0.0.1.nip.io"):
        assert not is_local(url)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert "very-secret" not in repr(TelephonySettings(**GOOD))
