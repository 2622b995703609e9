"""Documents, dialling and webhooks in virtual time: whole calls without waiting, audio socket or network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from simulator.call import CallStatus
from simulator.document import Document, EndedBy
from simulator.scenario import DialBehaviour, DialOutcome, Dtmf, NeverSpeak, Scenario, Wait, WaitForReply, WaitTurn
from simulator.simulator import CallReport, Simulator
from simulator.stream import StreamEnd
from simulator.webhooks import Chaos, Service, overrides_of
from tests.simulator.service import PUBLIC

HANGUP = "<Response><Hangup/></Response>"


@dataclass
class Site:
    """Documents by path; keeps what was asked."""

    documents: dict[str, str]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "POST"])
        async def answer(path: str, request: Request) -> Response:
            form = {key: str(value) for key, value in (await request.form()).items()}
            self.asked.append((f"/{path}", form | dict(request.query_params)))
            self.tokens.append(request.headers["i-twilio-idempotency-token"])
            if f"/{path}" in self.failing:
                return Response(status_code=500)
            document = self.documents.get(f"/{path}", "")
            return Response(document, media_type="text/xml" if document else None, status_code=200)

        return app

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def of(self, path: str) -> list[dict[str, str]]:
        return [form for asked, form in self.asked if asked == path]


@asynccontextmanager
async def simulator(site: Site, **settings) -> AsyncIterator[Simulator]:
    transport = httpx.ASGITransport(app=site.app())
    async with (
        httpx.AsyncClient(transport=transport) as http,
        Simulator(Service(url=PUBLIC), http=http, virtual=True, **settings) as made,
    ):
        yield made


async def call(site: Site, *steps, dial=None, **settings) -> CallReport:
    async with simulator(site, **settings) as made:
        return await made.place_call(Scenario(name="v", steps=steps, dial=dial or {}))


LISTEN = (NeverSpeak(for_ms=600_000),)


async def test_a_document_that_ends_hangs_up_after_its_pause() -> None:
    site = Site({"/twilio/voice": "<Response><Say>Good bye.</Say><Pause length='60'/></Response>"})
    report = await call(site, *LISTEN)
    assert (report.status, report.ended_by) == (CallStatus.COMPLETED, EndedBy.DOCUMENT)
    assert report.duration_ms == pytest.approx(60_000 + 9 * 60, abs=60)
    assert report.measures.bot_speech_ms == pytest.approx(540, abs=30)
    assert site.of("/twilio/status")[0]["CallDuration"] in ("60", "61")
    assert site.of("/twilio/voice")[0]["CallStatus"] == "ringing"


async def test_a_rejected_call_is_never_answered() -> None:
    site = Site({"/twilio/voice": '<Response><Reject reason="busy"/></Response>'})
    report = await call(site, *LISTEN)
    assert (report.status, report.ended_by, report.duration_ms) == (CallStatus.BUSY, EndedBy.REJECTED, 0)


async def test_redirects_are_followed_relative_to_their_document() -> None:
    site = Site(
        {"/twilio/voice": "<Response><Redirect method='GET'>next?n=1</Redirect></Response>", "/twilio/next": HANGUP}
    )
    report = await call(site, *LISTEN)
    assert report.violations == () and site.paths() == ["/twilio/voice", "/twilio/next", "/twilio/status"]
    assert site.of("/twilio/next")[0]["n"] == "1"


async def test_gathered_keys_go_to_the_action_and_stop_the_prompt() -> None:
    gather = '<Response><Gather numDigits="2" action="/keys"><Say>Press two keys now please.</Say></Gather></Response>'
    site = Site({"/twilio/voice": gather, "/keys": HANGUP})
    report = await call(site, WaitForReply(), Dtmf(digits="42"), *LISTEN)
    assert site.of("/keys")[0]["Digits"] == "42"
    assert report.measures.bot_speech_ms < 300


async def test_a_gather_without_keys_falls_through_after_its_timeout() -> None:
    document = '<Response><Gather timeout="3" action="/keys"/><Redirect>/none</Redirect></Response>'
    site = Site({"/twilio/voice": document, "/none": HANGUP})
    report = await call(site, *LISTEN)
    assert "/keys" not in site.paths() and report.duration_ms == pytest.approx(3000, abs=100)


async def test_a_recording_ends_with_silence_and_goes_to_the_action() -> None:
    document = (
        '<Response><Record timeout="4" maxLength="60" action="/kept" recordingStatusCallback="/ready"/></Response>'
    )
    site = Site({"/twilio/voice": document, "/kept": HANGUP})
    await call(site, *LISTEN)
    assert site.of("/kept")[0]["RecordingDuration"] == "4"
    assert site.of("/ready")[0]["RecordingStatus"] == "completed"


DIAL = (
    '<Response><Dial timeout="20" action="/dialled"><Number statusCallback="/leg" '
    'statusCallbackEvent="initiated ringing answered completed">+15005550011</Number></Dial></Response>'
)


@pytest.mark.parametrize(
    ("behaviour", "status", "events"),
    [
        (DialBehaviour(after_ms=2000, talk_ms=4000), "completed", ["initiated", "ringing", "in-progress", "completed"]),
        (DialBehaviour(outcome=DialOutcome.BUSY), "busy", ["initiated", "ringing", "busy"]),
        (DialBehaviour(outcome=DialOutcome.FAILED), "failed", ["initiated", "ringing", "failed"]),
        (DialBehaviour(outcome=DialOutcome.NO_ANSWER), "no-answer", ["initiated", "ringing", "no-answer"]),
        (DialBehaviour(after_ms=25_000), "no-answer", ["initiated", "ringing", "no-answer"]),
    ],
    ids=["answers", "busy", "failed", "no answer", "too late"],
)
async def test_dialling_a_number(behaviour: DialBehaviour, status: str, events: list[str]) -> None:
    site = Site({"/twilio/voice": DIAL, "/dialled": HANGUP})
    report = await call(site, *LISTEN, dial={"*": behaviour})
    dialled = site.of("/dialled")[0]
    assert dialled["DialCallStatus"] == status
    assert dialled["DialBridged"] == ("true" if status == "completed" else "false")
    legs = site.of("/leg")
    assert [leg["CallStatus"] for leg in legs] == events
    assert [leg["SequenceNumber"] for leg in legs] == [str(n) for n in range(len(events))]
    assert {leg["ParentCallSid"] for leg in legs} == {report.call_sid}
    assert report.violations == ()


async def test_a_caller_who_hangs_up_while_it_rings_cancels_the_dialled_leg_and_gets_no_action() -> None:
    site = Site({"/twilio/voice": DIAL, "/dialled": HANGUP})
    report = await call(site, Wait(ms=3000), dial={"*": DialBehaviour(after_ms=10_000)})
    assert report.ended_by is EndedBy.CALLER and "/dialled" not in site.paths()
    assert site.of("/leg")[-1]["CallStatus"] == "canceled"


WHISPER = DIAL.replace("<Number ", '<Number url="/brief" ')
BRIEF = (
    '<Response><Gather numDigits="1" action="/accept" timeout="4"><Say>Press one.</Say></Gather><Hangup/></Response>'
)


async def test_a_party_that_presses_one_is_connected_after_the_briefing() -> None:
    site = Site({"/twilio/voice": WHISPER, "/dialled": HANGUP, "/brief": BRIEF, "/accept": "<Response/>"})
    await call(site, *LISTEN, dial={"*": DialBehaviour(press="1", talk_ms=3000)})
    assert site.of("/accept")[0]["Digits"] == "1"
    assert site.of("/dialled")[0]["DialBridged"] == "true"


async def test_a_party_that_does_not_accept_is_not_connected() -> None:
    site = Site({"/twilio/voice": WHISPER, "/dialled": HANGUP, "/brief": BRIEF})
    await call(site, *LISTEN, dial={"*": DialBehaviour(talk_ms=0)})
    assert site.of("/dialled")[0]["DialBridged"] == "false"
    assert site.of("/dialled")[0]["DialCallStatus"] == "no-answer"


async def test_a_connect_in_virtual_time_ends_as_scripted() -> None:
    document = '<Response><Connect action="/done"><Stream url="wss://line.example.org/media"/></Connect></Response>'
    site = Site({"/twilio/voice": document, "/done": HANGUP})
    report = await call(site, *LISTEN, virtual_stream=lambda machine, stream: (StreamEnd.SERVICE_CLOSED, 5000.0))
    assert "/done" in site.paths() and report.duration_ms == pytest.approx(5000, abs=100)


async def test_two_parties_in_a_conference_and_the_one_that_ends_it() -> None:
    join = (
        '<Response><Dial action="/left"><Conference startConferenceOnEnter="true" endConferenceOnExit="{end}" '
        'statusCallback="/room" statusCallbackEvent="start end join leave">desk</Conference></Dial></Response>'
    )
    site = Site({"/twilio/voice": join.format(end="true"), "/agent": join.format(end="false"), "/left": HANGUP})
    async with simulator(site) as made:
        agent = Scenario(name="agent", steps=LISTEN)
        made.carrier.number("+15005550020").settings["VoiceUrl"] = f"{PUBLIC}/agent"
        reports = await asyncio.gather(
            made.place_call(Scenario(name="caller", steps=(Wait(ms=5000),))),
            made.place_call(Scenario(name="agent", steps=agent.steps, called="+15005550020")),
        )
        assert made.carrier.rooms == {}
    assert [report.ended_by for report in reports] == [EndedBy.CALLER, EndedBy.DOCUMENT]
    events = [form["StatusCallbackEvent"] for form in site.of("/room")]
    assert sorted(events) == [
        "conference-end",
        "conference-start",
        "participant-join",
        "participant-join",
        "participant-leave",
        "participant-leave",
    ]
    assert len(site.of("/left")) == 1


async def test_a_new_document_aborts_the_current_verb() -> None:
    site = Site({"/twilio/voice": "<Response><Pause length='600'/></Response>", "/other": HANGUP})
    async with simulator(site) as made:
        placing = asyncio.create_task(made.place_call(Scenario(name="v", steps=LISTEN)))
        await made.carrier.ticker.sleep(2000)
        (live,) = made.carrier.calls.values()
        assert live.interrupt(Document(url=f"{PUBLIC}/other"))
        report = await placing
    assert "/other" in site.paths() and report.duration_ms < 4000


# --- unreliable webhooks ------------------------------------------------------------------------------------------


async def test_a_failing_document_leads_to_the_fallback() -> None:
    site = Site({"/fallback": HANGUP}, failing={"/twilio/voice"})
    report = await call(site, *LISTEN, fallback_path="/fallback")
    assert site.of("/fallback")[0]["ErrorCode"] == "11200"
    assert report.status is CallStatus.COMPLETED and report.violations[0].code == "11200"


@pytest.mark.parametrize(("document", "code"), [("<Response><Dance/></Response>", "12100"), ("", "12300")])
async def test_an_unusable_document_ends_the_call(document: str, code: str) -> None:
    report = await call(Site({"/twilio/voice": document}), *LISTEN)
    assert report.ended_by is EndedBy.ERROR and report.violations[0].code == code


async def test_a_duplicated_webhook_carries_the_same_token() -> None:
    site = Site({"/twilio/voice": HANGUP})
    report = await call(site, *LISTEN, chaos=Chaos(duplicate=1.0))
    assert site.paths().count("/twilio/voice") == 2 and site.paths().count("/twilio/status") == 2
    for path in ("/twilio/voice", "/twilio/status"):
        tokens = {token for (asked, _), token in zip(site.asked, site.tokens, strict=True) if asked == path}
        assert len(tokens) == 1
    assert report.status is CallStatus.COMPLETED


async def test_a_lost_answer_is_asked_for_again_with_the_same_token() -> None:
    site = Site({"/twilio/voice": HANGUP})
    await call(site, *LISTEN, chaos=Chaos(drop=1.0))
    assert site.paths() == ["/twilio/voice", "/twilio/voice"] and len(set(site.tokens)) == 1


async def test_callbacks_can_arrive_in_another_order_and_late() -> None:
    site = Site({"/twilio/voice": DIAL, "/dialled": HANGUP})
    await call(site, *LISTEN, dial={"*": DialBehaviour()}, chaos=Chaos(reorder=1.0))
    numbers = [int(leg["SequenceNumber"]) for leg in site.of("/leg")]
    assert sorted(numbers) == [0, 1, 2, 3] and numbers != sorted(numbers)

    site = Site({"/twilio/voice": DIAL, "/dialled": HANGUP})
    await call(site, *LISTEN, dial={"*": DialBehaviour()}, chaos=Chaos(delay_ms=(5000, 9000)))
    assert len(site.of("/leg")) == 4


async def test_a_seed_repeats_the_same_chaos() -> None:
    async def paths(seed: int) -> list[str]:
        site = Site({"/twilio/voice": DIAL, "/dialled": HANGUP})
        await call(site, *LISTEN, dial={"*": DialBehaviour()}, chaos=Chaos(seed=seed, duplicate=0.5, drop=0.3))
        return site.paths()

    assert await paths(3) == await paths(3)


def test_connection_overrides_stand_in_the_fragment() -> None:
    url, overrides = overrides_of("https://h/x?a=1#ct=2000&rc=2&rp=ct,5xx")
    assert url == "https://h/x?a=1"
    assert (overrides.connect_s, overrides.retries, overrides.policy) == (2.0, 2, {"ct", "5xx"})
    assert overrides_of("https://h/x")[1].retries == 1


async def test_a_caller_can_take_turns_with_a_prompt() -> None:
    site = Site({"/twilio/voice": "<Response><Say>Hello.</Say><Pause length='2'/><Say>More.</Say></Response>"})
    report = await call(site, WaitTurn(silence_ms=500), WaitTurn(silence_ms=500))
    assert report.ended_by is EndedBy.CALLER and report.step_notes == ()
