"""All settings, from the environment and an optional ``.env``: read once, checked as a whole, printed by name.

`TWILIO_*` variables have the names that everyone uses; ours begin with `FIRSTLINE_`. A room's own settings are a
nested object: ``FIRSTLINE_<ROOM>_<FIELD>``, unless a field names its variable itself. Whatever is missing, mistyped or
contradictory is reported in one message.
"""

from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from console.access import PhonePage
from models.errors import FirstlineError
from models.room_settings import RoomSettings
from models.settings import SpeechToTextSettings
from service.settings_catalogue import env_names, unknown_names, variable_of
from service.settings_sources import OwnVariables
from telephony.public_address import PublicAddress
from telephony.settings import TelephonySettings
from telephony.twilio.settings import TwilioSettings
from voice.echo.settings import EchoSettings
from voice.listening.gate import GateSettings
from voice.listening.policy import PolicySettings
from voice.listening.settings import ListeningSettings
from voice.settings import VoiceSettings

PROJECT = Path(__file__).resolve().parents[1]


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class VoiceEngineSettings(RoomSettings):
    """The voice that speaks."""

    engine: str = "hibari"
    """`hibari`, or the import path of a pipecat service, such as `pipecat.services.piper.tts.PiperTTSService`."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """What that service is made with, as JSON; keys of hosted voices belong here."""


class LlmSettings(RoomSettings):
    """An optional language model behind an OpenAI-compatible endpoint, for turns that nothing else makes sense of."""

    url: str = ""
    """OpenAI-compatible base URL, such as `http://127.0.0.1:11434/v1`. Empty: calls go on without a language model."""
    model: str = ""
    """Its name there."""
    key: SecretStr = SecretStr("")
    """Key of the endpoint, where it needs one."""
    deadline_s: float = Field(2.5, gt=0, le=30)
    """An answer that comes later is not used."""
    reading_deadline_s: float = Field(0.8, ge=0, le=10)
    """How long it may take to tell what an unclear turn asks for, by calling a function; 0: it is not asked that."""


class Settings(BaseSettings):
    """Everything an operator can set."""

    model_config = SettingsConfigDict(
        env_prefix="FIRSTLINE_",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    twilio: TwilioSettings = TwilioSettings()
    """The Twilio account."""
    host: str = "127.0.0.1"
    """Address to listen on; `0.0.0.0` for all."""
    port: int = Field(8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    public_url: str = ""
    """What the phone network calls this service, such as `https://calls.example.com`. Empty: http on host and port."""
    data_dir: Path = Path("data")
    """Folder for the database, recordings and caches."""
    cache_dir: str = ""
    """Folder for model files that are unpacked once. Empty: the user's cache folder."""
    database_url: str = ""
    """`sqlite:///PATH` or `postgresql+psycopg://…`. Empty: `firstline.db` in the data folder."""
    line: str = "shop"
    """The line that answers: a folder, or the name of a folder in `lines/`. Of several lines, the default."""
    lines: str = ""
    """Folder of several lines, each a folder in it; the number called chooses. Empty: the one line answers."""
    lines_check_s: float = Field(2.0, ge=0, le=3600)
    """How often changed line folders are looked for; 0: never, a change needs a restart."""
    max_calls: int = Field(32, ge=1, le=10_000)
    """Calls at the same time; one more hears that all lines are busy."""
    record: bool = True
    """Whether calls are recorded."""
    phone_page: PhonePage = PhonePage.LOCAL
    """The phone in the browser at /phone: `off`, `local` (this machine only) or `key` (anyone with the key)."""
    phone_key: SecretStr = SecretStr("")
    """The key that the phone page asks for when it is set to `key`; at least 16 characters."""
    sandbox: bool = True
    """Whether the sample shop's back office runs inside the service."""
    log_level: LogLevel = LogLevel.INFO
    """How much is logged; personal data never is."""
    drain_s: float = Field(30.0, ge=0, le=3600)
    """Time that running calls get to finish when the service is told to stop."""
    telephony: TelephonySettings = TelephonySettings()
    """The telephone edge."""
    transcriber: SpeechToTextSettings = SpeechToTextSettings()
    """Speech to text."""
    voice: VoiceEngineSettings = VoiceEngineSettings()
    """The voice that speaks."""
    conversation: VoiceSettings = VoiceSettings()
    """How a conversation is held."""
    listening: ListeningSettings = ListeningSettings()
    """How turns are taken and interruptions heard."""
    turns: PolicySettings = PolicySettings()
    """Silences that end a turn, by what was said and what was asked."""
    gate: GateSettings = GateSettings()
    """What is a voice."""
    echo: EchoSettings = EchoSettings()
    """What is the bot's own voice, come back."""
    turn_evidence: bool = False
    """Whether a trained model weighs words, turn model and prosody at a pause, instead of a formula by hand."""
    llm: LlmSettings = LlmSettings()
    """The optional language model."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line before environment before ``.env``; in both, also the variables that groups name themselves."""
        assert isinstance(env_settings, EnvSettingsSource) and isinstance(dotenv_settings, EnvSettingsSource)
        environment = (env_settings, OwnVariables(settings_cls, env_settings))
        return (init_settings, *environment, dotenv_settings, OwnVariables(settings_cls, dotenv_settings))

    @property
    def base_url(self) -> str:
        """The public URL, or what stands in for it on this machine; without a slash at the end."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def address(self) -> PublicAddress:
        """Where the phone network reaches this service."""
        return PublicAddress(base=self.base_url)

    @property
    def database(self) -> str:
        """The database URL in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'firstline.db'}"

    @property
    def recordings_dir(self) -> Path:
        """Folder of the recordings."""
        return self.data_dir / "recordings"

    @property
    def line_folder(self) -> Path:
        """Folder of the line that answers."""
        given = Path(self.line).expanduser()
        if given.is_dir():
            return given
        return next((p for p in (Path("lines") / self.line, PROJECT / "lines" / self.line) if p.is_dir()), given)

    @property
    def hearing(self) -> ListeningSettings:
        """Everything that listening needs, in one."""
        return self.listening.model_copy(update={"gate": self.gate, "echo": self.echo, "policy": self.turns})

    @property
    def has_account(self) -> bool:
        """Whether a Twilio account is set."""
        return bool(self.twilio.account_sid)


