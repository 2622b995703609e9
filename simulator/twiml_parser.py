"""Reads TwiML; strict: an unknown verb, attribute or child, or a value out of range, is an error.

The vocabulary is that of Twilio's published reference for the verbs a support line uses.
"""

import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from simulator.errors import TwimlError
from simulator.numbers import E164
from simulator.twiml import (
    ConferenceTarget,
    Connect,
    Dial,
    Gather,
    Hangup,
    NumberTarget,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    StartRecording,
    StartStream,
    StopStream,
    Stream,
    Verb,
)

_CALLBACKS = {"statusCallback", "statusCallbackMethod", "statusCallbackEvent"}
_RECORDING = {"recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent"}

ATTRIBUTES: dict[str, frozenset[str]] = {
    name: frozenset(attributes)
    for name, attributes in {
        "Response": set(),
        "Say": {"voice", "loop", "language"},
        "Play": {"loop", "digits"},
        "Pause": {"length"},
        "Gather": {
            "input", "action", "method", "timeout", "finishOnKey", "numDigits", "actionOnEmptyResult", "language",
        },
        "Record": {
            "action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim", "transcribe", *_RECORDING,
        },
        "Dial": {
            "action", "method", "timeout", "hangupOnStar", "timeLimit", "callerId", "record", "answerOnBridge",
            "ringTone", "trim", *_RECORDING,
        },
        "Number": {"url", "method", "sendDigits", "machineDetection", *_CALLBACKS},
        "Conference": {
            "muted", "beep", "startConferenceOnEnter", "endConferenceOnExit", "waitUrl", "waitMethod",
            "maxParticipants", "record", "coach", "participantLabel", "jitterBufferSize", "region", "trim",
            *_CALLBACKS, *_RECORDING,
        },
        "Connect": {"action", "method"},
        "Start": {"action", "method"},
        "Stop": set(),
        "Stream": {"name", "url", "track", "statusCallback", "statusCallbackMethod"},
        "Parameter": {"name", "value"},
        "Recording": {"channels", "track", "trim", *_RECORDING},
        "Redirect": {"method"},
        "Hangup": set(),
        "Reject": {"reason"},
    }.items()
}  # fmt: skip
"""Attributes of each element that are accepted; a test holds them against the vendor's own builder."""

_CHILDREN: dict[str, frozenset[str]] = {
    "Response": frozenset(
        {"Say", "Play", "Pause", "Gather", "Record", "Dial", "Connect", "Start", "Stop", "Redirect", "Hangup", "Reject"}
    ),
    "Gather": frozenset({"Say", "Play", "Pause"}),
    "Dial": frozenset({"Number", "Conference"}),
    "Connect": frozenset({"Stream"}),
    "Start": frozenset({"Stream", "Recording"}),
    "Stop": frozenset({"Stream"}),
    "Stream": frozenset({"Parameter"}),
}
_WITH_TEXT = frozenset({"Say", "Play", "Dial", "Number", "Conference", "Redirect"})
_METHODS = ("GET", "POST")
_MAX_PARAMETER = 500
_MAX_DOCUMENT = 64_000


def parse(document: str) -> tuple[Verb, ...]:
    """Read a document.

    Raises:
        TwimlError: It is not what the reference allows; the message says where.
    """
    if len(document) > _MAX_DOCUMENT:
        raise TwimlError(f"Keep the document under {_MAX_DOCUMENT} characters; it has {len(document)}.")
    if "<!DOCTYPE" in document:
        raise TwimlError("Leave out the DOCTYPE.")
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        raise TwimlError(f"Write well-formed XML: {error}.") from error
    if root.tag != "Response":
        raise TwimlError(f"Make <Response> the root instead of <{root.tag}>.")
    _check(root)
    verbs = tuple(_verb(element) for element in root)
    if any(isinstance(verb, Reject) for verb in verbs[1:]):
        raise TwimlError("Make <Reject> the first verb; after another one the call is answered.")
    return verbs


def _check(element: ElementTree.Element) -> None:
    unknown = set(element.attrib) - ATTRIBUTES[element.tag]
    if unknown:
        raise TwimlError(f"<{element.tag}> has no attribute {', '.join(sorted(unknown))}.")
    if element.tag not in _WITH_TEXT and (element.text or "").strip():
        raise TwimlError(f"<{element.tag}> holds no text.")
    for child in element:
        if child.tag not in _CHILDREN.get(element.tag, frozenset()):
            raise TwimlError(f"<{element.tag}> has no child <{child.tag}>.")
        if (child.tail or "").strip():
            raise TwimlError(f"Text after <{child.tag}> is out of place.")
        _check(child)


