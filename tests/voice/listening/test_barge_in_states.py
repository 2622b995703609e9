"""The states beneath the bot's speech as a table: in each of them, what each fact leads to."""

from itertools import count

import pytest

from languages import load
from tests.voice.listening.timeline import STEP_MS, frame
from voice.listening.barge_in import BargeIn, Beneath, BotVoice, Claim, Reply, Ruling, Silent
from voice.listening.settings import ListeningSettings
from voice.listening.sound import Moment, Sound
from voice.listening.types import Decision, Evidence

SETTINGS = ListeningSettings(partial_ms=200)
ENGLISH = load("en")
SPEECH, HUM = 0.6, 0.995
"""Shares of low frequencies: a hum does not pause the bot before 300 ms."""
SPEECH_FROM_MS = 1000


class UnderBot:
    """A machine, what was last heard, and what it decided."""

    def __init__(self, state: str):
        """Brings it into a state."""
        self.machine = BargeIn(ENGLISH, SETTINGS, count(1))
        self.now_ms = SPEECH_FROM_MS
        if state != "Silent":
            self.bot_starts(started_ms=950 if state == "Held" else 0)
        if state == "Held":
            self.loud()
        if "hum" in state or "speech" in state:
            self.speech(SPEECH if "speech" in state else HUM)
        if "partial" in state:
            self.goes_on(SPEECH if "speech" in state else HUM)
        if "whole" in state:
            self.silence(100)
        assert self.state == state
        self.spoken_ms = self.now_ms

    @property
    def state(self) -> str:
        state = self.machine.state
        if not isinstance(state, Beneath):
            return type(state).__name__
        span = "" if state.span is None else ", partial" if state.span.partial else ", whole"
        return ("speech" if state.paused else "hum") + span

    @property
    def moment(self) -> Moment:
        return Moment(now_ms=self.now_ms, loud_ms=0, eager_silence_ms=SETTINGS.eager_silence_ms)

    def bot_starts(self, *, started_ms: int = 0) -> list[str]:
        self.machine.bot_started(Reply(started_ms=started_ms, interruptible=True, ends_ms=None))
        return []

    def bot_stops(self) -> list[str]:
        return told(self.machine.bot_stopped(self.moment))

    def loud(self) -> list[str]:
        self.now_ms += STEP_MS
        loud = frame(self.now_ms, voiced=False, loud_ms=STEP_MS)
        return told(self.machine.hold(loud, self.moment, sounding=isinstance(self.machine.state, Beneath)))

    def speech(self, low_share: float) -> list[str]:
        """60 ms, which make a sound speech."""
        sound = Sound.begin(self.now_ms, SETTINGS)
        for _ in range(3):
            self.now_ms += STEP_MS
            sound.hear(frame(self.now_ms, voiced=True, low_share=low_share))
        return told(self.machine.begin(sound, self.moment))

    def goes_on(self, low_share: float) -> list[str]:
        """Speech goes on for 180 ms more."""
        all_told: list[str] = []
        for _ in range(9):
            self.now_ms += STEP_MS
            heard = self.machine.hear(frame(self.now_ms, voiced=True, low_share=low_share), self.moment)
            all_told += told(heard) + told(self.machine.settle(self.moment))
        return all_told

    def silence(self, ms: int) -> list[str]:
        all_told: list[str] = []
        for _ in range(ms // STEP_MS):
            self.now_ms += STEP_MS
            quiet = frame(self.now_ms, voiced=False)
            held = self.machine.hold(quiet, self.moment, sounding=isinstance(self.machine.state, Beneath))
            all_told += told(held) + told(self.machine.settle(self.moment))
        return all_told

    def words(self, text: str) -> list[str]:
        """The models answer for the span that is open, if any."""
        state = self.machine.state
        span = state.span.id if isinstance(state, Beneath) and state.span else 1
        return told(self.machine.evidence(Evidence(span=span, text=text, confidence=0.9), self.moment))

    def key(self) -> list[str]:
        return told(self.machine.void(self.now_ms))


def told(decided: Ruling | list[Decision]) -> list[str]:
    ruling = decided if isinstance(decided, Ruling) else Ruling(decisions=decided)
    return [type(decision).__name__ for decision in ruling.decisions] + claimed(ruling.claim)


def claimed(claim: Claim | None) -> list[str]:
    if claim is None:
        return []
    assert claim.span is None or not claim.span.partial
    return ["claim with a span" if claim.span else "claim"]


FACTS = {
    "the bot starts": lambda bot: bot.bot_starts(),
    "the bot stops": lambda bot: bot.bot_stops(),
    "something loud": lambda bot: bot.loud(),
    "voice that goes on": lambda bot: bot.goes_on(SPEECH),
    "100 ms of silence": lambda bot: bot.silence(100),
    "a second of silence": lambda bot: bot.silence(1000),
    "words": lambda bot: bot.words("No, that is not what I meant."),
    "a murmur": lambda bot: bot.words("Okay.") + bot.silence(100),
    "a key": lambda bot: bot.key(),
}

TABLE = [
    *[("Silent", fact, "Silent", []) for fact in FACTS if fact != "the bot starts"],
    ("Silent", "the bot starts", "Speaking", []),
    *[("Speaking", fact, "Speaking", []) for fact in FACTS if fact != "the bot stops"],
    ("Speaking", "the bot stops", "Silent", []),
    ("Held", "the bot starts", "Held", []),
    ("Held", "the bot stops", "Held", []),
    ("Held", "something loud", "Held", []),
    ("Held", "voice that goes on", "Held", []),
    ("Held", "100 ms of silence", "Speaking", ["ResumeBot"]),
    ("Held", "words", "Held", []),
    ("Held", "a key", "Speaking", ["ResumeBot"]),
    ("hum", "the bot starts", "hum", []),
    ("hum", "the bot stops", "Silent", ["SpeechStarted", "claim"]),
    ("hum", "something loud", "hum", []),
    ("hum", "voice that goes on", "speech, partial", ["PauseBot", "EagerEnd"]),
    ("hum", "100 ms of silence", "hum, whole", ["EagerEnd"]),
    ("hum", "a second of silence", "Speaking", ["EagerEnd", "BackchannelHeard"]),
    ("hum", "words", "hum", []),
    ("hum", "a key", "Speaking", []),
    ("hum, partial", "the bot stops", "Silent", ["SpeechStarted", "Withdrawn", "claim"]),
    ("hum, partial", "a second of silence", "Speaking", ["Withdrawn", "EagerEnd", "BackchannelHeard"]),
    ("hum, partial", "words", "Silent", ["PauseBot", "ConfirmInterruption", "Withdrawn", "claim"]),
    ("hum, partial", "a murmur", "hum, whole", ["Withdrawn", "EagerEnd"]),
    ("hum, partial", "a key", "Speaking", ["Withdrawn"]),
    ("hum, whole", "the bot stops", "Silent", ["SpeechStarted", "claim with a span"]),
    ("hum, whole", "100 ms of silence", "hum, whole", []),
    ("hum, whole", "a second of silence", "Speaking", ["BackchannelHeard"]),
    ("hum, whole", "words", "Silent", ["PauseBot", "ConfirmInterruption", "claim with a span"]),
    ("hum, whole", "a murmur", "Speaking", ["BackchannelHeard"]),
    ("hum, whole", "a key", "Speaking", ["Withdrawn"]),
    ("speech", "the bot starts", "speech", []),
    ("speech", "the bot stops", "speech", []),
    ("speech", "100 ms of silence", "speech, whole", ["EagerEnd"]),
    ("speech", "a second of silence", "Speaking", ["EagerEnd", "ResumeBot"]),
    ("speech", "a key", "Speaking", ["ResumeBot"]),
    ("speech, partial", "the bot stops", "speech, partial", []),
    ("speech, partial", "a second of silence", "Speaking", ["Withdrawn", "EagerEnd", "ResumeBot"]),
    ("speech, partial", "words", "Silent", ["ConfirmInterruption", "Withdrawn", "claim"]),
    ("speech, partial", "a murmur", "speech, whole", ["Withdrawn", "EagerEnd"]),
    ("speech, partial", "a key", "Speaking", ["Withdrawn", "ResumeBot"]),
    ("speech, whole", "the bot stops", "speech, whole", []),
    ("speech, whole", "100 ms of silence", "speech, whole", []),
    ("speech, whole", "a second of silence", "Speaking", ["ResumeBot"]),
    ("speech, whole", "words", "Silent", ["ConfirmInterruption", "claim with a span"]),
    ("speech, whole", "a murmur", "speech, whole", []),
    ("speech, whole", "a key", "Speaking", ["Withdrawn", "ResumeBot"]),
]


@pytest.mark.parametrize(("state", "fact", "then", "decided"), TABLE)
def test_a_fact_leads_from_one_state_to_the_next(state: str, fact: str, then: str, decided: list[str]):
    bot = UnderBot(state)
    assert (FACTS[fact](bot), bot.state) == (decided, then)


@pytest.mark.parametrize(
    ("state", "low_share", "then", "decided"),
    [
        ("Silent", SPEECH, "Silent", ["SpeechStarted", "claim"]),
        ("Speaking", SPEECH, "speech", ["PauseBot"]),
        ("Speaking", HUM, "hum", []),
        ("Held", HUM, "Silent", ["ConfirmInterruption", "claim"]),
    ],
)
def test_speech_begins_a_turn_a_doubt_or_an_interruption(state: str, low_share: float, then: str, decided: list[str]):
    bot = UnderBot(state)
    assert (bot.speech(low_share), bot.state) == (decided, then)


def test_a_reply_that_begins_is_held_for_what_is_loud_and_goes_on_after_a_click():
    bot = UnderBot("Silent")
    bot.bot_starts(started_ms=950)
    assert (bot.loud(), bot.state, bot.machine.bot) == (["PauseBot"], "Held", BotVoice.PAUSED)
    assert (told(bot.machine.forget_click(bot.moment)), bot.state) == (["ResumeBot"], "Speaking")


def test_a_reply_that_may_be_stopped_after_all_waits_for_what_is_loud_beneath_its_beginning():
    bot = UnderBot("Silent")
    bot.machine.bot_started(Reply(started_ms=980, interruptible=False, ends_ms=None))
    assert (bot.speech(SPEECH), bot.loud()) == ([], [])
    bot.bot_starts()
    assert (bot.loud(), bot.state) == (["PauseBot"], "speech")


@pytest.mark.parametrize("state", ["hum, whole", "speech, whole"])
def test_speech_that_goes_on_voids_the_span(state: str):
    assert UnderBot(state).goes_on(SPEECH)[0] == "Withdrawn"


@pytest.mark.parametrize(
    ("state", "voice"),
    [
        ("Silent", BotVoice.SILENT),
        ("Speaking", BotVoice.SPEAKING),
        ("hum, partial", BotVoice.SPEAKING),
        ("Held", BotVoice.PAUSED),
        ("speech, whole", BotVoice.PAUSED),
    ],
)
def test_the_state_says_what_the_caller_hears_of_the_bot(state: str, voice: BotVoice):
    assert UnderBot(state).machine.bot is voice
    assert isinstance(UnderBot(state).machine.state, Silent) == (voice is BotVoice.SILENT)
