import pytest

from console.access import PhonePage
from service.settings import Settings, SettingsError, load_settings
from service.settings_catalogue import catalogue


@pytest.fixture(autouse=True)
def shop(tmp_path):
    (tmp_path / "lines" / "shop").mkdir(parents=True)


def problems_of(**overrides: object) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(**overrides)
    assert caught.value.code == "settings_invalid"
    return caught.value.message


def test_nothing_has_to_be_set():
    settings = load_settings()
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.database == "sqlite:///data/firstline.db"
    assert not settings.has_account and settings.phone_page is PhonePage.LOCAL


def test_environment_wins_over_env_file_and_command_line_over_both(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(
        "FIRSTLINE_PORT=9001\nFIRSTLINE_MAX_CALLS=4\nTWILIO_ACCOUNT_SID=AC1\nTWILIO_AUTH_TOKEN=t\n"
    )
    monkeypatch.setenv("FIRSTLINE_MAX_CALLS", "5")
    settings = load_settings(port=9002)
    assert (settings.port, settings.max_calls, settings.twilio.account_sid) == (9002, 5, "AC1")


def test_room_settings_have_the_room_in_their_name(monkeypatch):
    monkeypatch.setenv("FIRSTLINE_TELEPHONY_DEAD_LEG_S", "7")
    assert load_settings().telephony.dead_leg_s == 7


@pytest.mark.parametrize(
    ("variable", "read"),
    [
        ("TWILIO_ACCOUNT_SID", lambda twilio: twilio.account_sid),
        ("TWILIO_AUTH_TOKEN", lambda twilio: twilio.auth_token.get_secret_value()),
        ("TWILIO_AUTH_TOKEN_SECONDARY", lambda twilio: twilio.auth_token_secondary.get_secret_value()),
        ("TWILIO_API_KEY", lambda twilio: twilio.api_key),
        ("TWILIO_API_SECRET", lambda twilio: twilio.api_secret.get_secret_value()),
        ("FIRSTLINE_UNSIGNED_MEDIA", lambda twilio: twilio.unsigned_media),
        ("FIRSTLINE_TELEPHONY_WEBHOOK_SHARED_KEY", lambda twilio: twilio.webhook_shared_key.get_secret_value()),
        ("FIRSTLINE_TELEPHONY_API_BASE_URL", lambda twilio: twilio.api_base_url),
        ("FIRSTLINE_TELEPHONY_API_TIMEOUT_S", lambda twilio: twilio.api_timeout_s),
        ("FIRSTLINE_TELEPHONY_STREAM_TOKEN_SECRET", lambda twilio: twilio.stream_token_secret.get_secret_value()),
        ("FIRSTLINE_TELEPHONY_STREAM_TOKEN_LIFETIME_S", lambda twilio: twilio.stream_token_lifetime_s),
    ],
)
@pytest.mark.parametrize("place", ["environment", "file"])
def test_an_account_is_read_from_the_names_that_everyone_uses(monkeypatch, tmp_path, variable, read, place):
    values = {
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_AUTH_TOKEN_SECONDARY": "older",
        "TWILIO_API_KEY": "SK1",
        "TWILIO_API_SECRET": "secret",
        "FIRSTLINE_UNSIGNED_MEDIA": "true",
        "FIRSTLINE_TELEPHONY_WEBHOOK_SHARED_KEY": "shared",
        "FIRSTLINE_TELEPHONY_API_BASE_URL": "http://127.0.0.1:9",
        "FIRSTLINE_TELEPHONY_API_TIMEOUT_S": "3.5",
        "FIRSTLINE_TELEPHONY_STREAM_TOKEN_SECRET": "key",
        "FIRSTLINE_TELEPHONY_STREAM_TOKEN_LIFETIME_S": "30",
    }
    if place == "file":
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    else:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
    found = read(load_settings().twilio)
    assert str(found).lower() == values[variable].lower()


def test_the_environment_wins_over_the_file_for_an_account_too(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("TWILIO_ACCOUNT_SID=ACfile\nTWILIO_AUTH_TOKEN=filed\n")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "ACenvironment")
    twilio = load_settings().twilio
    assert (twilio.account_sid, twilio.auth_token.get_secret_value()) == ("ACenvironment", "filed")


def test_all_mistakes_come_in_one_message(monkeypatch):
    for name, value in {
        "FIRSTLINE_PORT": "abc",
        "FIRSTLINE_PHONE_PAGES": "off",
        "FIRSTLINE_PHONE_PAGE": "key",
        "FIRSTLINE_TELEPHONY_DEAD_LEG_S": "0",
        "FIRSTLINE_LINE": "nowhere",
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_API_KEY": "SK1",
    }.items():
        monkeypatch.setenv(name, value)
    message = problems_of()
    assert message.startswith("[") is False
    for expected in (
        "FIRSTLINE_PORT:",
        "FIRSTLINE_PHONE_PAGES is no setting; did you mean FIRSTLINE_PHONE_PAGE?",
        "FIRSTLINE_PHONE_KEY needs at least 16 characters",
        "FIRSTLINE_TELEPHONY_DEAD_LEG_S:",
        "FIRSTLINE_LINE: there is no folder 'nowhere'",
        "TWILIO_ACCOUNT_SID is set without TWILIO_AUTH_TOKEN",
        "TWILIO_API_KEY and TWILIO_API_SECRET",
    ):
        assert expected in message, message


@pytest.mark.parametrize(
    ("public_url", "unsigned", "says"),
    [
        ("http://calls.example.com", "false", "FIRSTLINE_PUBLIC_URL has to be https"),
        ("calls.example.com", "false", "FIRSTLINE_PUBLIC_URL"),
        ("https://user@calls.example.com/?a=1", "false", "FIRSTLINE_PUBLIC_URL must have no query"),
        ("https://calls.example.com", "true", "FIRSTLINE_UNSIGNED_MEDIA lets anybody talk"),
    ],
)
def test_a_public_address_that_cannot_work_is_refused(public_url, unsigned, says):
    assert says in problems_of(public_url=public_url, twilio={"unsigned_media": unsigned})


def test_a_wrong_secret_is_never_in_the_message(monkeypatch):
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "very-secret-token")
    monkeypatch.setenv("FIRSTLINE_PHONE_KEY", "short-secret")
    message = problems_of()
    assert "secret-token" not in message and "short-secret" not in message


