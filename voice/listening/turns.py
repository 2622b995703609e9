"""Turn-taking: from voiced frames and the models' evidence to who has the floor. Pure: no clock, no sleep, no I/O.

It feeds two machines, whose states stand in their files. Together they are in one of these:

    bot beneath `BargeIn`    no turn in `EndOfTurn`     a turn in `EndOfTurn`
    Silent                   nobody speaks              the caller has the floor
    Speaking                 the bot has the floor      a reply that must be heard has begun over the caller's turn
    Held                     both wait for a sound      the same, should such a reply become interruptible
    Beneath                  both speak                 never: the claim that begins a turn silences the bot

A sound of the caller's is in one place: here while it is too short to be speech, then with the one or the other. After
a key was pressed over a sound it is nowhere, there is no turn, and none begins until the caller has paused.
"""

from itertools import count

from dialogue.expectation import Expectation
from languages import Language
from voice.listening.barge_in import BargeIn, Beneath, BotVoice, Reply, Ruling
from voice.listening.end_of_turn import CompletionModel, EndOfTurn
from voice.listening.gate import GateFrame
from voice.listening.settings import ListeningSettings
from voice.listening.silence import SilenceCheck
from voice.listening.sound import Moment, Sound
from voice.listening.types import ConfirmInterruption, Decision, Evidence, TurnEnded

_ECHO_KNOWN_MS = 500
"""An echo shows itself so soon; a turn that has lasted longer is the caller's."""


class _Deaf:
    """A key was pressed over a sound: nothing is heard until the caller has paused."""


