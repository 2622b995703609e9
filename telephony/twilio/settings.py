"""The Twilio account: whom the service believes, and how it asks Twilio. Each field says its variable's name."""

from pydantic import ConfigDict, Field, SecretStr

from models.room_settings import RoomSettings
from telephony.public_address import PublicAddress


class TwilioSettings(RoomSettings):
    """One account; without one there is no phone network, only the phone page and the simulator."""

    model_config = ConfigDict(populate_by_name=True)

    account_sid: str = Field("", validation_alias="TWILIO_ACCOUNT_SID")
    """The Twilio account; begins with AC. Empty: no phone network, only the phone page and the simulator."""
    auth_token: SecretStr = Field(SecretStr(""), validation_alias="TWILIO_AUTH_TOKEN")
    """The account's auth token; webhooks and media sockets are checked against it."""
    auth_token_secondary: SecretStr = Field(SecretStr(""), validation_alias="TWILIO_AUTH_TOKEN_SECONDARY")
    """A second token that is accepted too, while the first is rotated."""
    api_key: str = Field("", validation_alias="TWILIO_API_KEY")
    """API key for requests to Twilio; begins with SK. Empty: the auth token is used."""
    api_secret: SecretStr = Field(SecretStr(""), validation_alias="TWILIO_API_SECRET")
    """Secret of the API key."""
    unsigned_media: bool = Field(False, validation_alias="FIRSTLINE_UNSIGNED_MEDIA")
    """Development only: take media sockets without Twilio's signature and token. Refused with a public URL."""
    webhook_shared_key: SecretStr = Field(SecretStr(""), validation_alias="FIRSTLINE_TELEPHONY_WEBHOOK_SHARED_KEY")
    """Secret of Twilio's shared-key signing (HMAC-SHA256), where that is switched on."""
    api_base_url: str = Field("", validation_alias="FIRSTLINE_TELEPHONY_API_BASE_URL")
    """Base URL of the REST API; empty for Twilio's own."""
    api_timeout_s: float = Field(8.0, gt=0, le=60, validation_alias="FIRSTLINE_TELEPHONY_API_TIMEOUT_S")
    """Deadline of one REST request, s."""
    stream_token_secret: SecretStr = Field(SecretStr(""), validation_alias="FIRSTLINE_TELEPHONY_STREAM_TOKEN_SECRET")
    """Key of the media stream tokens; empty derives it from the auth token. Set it when several processes answer."""
    stream_token_lifetime_s: int = Field(
        60, ge=5, le=600, validation_alias="FIRSTLINE_TELEPHONY_STREAM_TOKEN_LIFETIME_S"
    )
    """How long a media stream token can be used, s."""

    @property
    def configured(self) -> bool:
        """Whether Twilio can reach us at all: without secrets every webhook is refused."""
        return bool(self.account_sid and self._believes)

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """The auth tokens that are believed, primary first."""
        tokens = (self.auth_token.get_secret_value(), self.auth_token_secondary.get_secret_value())
        return tuple(token for token in tokens if token)

    def problems(self, address: PublicAddress) -> list[str]:
        """What does not fit together, one sentence each, without the values.

        Args:
            address: Where Twilio reaches the service.
        """
        found = []
        if self.account_sid and not self.account_sid.startswith("AC"):
            found.append("TWILIO_ACCOUNT_SID begins with AC; this looks like another identifier.")
        if self.api_key and not self.api_key.startswith("SK"):
            found.append("TWILIO_API_KEY begins with SK; this looks like another identifier.")
        secrets = "TWILIO_AUTH_TOKEN or FIRSTLINE_TELEPHONY_WEBHOOK_SHARED_KEY"
        if self.account_sid and not self._believes:
            found.append(f"TWILIO_ACCOUNT_SID is set without {secrets}.")
        if self._believes and not self.account_sid:
            found.append(f"{secrets} is set without TWILIO_ACCOUNT_SID.")
        if self.auth_token_secondary.get_secret_value() and not self.auth_token.get_secret_value():
            found.append("TWILIO_AUTH_TOKEN_SECONDARY is set without TWILIO_AUTH_TOKEN.")
        if bool(self.api_key) != bool(self.api_secret.get_secret_value()):
            found.append("TWILIO_API_KEY and TWILIO_API_SECRET have to be set together.")
        if self.unsigned_media and not address.local:
            found.append(
                "FIRSTLINE_UNSIGNED_MEDIA lets anybody talk to the service; it is only allowed when "
                "FIRSTLINE_PUBLIC_URL is localhost."
            )
        return found

    @property
    def _believes(self) -> bool:
        return bool(self.auth_tokens or self.webhook_shared_key.get_secret_value())