def test_how_long_a_caller_may_pause_is_set_from_the_environment(monkeypatch):
    monkeypatch.setenv("FIRSTLINE_TURNS_UNSURE_MS", "700")
    monkeypatch.setenv("FIRSTLINE_GATE_QUIETEST_DBFS", "-60")
    monkeypatch.setenv("FIRSTLINE_LISTENING_SILENCE_CHECK_MS", "9000")
    hearing = load_settings().hearing
    assert (hearing.policy.unsure_ms, hearing.gate.quietest_dbfs, hearing.silence_check_ms) == (700, -60.0, 9000)


def test_silences_that_cannot_be_are_all_reported(monkeypatch):
    monkeypatch.setenv("FIRSTLINE_TURNS_SURE_MS", "900")
    monkeypatch.setenv("FIRSTLINE_TURNS_SPELLING_MS", "-1")
    monkeypatch.setenv("FIRSTLINE_GATE_HANGOVER_MS", "soon")
    message = problems_of()
    for expected in (
        "FIRSTLINE_TURNS_SURE_MS, FIRSTLINE_TURNS_LIKELY_MS",
        "FIRSTLINE_TURNS_SPELLING_MS: Input should be greater than or equal to 0",
        "FIRSTLINE_GATE_HANGOVER_MS: Input should be a valid integer",
    ):
        assert expected in message, message


@pytest.mark.parametrize("name", ["FIRSTLINE_TELEPHONY_PUBLIC_URL", "FIRSTLINE_TWILIO_AUTH_TOKEN"])
def test_a_name_with_two_spellings_does_not_exist(monkeypatch, name):
    monkeypatch.setenv(name, "https://x.example")
    assert f"{name} is no setting" in problems_of()


def test_every_setting_is_listed_once_with_a_sentence_and_secrets_are_masked(monkeypatch):
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "very-secret-token")
    monkeypatch.setenv("FIRSTLINE_DATABASE_URL", "postgresql+psycopg://user:hidden@db.example/x")
    monkeypatch.setenv("FIRSTLINE_TRANSCRIBER_ARGUMENTS", '{"api_key": "hidden", "settings": {"model": "m"}}')
    listed = catalogue(load_settings())
    names = [each.name for each in listed]
    assert len(names) == len(set(names)) > len(Settings.model_fields)
    assert all(each.sentence.endswith(".") for each in listed), [e.name for e in listed if not e.sentence.endswith(".")]
    values = {each.name: each.value for each in listed}
    assert values["TWILIO_AUTH_TOKEN"] == "(set)"
    assert values["FIRSTLINE_DATABASE_URL"] == "postgresql+psycopg://…@db.example/x"
    assert values["FIRSTLINE_TRANSCRIBER_ARGUMENTS"] == "api_key, settings"
    assert "FIRSTLINE_TELEPHONY_AUTH_TOKEN" not in names
    units = {each.name: each.unit for each in listed}
    assert (units["FIRSTLINE_DRAIN_S"], units["FIRSTLINE_TELEPHONY_SILENCE_AFTER_MS"]) == ("s", "ms")