class SettingsError(FirstlineError):
    """Settings are missing, mistyped or contradict each other; the message lists all of them.

    Attributes:
        problems: One sentence each, beginning with the variable's name.
    """

    def __init__(self, problems: list[str]):
        self.problems = tuple(problems)
        count = "1 setting has" if len(problems) == 1 else f"{len(problems)} settings have"
        listing = "\n".join(f"  {problem}" for problem in problems)
        super().__init__("settings_invalid", f"{count} to be corrected, in the environment or in .env:\n{listing}")


def load_settings(env_file: str = ".env", **overrides: object) -> Settings:
    """Read and check all settings.

    Args:
        env_file: File of settings; the environment wins over it. It need not exist.
        overrides: Fields given on the command line; they win over the environment.

    Raises:
        SettingsError: With every problem found.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    unknown = unknown_names(Settings, env_file)
    given |= {"_env_file": env_file}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(unknown + _plain(error) + _contradictions_beside(error, given)) from error
    problems = unknown + contradictions(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def contradictions(settings: Settings) -> list[str]:
    """What does not fit together."""
    return [
        *settings.address.problems(),
        *settings.twilio.problems(settings.address),
        *settings.telephony.problems(),
        *_page_problems(settings),
        *_path_problems(settings),
        *_model_problems(settings),
        *settings.turns.problems(),
    ]


def _page_problems(s: Settings) -> list[str]:
    key = s.phone_key.get_secret_value()
    if s.phone_page is PhonePage.KEY and len(key) < 16:
        return ["FIRSTLINE_PHONE_KEY needs at least 16 characters, because FIRSTLINE_PHONE_PAGE=key lets anyone try."]
    if key and s.phone_page is not PhonePage.KEY:
        return ["FIRSTLINE_PHONE_KEY is set, but FIRSTLINE_PHONE_PAGE is not `key`; set both or none."]
    return []


def _model_problems(s: Settings) -> list[str]:
    if bool(s.llm.url) != bool(s.llm.model):
        return ["FIRSTLINE_LLM_URL and FIRSTLINE_LLM_MODEL have to be set together."]
    return []


def _path_problems(s: Settings) -> list[str]:
    problems = []
    if s.lines and not Path(s.lines).expanduser().is_dir():
        problems.append(f"FIRSTLINE_LINES: there is no folder {s.lines!r}.")
    if not s.lines and not s.line_folder.is_dir():
        problems.append(f"FIRSTLINE_LINE: there is no folder {s.line!r}, nor lines/{s.line}.")
    if s.data_dir.exists() and not s.data_dir.is_dir():
        problems.append(f"FIRSTLINE_DATA_DIR: {s.data_dir} is a file; name a folder.")
    return problems


def _contradictions_beside(error: ValidationError, given: dict[str, object]) -> list[str]:
    """What else is wrong, judged with defaults in place of the fields that cannot be read."""
    names = env_names(Settings)
    defaults: dict[str, Any] = {}
    for each in error.errors():
        path = tuple(map(str, each["loc"]))
        path = next((known for known, variable in names.items() if path[-1:] == (variable,)), path)
        if path not in names:
            return []
        group, field = Settings, path[-1]
        if len(path) == 2:
            group = Settings.model_fields[path[0]].annotation  # type: ignore[assignment]
        default = group.model_fields[field].get_default(call_default_factory=True)
        # A part of a group is laid over what the environment gives for the rest of it.
        defaults |= {field: default} if len(path) == 1 else {path[0]: {**defaults.get(path[0], {}), field: default}}
    return contradictions(Settings(**{**given, **defaults}))


def _plain(error: ValidationError) -> list[str]:
    """One sentence a field, without the value: it may be a secret."""
    names = env_names(Settings)
    return [
        f"{variable_of(names, tuple(map(str, each['loc'])))}: {each['msg'].removeprefix('Value error, ')}."
        for each in error.errors(include_input=False, include_url=False)
    ]
