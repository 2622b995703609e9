"""The edge driven by the simulated carrier: whole calls in real time, and many under unreliable webhooks."""

import asyncio
import random

import httpx
import pytest
from fastapi import FastAPI

from interactions.context import CallOutcome, Purpose
from interactions.events.base import EventType
from interactions.facts import CallFact, FactKind
from interactions.transfer import TransferRequest
from interactions.vocabulary import EndedReason, TransferReason
from records.calls import CallRepository
from records.database import Database
from records.schema import migrate
from simulator.call import CallMachine, CallStatus
from simulator.document import EndedBy
from simulator.scenario import (
    DialBehaviour,
    DialOutcome,
    Dtmf,
    Network,
    NeverSpeak,
    Scenario,
    SignatureMode,
    Step,
    Wait,
)
from simulator.simulator import CallReport, Simulator
from simulator.stream import StreamEnd
from simulator.twiml import Stream
from simulator.webhooks import Chaos, Credentials, Service
from telephony.call_state import ended_reason, is_over
from telephony.twilio.webhooks import create_router
from tests.fakes.conversation import FakeConversations
from tests.fakes.events import Log
from tests.telephony.edge import ACCOUNT, HUMAN, PUBLIC, TOKEN, RunningEdge, account, make_edge, running_edge

CREDENTIALS = Credentials(account_sid=ACCOUNT, auth_token=TOKEN)
SCRIPT = {
    "end_on_key": {
        "#": CallOutcome(reason=EndedReason.GOODBYE),
        "0": CallOutcome(
            reason=EndedReason.TRANSFERRED, transfer=TransferRequest(reason=TransferReason.KEY_ZERO, summary="")
        ),
    }
}
LET_RING = Wait(ms=600)


async def place(
    edge: RunningEdge, *steps: Step, human: DialBehaviour | None = None, network: Network | None = None
) -> CallReport:
    scenario = Scenario(
        name="edge",
        steps=steps,
        network=network or Network(),
        dial={} if human is None else {HUMAN: human},
        max_seconds=30,
    )
    service = Service(url=f"http://127.0.0.1:{edge.port}", public_url=PUBLIC)
    async with Simulator(service, CREDENTIALS, chaos=Chaos(duplicate=1.0, reorder=0.5, delay_ms=(0, 80))) as carrier:
        return await carrier.place_call(scenario)


def purposes(edge: RunningEdge) -> list[Purpose]:
    return [conversation.context.purpose for conversation in edge.conversations.made]


@pytest.mark.slow
async def test_a_goodbye_of_ours_hangs_up() -> None:
    async with running_edge(script=SCRIPT) as edge:
        report = await place(edge, LET_RING, Dtmf(digits="#"), NeverSpeak(for_ms=5000))
        assert (report.status, report.ended_by) == (CallStatus.COMPLETED, EndedBy.DOCUMENT)
        assert report.violations == () and report.marks_outstanding == 0 and edge.edge.active.count == 0


@pytest.mark.slow
async def test_a_human_who_does_not_answer_leads_to_a_message_and_a_goodbye() -> None:
    nobody = DialBehaviour(outcome=DialOutcome.NO_ANSWER, after_ms=300)
    async with running_edge(script=SCRIPT, human_dial_timeout_s=5) as edge:
        report = await place(
            edge, LET_RING, Dtmf(digits="0"), Wait(ms=6500), Dtmf(digits="#"), NeverSpeak(for_ms=5000), human=nobody
        )
        assert purposes(edge) == [Purpose.ANSWER, Purpose.TAKE_MESSAGE]
        assert (report.ended_by, report.violations) == (EndedBy.DOCUMENT, ())


@pytest.mark.slow
async def test_a_broken_socket_is_resumed_and_the_call_goes_on() -> None:
    network = Network(drop_socket_after_ms=300, drop_socket_times=2)
    async with running_edge(script=SCRIPT) as edge:
        report = await place(edge, Wait(ms=2500), Dtmf(digits="#"), NeverSpeak(for_ms=5000), network=network)
        assert purposes(edge) == [Purpose.ANSWER, Purpose.RESUME, Purpose.RESUME]
        assert (report.ended_by, report.violations) == (EndedBy.DOCUMENT, ())


@pytest.mark.slow
async def test_a_socket_that_breaks_again_and_again_ends_with_a_human() -> None:
    network = Network(drop_socket_after_ms=100, drop_socket_times=99)
    answers = DialBehaviour(after_ms=200, talk_ms=300)
    async with running_edge(script=SCRIPT, resume_attempts=2) as edge:
        report = await place(edge, NeverSpeak(for_ms=20_000), human=answers, network=network)
        assert purposes(edge) == [Purpose.ANSWER, Purpose.RESUME, Purpose.RESUME]
        assert (report.ended_by, report.violations) == (EndedBy.DOCUMENT, ())