def _text(element: ElementTree.Element) -> str:
    return (element.text or "").strip()


def _url(element: ElementTree.Element, name: str = "") -> str:
    """An HTTP address from an attribute, or from the text when no name is given."""
    url = element.get(name, "") if name else _text(element)
    if url and urlsplit(url).scheme not in ("", "http", "https"):
        raise TwimlError(f"<{element.tag}> needs an http or https address, not {url!r}.")
    if not url and not name:
        raise TwimlError(f"<{element.tag}> needs an address.")
    return url


def _integer(element: ElementTree.Element, name: str, default: int, low: int, high: int) -> int:
    value = element.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"\d{1,6}", value) or not low <= int(value) <= high:
        raise TwimlError(f"{name} of <{element.tag}> is a whole number from {low} to {high}, not {value!r}.")
    return int(value)


def _choice(element: ElementTree.Element, name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = element.get(name, default)
    if value not in allowed:
        raise TwimlError(f"{name} of <{element.tag}> is one of {', '.join(allowed)}, not {value!r}.")
    return value


def _flag(element: ElementTree.Element, name: str, default: bool) -> bool:
    return _choice(element, name, "true" if default else "false", ("true", "false")) == "true"


def _method(element: ElementTree.Element) -> str:
    return _choice(element, "method", "POST", _METHODS)


def _keys(element: ElementTree.Element, name: str, default: str) -> str:
    value = element.get(name, default)
    if not re.fullmatch(r"[0-9*#]*", value):
        raise TwimlError(f"{name} of <{element.tag}> holds keys among 0-9, * and #, not {value!r}.")
    return value


def _events(element: ElementTree.Element, allowed: tuple[str, ...], default: str) -> frozenset[str]:
    events = frozenset(element.get("statusCallbackEvent", default).split())
    if not events <= set(allowed):
        raise TwimlError(f"statusCallbackEvent of <{element.tag}> knows {', '.join(allowed)}.")
    return events


def _say(element: ElementTree.Element) -> Say:
    if not _text(element):
        raise TwimlError("<Say> needs a text.")
    return Say(text=_text(element), loop=_integer(element, "loop", 1, 0, 1000))


def _play(element: ElementTree.Element) -> Play:
    digits = element.get("digits", "")
    if not re.fullmatch(r"[0-9*#wW]*", digits):
        raise TwimlError(f"digits of <Play> holds keys and w, not {digits!r}.")
    return Play(url="" if digits else _url(element), digits=digits, loop=_integer(element, "loop", 1, 0, 1000))


def _pause(element: ElementTree.Element) -> Pause:
    return Pause(seconds=_integer(element, "length", 1, 0, 600))


def _gather(element: ElementTree.Element) -> Gather:
    _choice(element, "input", "dtmf", ("dtmf",))
    return Gather(
        prompts=tuple(_VERBS[child.tag](child) for child in element),
        action=_url(element, "action"),
        method=_method(element),
        timeout_s=_integer(element, "timeout", 5, 1, 600),
        finish_on_key=_keys(element, "finishOnKey", "#"),
        num_digits=_integer(element, "numDigits", 0, 1, 100),
        action_on_empty=_flag(element, "actionOnEmptyResult", False),
    )


def _record(element: ElementTree.Element) -> Record:
    return Record(
        action=_url(element, "action"),
        method=_method(element),
        timeout_s=_integer(element, "timeout", 5, 0, 600),
        finish_on_key=_keys(element, "finishOnKey", "1234567890*#"),
        max_length_s=_integer(element, "maxLength", 3600, 1, 14_400),
        play_beep=_flag(element, "playBeep", True),
        status_callback=_url(element, "recordingStatusCallback"),
    )


def _number_value(element: ElementTree.Element) -> str:
    number = _text(element)
    if not E164.fullmatch(number):
        raise TwimlError(f"<{element.tag}> needs a number in E.164 form.")
    return number


def _number(element: ElementTree.Element) -> NumberTarget:
    return NumberTarget(
        number=_number_value(element),
        url=_url(element, "url"),
        method=_method(element),
        status_callback=_url(element, "statusCallback"),
        status_events=_events(element, ("initiated", "ringing", "answered", "completed"), "completed"),
    )


def _conference(element: ElementTree.Element) -> ConferenceTarget:
    if not _text(element):
        raise TwimlError("<Conference> needs a name.")
    _choice(element, "beep", "true", ("true", "false", "onEnter", "onExit"))
    _choice(element, "jitterBufferSize", "large", ("small", "medium", "large", "off"))
    return ConferenceTarget(
        name=_text(element),
        start_on_enter=_flag(element, "startConferenceOnEnter", True),
        end_on_exit=_flag(element, "endConferenceOnExit", False),
        muted=_flag(element, "muted", False),
        label=element.get("participantLabel", ""),
        status_callback=_url(element, "statusCallback"),
        status_events=_events(
            element, ("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"), ""
        ),
    )


def _dial(element: ElementTree.Element) -> Dial:
    nouns = list(element)
    conferences = [child for child in nouns if child.tag == "Conference"]
    if len(nouns) > 1 and conferences:
        raise TwimlError("<Dial> holds either numbers or one <Conference>.")
    targets = tuple(_number(child) for child in nouns if child.tag == "Number")
    if not nouns:
        targets = (NumberTarget(number=_number_value(element)),)
    return Dial(
        targets=targets,
        conference=_conference(conferences[0]) if conferences else None,
        action=_url(element, "action"),
        method=_method(element),
        timeout_s=_integer(element, "timeout", 30, 1, 600),
        time_limit_s=_integer(element, "timeLimit", 14_400, 1, 86_400),
        caller_id=element.get("callerId", ""),
    )


def _parameters(element: ElementTree.Element) -> tuple[tuple[str, str], ...]:
    pairs = tuple((child.get("name", ""), child.get("value", "")) for child in element)
    for name, value in pairs:
        if not name or len(name) + len(value) > _MAX_PARAMETER:
            raise TwimlError(f"Name and value of <Parameter> {name!r} together have 1 to {_MAX_PARAMETER} characters.")
    return pairs


def _stream(element: ElementTree.Element, *, tracks: tuple[str, ...]) -> Stream:
    url = element.get("url", "")
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.netloc:
        raise TwimlError(f"31922: <Stream> needs a wss address, not {url!r}.")
    if parts.query or parts.fragment:
        raise TwimlError("31920: the address of a <Stream> has no query; use <Parameter>.")
    return Stream(
        url=url,
        name=element.get("name", ""),
        track=_choice(element, "track", "inbound_track", tracks),
        status_callback=_url(element, "statusCallback"),
        parameters=_parameters(element),
    )


def _only_child(element: ElementTree.Element) -> ElementTree.Element:
    if len(element) != 1:
        raise TwimlError(f"<{element.tag}> needs exactly one child.")
    return element[0]


def _connect(element: ElementTree.Element) -> Connect:
    stream = _stream(_only_child(element), tracks=("inbound_track",))
    return Connect(stream=stream, action=_url(element, "action"), method=_method(element))


def _start(element: ElementTree.Element) -> StartStream | StartRecording:
    child = _only_child(element)
    if child.tag == "Recording":
        return StartRecording(status_callback=_url(child, "recordingStatusCallback"))
    return StartStream(stream=_stream(child, tracks=("inbound_track", "outbound_track", "both_tracks")))


def _stop(element: ElementTree.Element) -> StopStream:
    name = _only_child(element).get("name", "")
    if not name:
        raise TwimlError("<Stop><Stream> needs the name of a stream.")
    return StopStream(name=name)


_VERBS: dict[str, Any] = {
    "Say": _say,
    "Play": _play,
    "Pause": _pause,
    "Gather": _gather,
    "Record": _record,
    "Dial": _dial,
    "Connect": _connect,
    "Start": _start,
    "Stop": _stop,
    "Redirect": lambda element: Redirect(url=_url(element), method=_method(element)),
    "Hangup": lambda _: Hangup(),
    "Reject": lambda element: Reject(reason=_choice(element, "reason", "rejected", ("rejected", "busy"))),
}


def _verb(element: ElementTree.Element) -> Verb:
    verb: Verb = _VERBS[element.tag](element)
    return verb
