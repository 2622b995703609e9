"""All documents that Twilio is answered with, made by its own library."""

from twilio.twiml.voice_response import Connect, Dial, VoiceResponse

from interactions.context import Purpose
from interactions.facts import Decision, Step
from records.calls import KeptCall
from telephony.public_address import PublicAddress
from telephony.settings import TelephonySettings
from telephony.twilio.tokens import TOKEN_PARAMETER, StreamTokens

MEDIA_PATH = "/twilio/media"
_PURPOSES = {Step.ANSWER: Purpose.ANSWER, Step.RESUME: Purpose.RESUME, Step.TAKE_MESSAGE: Purpose.TAKE_MESSAGE}


class TwilioDocuments:
    """Writes TwiML; the same decision always gives the same document."""

    def __init__(self, settings: TelephonySettings, address: PublicAddress, tokens: StreamTokens):
        """Write for a public address, with tokens of a key."""
        self._settings = settings
        self._address = address
        self._tokens = tokens

    def render(
        self, decision: Decision, call_id: str, human_number: str, overflow_number: str, call: KeptCall | None
    ) -> str:
        """The document that carries out a decision.

        Args:
            decision: What to do.
            call_id: The call.
            human_number: E.164 number of the line's human, or ``""``.
            overflow_number: E.164 number for calls that the line cannot take, or ``""``; a set one wins over it.
            call: Who calls whom, if it is known.
        """
        if decision.step in _PURPOSES:
            return self.stream(call_id, _PURPOSES[decision.step], decision.number, decision.decided_s)
        if decision.step is Step.BUSY:
            return self.busy(self._settings.overflow_number or overflow_number)
        if decision.step is Step.DIAL and human_number:
            return self._dial_human(VoiceResponse(), decision.number, human_number, call)
        if decision.step is Step.APOLOGISE_AND_DIAL and human_number:
            return self.apologise_and_dial(decision.number, human_number, call)
        if decision.step is Step.HANG_UP:
            return self.hang_up()
        return self.apologise()

    def stream(self, call_id: str, purpose: Purpose, number: int, issued_s: float) -> str:
        """Open a media stream; whatever becomes of it, Twilio asks us what to do next."""
        after = f"stream={number}"
        connect = Connect(action=self._address.url(f"/twilio/connected-done?{after}"), method="POST")
        stream = connect.stream(
            url=self._address.socket_url(MEDIA_PATH),
            status_callback=self._address.url(f"/twilio/stream?{after}"),
            status_callback_method="POST",
        )
        stream.parameter(name=TOKEN_PARAMETER, value=self._tokens.make(call_id, purpose, number, issued_s))
        document = VoiceResponse()
        document.append(connect)
        document.redirect(self._address.url(f"/twilio/resume?{after}"), method="POST")
        return str(document)

    def busy(self, overflow_number: str) -> str:
        """All lines are busy; the overflow number, where there is one, is dialled."""
        document = VoiceResponse()
        if not overflow_number:
            self._say(document, f"{self._settings.busy_text} {self._settings.busy_goodbye_text}")
            document.hangup()
            return str(document)
        self._say(document, self._settings.busy_text)
        dial = Dial(
            timeout=self._settings.human_dial_timeout_s,
            action=self._address.url("/twilio/overflow-done"),
            method="POST",
        )
        dial.number(overflow_number)
        document.append(dial)
        return str(document)

    def busy_goodbye(self) -> str:
        """All lines are busy, and so is the overflow number."""
        document = VoiceResponse()
        self._say(document, self._settings.busy_goodbye_text)
        document.hangup()
        return str(document)

    def apologise_and_dial(self, number: int, human_number: str, call: KeptCall | None) -> str:
        """We cannot go on: a human takes over."""
        document = VoiceResponse()
        self._say(document, f"{self._settings.apology_text} {self._settings.connecting_text}")
        return self._dial_human(document, number, human_number, call)

    def apologise(self) -> str:
        """We cannot go on, and there is nobody."""
        document = VoiceResponse()
        self._say(document, f"{self._settings.apology_text} {self._settings.goodbye_text}")
        document.hangup()
        return str(document)

    def hang_up(self) -> str:
        """All was said."""
        document = VoiceResponse()
        document.hangup()
        return str(document)

    def _dial_human(self, document: VoiceResponse, number: int, human_number: str, call: KeptCall | None) -> str:
        # Without a caller ID of our own Twilio shows the caller's number; a withheld one has to be replaced by ours.
        caller_id = self._settings.caller_id
        if not caller_id and call is not None and not call.pii_caller_number:
            caller_id = call.called_number
        dial = Dial(
            timeout=self._settings.human_dial_timeout_s,
            action=self._address.url(f"/twilio/dial-done?dial={number}"),
            method="POST",
            caller_id=caller_id or None,
        )
        dial.number(human_number)
        document.append(dial)
        return str(document)

    def _say(self, document: VoiceResponse, text: str) -> None:
        document.say(text, language=self._settings.say_language)
