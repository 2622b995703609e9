import inspect

import pytest
from twilio.twiml import voice_response
from twilio.twiml.voice_response import Connect, Dial, Gather, VoiceResponse

from simulator import twiml, twiml_parser
from simulator.errors import TwimlError
from simulator.twiml_parser import parse


def test_what_the_vendors_builder_writes_is_read() -> None:
    response = VoiceResponse()
    gather = Gather(num_digits=1, timeout=8, action="/accept", finish_on_key="")
    gather.say("Press one.")
    response.append(gather)
    connect = Connect(action="/done")
    stream = connect.stream(url="wss://h.example.org/media", status_callback="/stream")
    stream.parameter(name="t", value="abc")
    response.append(connect)
    dial = Dial(action="/dialled", timeout=20, caller_id="+15005550010")
    dial.number("+15005550011", url="/whisper", status_callback_event="initiated answered")
    response.append(dial)
    response.redirect("/resume")
    read = parse(str(response))
    assert read == (
        twiml.Gather(
            prompts=(twiml.Say(text="Press one."),), action="/accept", timeout_s=8, finish_on_key="", num_digits=1
        ),
        twiml.Connect(
            stream=twiml.Stream(url="wss://h.example.org/media", status_callback="/stream", parameters=(("t", "abc"),)),
            action="/done",
        ),
        twiml.Dial(
            targets=(
                twiml.NumberTarget(
                    number="+15005550011", url="/whisper", status_events=frozenset({"initiated", "answered"})
                ),
            ),
            action="/dialled",
            timeout_s=20,
            caller_id="+15005550010",
        ),
        twiml.Redirect(url="/resume"),
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("<Response><Dance/></Response>", "no child <Dance>"),
        ('<Response><Say colour="red">Hi</Say></Response>', "no attribute colour"),
        ("<Response><Say/></Response>", "needs a text"),
        ("<Response><Say><Pause/></Say></Response>", "no child <Pause>"),
        ("<Response>Hello</Response>", "holds no text"),
        ("<Response><Hangup/>tail</Response>", "out of place"),
        ("<Response", "well-formed"),
        ("<Answer/>", "the root"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response/>', "DOCTYPE"),
        ('<Response><Pause length="long"/></Response>', "whole number"),
        ('<Response><Redirect method="PUT">/a</Redirect></Response>', "one of GET, POST"),
        ("<Response><Redirect/></Response>", "needs an address"),
        ("<Response><Dial>911</Dial></Response>", "E.164"),
        ('<Response><Gather input="speech"/></Response>', "input of <Gather>"),
        ('<Response><Connect><Stream url="https://h/x"/></Connect></Response>', "31922"),
        ('<Response><Connect><Stream url="wss://h/x?a=1"/></Connect></Response>', "31920"),
        ("<Response><Connect/></Response>", "exactly one child"),
        (
            '<Response><Connect><Stream url="wss://h/x" track="both_tracks"/></Connect></Response>',
            "track of <Stream>",
        ),
        (
            '<Response><Connect><Stream url="wss://h/x"><Parameter name="a" value="' + "x" * 500 + '"/></Stream>'
            "</Connect></Response>",
            "500 characters",
        ),
        ("<Response><Say>Hi</Say><Reject/></Response>", "first verb"),
        ("<Response><Dial><Conference>a</Conference><Number>+15005550011</Number></Dial></Response>", "either"),
    ],
)
def test_what_a_carrier_would_not_execute_is_refused(document: str, reason: str) -> None:
    with pytest.raises(TwimlError, match=reason):
        parse(document)


def test_every_accepted_attribute_is_one_the_vendor_knows() -> None:
    builders = {
        "Say": VoiceResponse.say, "Play": VoiceResponse.play, "Pause": VoiceResponse.pause,
        "Gather": VoiceResponse.gather, "Record": VoiceResponse.record, "Dial": VoiceResponse.dial,
        "Connect": VoiceResponse.connect, "Start": VoiceResponse.start, "Stop": VoiceResponse.stop,
        "Redirect": VoiceResponse.redirect, "Hangup": VoiceResponse.hangup, "Reject": VoiceResponse.reject,
        "Stream": voice_response.Connect.stream, "Recording": voice_response.Start.recording,
        "Number": Dial.number, "Conference": Dial.conference, "Parameter": voice_response.Stream.parameter,
    }  # fmt: skip
    assert builders.keys() | {"Response"} == twiml_parser.ATTRIBUTES.keys()
    for element, builder in builders.items():
        words = (name.split("_") for name in inspect.signature(builder).parameters)
        known = {first + "".join(word.capitalize() for word in rest) for first, *rest in words}
        assert twiml_parser.ATTRIBUTES[element] <= known, element
