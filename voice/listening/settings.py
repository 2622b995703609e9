"""Settings of listening, each with its unit and one sentence."""

from models.room_settings import Milliseconds, RoomSettings
from voice.echo.settings import EchoSettings
from voice.listening.gate import GateSettings
from voice.listening.policy import PolicySettings


class ListeningSettings(RoomSettings):
    """How turns are taken. Times are ms on the call clock."""

    min_speech_ms: Milliseconds = 60
    """Voice that makes a sound speech; shorter sounds are clicks."""
    click_gap_ms: Milliseconds = 150
    """Silence after which a sound that is not yet speech is forgotten."""
    eager_silence_ms: Milliseconds = 100
    """Silence after which the turn so far is transcribed and understood while it may still go on."""
    pause_ms: Milliseconds = 60
    """Silence that is a pause in which the turn may be over, on an idle and on a busy machine."""
    resume_ms: Milliseconds = 50
    """Voice after a pause that counts as going on; shorter sounds in a pause change nothing."""
    loud_hold_ms: Milliseconds = 100
    """A sound in a pause holds the end of the turn while it is so young, and a reply that begins until so long after
    it: it may be the caller going on."""
    noise_turn_ms: Milliseconds = 1500
    """A turn without words and with less voice than this was noise; with more it was speech that was not understood."""
    going_on_ms: Milliseconds = 1500
    """Speech that begins so soon after a turn that was not answered yet goes on with that turn."""
    answer_heard_ms: Milliseconds = 400
    """Of an answer that was heard for less, the caller got no word."""
    max_turn_ms: Milliseconds = 60_000
    """A turn is ended after this long."""
    silence_check_ms: Milliseconds = 7_000
    """Silence from both sides before the caller is asked whether they are still there."""
    reply_begins_ms: Milliseconds = 200
    """A reply that began so recently was hardly heard: any sound holds it, and with speech the turn goes on."""
    pause_bot_ms: Milliseconds = 60
    """Convincing voice beneath the bot's speech that silences it."""
    doubtful_pause_bot_ms: Milliseconds = 300
    """Voice beneath the bot's speech that silences it although it began like a murmur."""
    partial_ms: Milliseconds = 500
    """Speech beneath the bot's that is transcribed before it ends, and again after each further stretch like it."""
    confirm_ms: Milliseconds = 700
    """Voice beneath the bot's speech that is an interruption whatever is said."""
    resume_bot_ms: Milliseconds = 300
    """Silence after a sound that stopped the bot for nothing before it goes on: a first word may stand alone."""
    murmur_timeout_ms: Milliseconds = 900
    """Silence after a sound beneath the bot's speech before it is settled without the transcriber."""
    near_end_ms: Milliseconds = 1_200
    """The bot's question is clear this long before its last word, so that an early answer is an answer."""
    gate: GateSettings = GateSettings()
    """What is a voice."""
    echo: EchoSettings = EchoSettings()
    """What is the bot's own voice, come back."""
    policy: PolicySettings = PolicySettings()
    """Silences that end a turn."""
