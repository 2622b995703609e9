"""The settings of the telephone edge, checked for sense and for contradictions, all of them reported at once."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from models.errors import FirstlineError

_E164 = re.compile(r"\+[1-9]\d{6,14}\Z")


class TelephonySettingsError(FirstlineError):
    """The settings of the telephone edge make no sense.

    Attributes:
        problems: One sentence each.
    """

    def __init__(self, problems: list[str]):
        super().__init__("telephony_settings", "Correct these telephony settings: " + "; ".join(problems))
        self.problems = problems


class TelephonySettings(BaseModel):
    """How the telephone edge is reached, whom it believes, and how much it takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_url: str = "http://localhost:8080"
    """Base URL under which the carrier reaches this service; signatures are checked against it, never against headers
    of a proxy."""
    account_sid: str = ""
    """Twilio account SID (AC…)."""
    auth_token: SecretStr = SecretStr("")
    """Twilio auth token; signs webhooks and the media handshake."""
    auth_token_secondary: SecretStr = SecretStr("")
    """Second auth token that is also believed while tokens are being rotated."""
    webhook_shared_key: SecretStr = SecretStr("")
    """Secret of Twilio's shared-key signing (HMAC-SHA256), where that is switched on."""
    api_key: str = ""
    """Twilio API key SID (SK…) for requests to the REST API; without it the auth token is used."""
    api_secret: SecretStr = SecretStr("")
    """Secret of the API key."""
    api_base_url: str = ""
    """Base URL of the REST API; empty for Twilio's own."""
    api_timeout_s: float = Field(default=8.0, gt=0, le=60)
    """Deadline of one REST request, s."""
    stream_token_secret: SecretStr = SecretStr("")
    """Key of the media stream tokens; empty derives it from the auth token. Set it when several processes answer."""
    stream_token_lifetime_s: int = Field(default=60, ge=5, le=600)
    """How long a media stream token can be used, s."""
    unsigned_media: bool = False
    """Development only: lets clients without signature and token use the media socket. Refused on a public URL."""
    max_active_calls: int = Field(default=32, ge=1, le=10_000)
    """Calls at a time; one more hears that all lines are busy."""
    max_loop_lag_ms: float = Field(default=250.0, gt=0)
    """Event-loop lag above which new calls hear that all lines are busy, ms."""
    overflow_number: str = ""
    """E.164 number that is dialled when all lines are busy; empty says goodbye instead."""
    caller_id: str = ""
    """E.164 number shown to a dialled human; empty shows the caller's."""
    human_dial_timeout_s: int = Field(default=25, ge=5, le=600)
    """How long a human's phone rings, s."""
    resume_attempts: int = Field(default=3, ge=0, le=10)
    """How often a lost media stream is opened again on one call."""
    dial_attempts: int = Field(default=2, ge=0, le=5)
    """How often a human is dialled on one call."""
    silence_after_ms: int = Field(default=100, ge=40, le=1000)
    """Without caller audio for this long, silence is made up to keep the conversation's clock running, ms."""
    dead_leg_s: float = Field(default=5.0, ge=1, le=60)
    """Without caller audio for this long, the stream counts as lost, s."""
    start_timeout_s: float = Field(default=5.0, gt=0, le=30)
    """Time that a media socket gets to say whose call it is, s."""
    max_message_bytes: int = Field(default=65_536, ge=1024, le=1_048_576)
    """Longer media messages are left out."""
    reconcile_after_s: float = Field(default=600.0, ge=30)
    """Age at which a call without an end is looked up at the carrier, s."""
    say_language: str = "en-US"
    """Language of the carrier's own voice, which is only heard when ours cannot speak."""
    busy_text: str = "All our lines are busy at the moment."
    """Said when a call cannot be taken."""
    busy_goodbye_text: str = "Please call again a little later. Goodbye."
    """Said after `busy_text` where there is no overflow number."""
    apology_text: str = "I am sorry, we have a technical problem on our side."
    """Said when a call cannot go on."""
    connecting_text: str = "I am connecting you with a colleague now. Please hold the line."
    """Said after `apology_text` when a human is dialled."""
    goodbye_text: str = "Please call again a little later. Thank you, and goodbye."
    """Said after `apology_text` when nobody can be reached."""

    @model_validator(mode="after")
    def _consistent(self) -> "TelephonySettings":
        problems = [*_url_problems(self), *_secret_problems(self), *_number_problems(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def configured(self) -> bool:
        """Whether a carrier can reach us at all: without secrets every webhook is refused."""
        return bool(self.account_sid and (self.auth_tokens or self.webhook_shared_key.get_secret_value()))

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """The auth tokens that are believed, primary first."""
        tokens = (self.auth_token.get_secret_value(), self.auth_token_secondary.get_secret_value())
        return tuple(token for token in tokens if token)

    def url(self, path: str) -> str:
        """The public URL of a path that begins with a slash."""
        return self.public_url.rstrip("/") + path

    def socket_url(self, path: str) -> str:
        """The public URL of a web socket."""
        return "ws" + self.url(path).removeprefix("http")


def load_telephony_settings(values: Mapping[str, Any]) -> TelephonySettings:
    """Make the settings from plain values.

    Raises:
        TelephonySettingsError: Something is wrong; it names everything that is.
    """
    try:
        return TelephonySettings(**values)
    except ValidationError as error:
        problems, wrong = _problems(error)
    # The contradictions are only looked for once each value is sound by itself, so look again without the unsound ones.
    if wrong:
        try:
            TelephonySettings(**{name: value for name, value in values.items() if name not in wrong})
        except ValidationError as error:
            problems += _problems(error)[0]
    raise TelephonySettingsError(problems)


def is_local(url: str) -> bool:
    """Whether a URL's host is this machine and nothing else."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _problems(error: ValidationError) -> tuple[list[str], set[str]]:
    """What was wrong, without the values, which may be secret; and the names of the wrong fields."""
    problems, wrong = [], set()
    for item in error.errors(include_input=False, include_url=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        message = item["msg"].removeprefix("Value error, ")
        problems.append(f"{name}: {message}" if name else message)
        if name:
            wrong.add(name)
    return problems, wrong


def _url_problems(settings: TelephonySettings) -> list[str]:
    problems = []
    try:
        parts = urlsplit(settings.public_url)
        _ = parts.port
    except ValueError:
        return ["public_url is not a URL"]
    local = is_local(settings.public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        problems.append("public_url has to begin with https:// and name a host")
    elif parts.scheme == "http" and not local:
        problems.append("public_url has to be https:// unless it is localhost, because the carrier sends calls over it")
    if parts.query or parts.fragment or parts.username is not None:
        problems.append("public_url must have no query, fragment or user")
    if settings.unsigned_media and not local:
        problems.append(
            "unsigned_media lets anybody talk to the service; it is only allowed with a localhost public_url"
        )
    return problems


def _secret_problems(settings: TelephonySettings) -> list[str]:
    problems = []
    believed = bool(settings.auth_tokens or settings.webhook_shared_key.get_secret_value())
    if settings.account_sid and not believed:
        problems.append("account_sid is set without auth_token or webhook_shared_key")
    if believed and not settings.account_sid:
        problems.append("auth_token or webhook_shared_key is set without account_sid")
    if settings.auth_token_secondary.get_secret_value() and not settings.auth_token.get_secret_value():
        problems.append("auth_token_secondary is set without auth_token")
    if bool(settings.api_key) != bool(settings.api_secret.get_secret_value()):
        problems.append("api_key and api_secret have to be set together")
    return problems


def _number_problems(settings: TelephonySettings) -> list[str]:
    problems = [
        f"{name} is not a phone number in E.164 form, such as +15550100"
        for name in ("overflow_number", "caller_id")
        if getattr(settings, name) and not _E164.match(getattr(settings, name))
    ]
    if settings.silence_after_ms >= settings.dead_leg_s * 1000:
        problems.append("silence_after_ms has to be shorter than dead_leg_s")
    return problems