class TurnTaker:
    """Decides from facts on the call clock when the caller begins, ends, interrupts, or is silent.

    Feed every `GateFrame`, every `Evidence`, and what the ear hears of the bot. All methods return decisions in order.
    A span lives from its `EagerEnd` until `Withdrawn`, `TurnEnded`, `ResumeBot` or `BackchannelHeard`; evidence for a
    span that is no longer alive is ignored.
    """

    def __init__(
        self,
        language: Language,
        settings: ListeningSettings | None = None,
        *,
        completion: CompletionModel | None = None,
    ):
        """Begin a call.

        Args:
            language: What is spoken.
            settings: How turns are taken.
            completion: The calibrated model; without it the policy weighs the evidence by hand.
        """
        self._settings = settings or ListeningSettings()
        self.eager_silence_ms = self._settings.eager_silence_ms
        """Silence from which on the turn so far is transcribed; the owner may change it with the load."""
        span_ids = count(1)
        self._barge_in = BargeIn(language, self._settings, span_ids)
        self._end_of_turn = EndOfTurn(language, self._settings, span_ids, completion=completion)
        self._silence = SilenceCheck(self._settings.silence_check_ms)
        self._unspoken: Sound | _Deaf | None = None
        """A sound that is too short to be speech, if there is one."""
        self._now_ms = 0
        self._loud_ms = 0

    def start(self, at_ms: int) -> None:
        """Before the first frame: the caller's audio begins there on the call clock."""
        self._now_ms = at_ms
        self._silence.restart(at_ms)

    @property
    def caller_has_floor(self) -> bool:
        """Whether a turn of the caller is open."""
        return self._end_of_turn.turn is not None

    @property
    def caller_sounding(self) -> bool:
        """Whether a sound of the caller's is open, speech or not."""
        return self._sounding

    @property
    def now_ms(self) -> int:
        """Up to when the caller was listened to."""
        return self._now_ms

    @property
    def bot_paused(self) -> bool:
        """Whether the bot was paused for a sound that is not judged yet."""
        return self._barge_in.bot is BotVoice.PAUSED

    def expect(self, expectation: Expectation) -> None:
        """What the last question asks for."""
        self._barge_in.expect(expectation)
        self._end_of_turn.expect(expectation)

    def bot_started(self, at_ms: int, *, interruptible: bool = True, ends_ms: int | None = None) -> list[Decision]:
        """The bot's voice is heard at the ear from now on.

        Args:
            at_ms: When.
            interruptible: Whether the caller may stop it.
            ends_ms: When its last word is expected to end, if that is known; may be given again as it becomes known.
        """
        if self._barge_in.bot is BotVoice.SILENT:
            turn = self._end_of_turn.turn
            if turn and interruptible:
                return [ConfirmInterruption(at_ms=at_ms, speech_ms=turn.sound.start_ms)]
            self._end_of_turn.bot_started(at_ms)
        self._barge_in.bot_started(Reply(started_ms=at_ms, interruptible=interruptible, ends_ms=ends_ms))
        return []

    def bot_stopped(self, at_ms: int) -> list[Decision]:
        """The bot's last word was heard at the ear, or it was silenced; ignored while it is paused by us."""
        if self._barge_in.bot is not BotVoice.SPEAKING:
            return []
        self._silence.restart(at_ms)
        moment = self._moment()
        return self._carry_out(self._barge_in.bot_stopped(moment), moment)

    def key_pressed(self, at_ms: int) -> list[Decision]:
        """A key: what was being said is void, until the caller has paused."""
        self._silence.restart(at_ms)
        self._silence.caller_active()
        self._unspoken = _Deaf() if self._sounding else None
        return self._end_of_turn.void(at_ms) + self._barge_in.void(at_ms)

    def was_echo(self) -> list[Decision]:
        """The last sound that was heard turns out to have been the bot's own voice, come back."""
        self._unspoken = None
        turn = self._end_of_turn.turn
        void = turn is not None and self._now_ms - turn.sound.start_ms <= _ECHO_KNOWN_MS
        return (self._end_of_turn.void(self._now_ms) if void else []) + self._barge_in.void(self._now_ms)

    def evidence(self, evidence: Evidence) -> list[Decision]:
        """What the models made of a span; may come in parts, late, or not at all."""
        moment = self._moment()
        if self.caller_has_floor:
            return self._note_end(self._end_of_turn.evidence(evidence, moment))
        return self._carry_out(self._barge_in.evidence(evidence, moment), moment)

    def frame(self, frame: GateFrame) -> list[Decision]:
        """The next 20 ms."""
        self._now_ms, self._loud_ms = frame.end_ms, frame.loud_ms
        if isinstance(self._unspoken, _Deaf):
            self._wait_for_pause(frame)
            return []
        moment = self._moment()
        decisions = self._hear(frame, moment) if frame.voiced else self._hold(frame, moment)
        decisions += self._forget_click(moment)
        decisions += self._carry_out(self._barge_in.settle(moment), moment)
        decisions += self._note_end(self._end_of_turn.settle(moment))
        if self._barge_in.bot is BotVoice.SILENT and not self._sounding:
            decisions += self._silence.check(self._now_ms)
        return decisions

    def _moment(self) -> Moment:
        return Moment(now_ms=self._now_ms, loud_ms=self._loud_ms, eager_silence_ms=self.eager_silence_ms)

    @property
    def _sounding(self) -> bool:
        """Whether a sound of the caller's is open."""
        speaks = self.caller_has_floor or isinstance(self._barge_in.state, Beneath)
        return speaks or isinstance(self._unspoken, Sound)

    def _hear(self, frame: GateFrame, moment: Moment) -> list[Decision]:
        """Voice: of the turn, beneath the bot, or of a sound that may become one of these."""
        if self.caller_has_floor:
            return self._end_of_turn.hear(frame, moment)
        if isinstance(self._barge_in.state, Beneath):
            return self._carry_out(self._barge_in.hear(frame, moment), moment)
        assert frame.voiced_from_ms is not None
        if not isinstance(self._unspoken, Sound):
            self._unspoken = Sound.begin(frame.voiced_from_ms, self._settings)
        sound = self._unspoken
        sound.hear(frame)
        if sound.voiced_ms < self._settings.min_speech_ms:
            return self._hold(frame, moment)
        self._unspoken = None
        return self._carry_out(self._barge_in.begin(sound, moment), moment)

    def _hold(self, frame: GateFrame, moment: Moment) -> list[Decision]:
        return self._barge_in.hold(frame, moment, sounding=self._sounding)

    def _carry_out(self, ruling: Ruling, moment: Moment) -> list[Decision]:
        """Begin the turn that the caller claims, if they do."""
        if ruling.claim is None:
            return ruling.decisions
        self._silence.caller_active()
        self._end_of_turn.begin(ruling.claim.sound, ruling.claim.span)
        return ruling.decisions + self._note_end(self._end_of_turn.settle(moment))

    def _note_end(self, decisions: list[Decision]) -> list[Decision]:
        if decisions and isinstance(decisions[-1], TurnEnded):
            self._silence.restart(self._now_ms)
        return decisions

    def _forget_click(self, moment: Moment) -> list[Decision]:
        sound = self._unspoken
        if not isinstance(sound, Sound) or self._now_ms - sound.last_ms <= self._settings.click_gap_ms:
            return []
        self._unspoken = None
        return self._barge_in.forget_click(moment)

    def _wait_for_pause(self, frame: GateFrame) -> None:
        silence = self._silence
        if frame.voiced_to_ms is None:
            if silence.lasted_ms(self._now_ms) >= 2 * self._settings.eager_silence_ms:
                self._unspoken = None
        elif silence.lasted_ms(frame.voiced_to_ms) > 0:
            silence.restart(frame.voiced_to_ms)