@pytest.mark.slow
async def test_a_socket_with_a_forged_signature_never_opens_and_the_caller_gets_a_human() -> None:
    network = Network(socket_signature=SignatureMode.FORGED)
    async with running_edge(script=SCRIPT, resume_attempts=1) as edge:
        report = await place(
            edge, NeverSpeak(for_ms=20_000), human=DialBehaviour(after_ms=200, talk_ms=300), network=network
        )
        assert edge.conversations.made == [] and report.ended_by is EndedBy.DOCUMENT


@pytest.mark.slow
async def test_silence_that_is_not_sent_lost_frames_and_bursts_keep_the_clock() -> None:
    for network in (Network(dtx=True), Network(loss=0.1), Network(burst=10)):
        async with running_edge(script=SCRIPT) as edge:
            report = await place(edge, Wait(ms=2000), network=network)
            heard = len(edge.conversations.made[0].heard) / 8
            # A burst leaves the clock ahead by what was made up while it was held back, never more.
            assert report.duration_ms - 500 <= heard <= report.duration_ms + 200, network


# --- many calls without audio, in no time ---------------------------------------------------------------------------

STREAM_ENDS = [
    (EndedReason.GOODBYE, StreamEnd.SERVICE_CLOSED),
    (EndedReason.TRANSFERRED, StreamEnd.SERVICE_CLOSED),
    (EndedReason.FAULT, StreamEnd.SERVICE_CLOSED),
    (EndedReason.LEG_DEAD, StreamEnd.BROKEN),
    (None, StreamEnd.REFUSED),
]


class VirtualRun:
    """Calls on virtual time: how each stream and dial ends is drawn from a seed, the webhooks are unreliable."""

    def __init__(self, chaos: Chaos):
        self.database = Database("sqlite://")
        migrate(self.database)
        self.calls = CallRepository(self.database)
        self.log = Log()
        edge = make_edge(calls=self.calls, factory=FakeConversations(), places=1000, sink=self.log)
        self.app = FastAPI()
        self.app.include_router(create_router(edge, account()))
        self.chaos = chaos
        self.rng = random.Random()
        self.streams: dict[str, int] = {}

    def stream(self, machine: CallMachine, stream: Stream) -> tuple[StreamEnd, float]:
        number = self.streams[machine.sid] = self.streams.get(machine.sid, 0) + 1
        reason, end = self.rng.choice(STREAM_ENDS)
        if reason is not None:
            ended = CallFact(kind=FactKind.STREAM_ENDED, number=number, detail=reason)
            self.calls.advance(machine.sid, now_s=0.0, facts=[ended])
        return end, 700.0

    async def call(self, seed: int) -> tuple[EndedReason, int, EndedBy, list[str]]:
        self.rng.seed(seed)
        outcome = random.Random(seed).choice(list(DialOutcome))
        behaviour = DialBehaviour(outcome=outcome, after_ms=900, talk_ms=2000)
        scenario = Scenario(name=str(seed), steps=(NeverSpeak(for_ms=600_000),), dial={"*": behaviour})
        async with (
            httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://edge") as http,
            Simulator(
                Service(url="http://edge", public_url=PUBLIC),
                CREDENTIALS,
                chaos=self.chaos,
                virtual=True,
                virtual_stream=self.stream,
                http=http,
            ) as carrier,
        ):
            report = await carrier.place_call(scenario)
        known = await asyncio.to_thread(self.calls.known, report.call_sid)
        log = [event.body.TYPE for event in self.log if event.interaction_id == report.call_sid]
        assert is_over(known.facts, known.decisions) and log.count(EventType.CALL_ENDED) == 1
        violations = [violation.code for violation in report.violations if not violation.code.startswith("319")]
        return ended_reason(known.facts), self.streams[report.call_sid], report.ended_by, violations


@pytest.mark.slow
async def test_unreliable_webhooks_change_nothing_about_how_calls_end() -> None:
    calm = VirtualRun(Chaos())
    wild = VirtualRun(Chaos(duplicate=1.0, reorder=0.7, delay_ms=(0, 3000)))
    for seed in range(12):
        expected, found = await calm.call(seed), await wild.call(seed)
        assert found == expected, seed
        _reason, streams, ended_by, violations = expected
        assert ended_by is EndedBy.DOCUMENT and streams <= 6 and violations == []
    calm.database.close()
    wild.database.close()
