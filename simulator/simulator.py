"""Places calls against a service and reports what the caller lived through: the simulator's front door."""

import asyncio
import dataclasses
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from simulator.call import CallDirection, CallMachine, CallStatus, StatusCallback, new_sid
from simulator.caller import PreparedScenario, StepNote, prepare
from simulator.carrier import Carrier, VirtualStream
from simulator.document import Document, EndedBy
from simulator.live_call import LiveCall
from simulator.measures import CallMeasures, Summary, Timeline, measure, summarise
from simulator.protocol import Violation
from simulator.recording import write_recording
from simulator.scenario import Scenario
from simulator.stream import StreamReport
from simulator.ticker import Pacing, Ticker
from simulator.webhooks import Chaos, Credentials, Service, WebhookRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """What one simulated call was like."""

    scenario: str
    """Name of the scenario."""
    call_sid: str
    """``CA…``"""
    status: CallStatus
    """Final status at the carrier."""
    ended_by: EndedBy
    """Who ended it."""
    duration_ms: int
    """From answering to the end."""
    measures: CallMeasures
    """At the caller's ear."""
    summary: Summary
    """The same, pooled."""
    streams: tuple[StreamReport, ...]
    """Media streams, in order."""
    violations: tuple[Violation, ...]
    """What the service did that the carrier does not accept."""
    notes: tuple[str, ...]
    """Events at the carrier worth knowing."""
    step_notes: tuple[StepNote, ...]
    """Steps that ran into their time limit."""
    webhooks: tuple[WebhookRecord, ...]
    """Every webhook that was made."""
    pacing: Pacing
    """Punctuality of the simulator up to the end of this call, over all its calls."""
    recording: Path | None
    """Stereo recording: left the caller, right what was heard."""

    @property
    def marks_outstanding(self) -> int:
        """Marks that never came back."""
        return sum(stream.marks_outstanding for stream in self.streams)

    @property
    def reliable(self) -> bool:
        """Whether the machine had time enough for the measures to count."""
        return self.pacing.reliable

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            **dataclasses.asdict(self),
            "recording": str(self.recording) if self.recording else None,
            "reliable": self.reliable,
            "marks_outstanding": self.marks_outstanding,
        }


class Simulator:
    """A carrier for any number of concurrent calls in one process; use as an async context manager."""

    def __init__(
        self,
        service: Service,
        credentials: Credentials | None = None,
        *,
        voice_path: str = "/twilio/voice",
        status_path: str = "/twilio/status",
        fallback_path: str = "",
        chaos: Chaos | None = None,
        virtual: bool = False,
        virtual_stream: VirtualStream | None = None,
        http: httpx.AsyncClient | None = None,
        seed: int = 1,
    ):
        """Set up.

        Args:
            service: Where the service is.
            credentials: The account; signs everything.
            voice_path: Voice webhook of the number that is called.
            status_path: Its status callback; empty for none.
            fallback_path: Its fallback webhook; empty for none.
            chaos: Unreliability of webhooks.
            virtual: Time passes as fast as it can; there is no media socket then.
            virtual_stream: In virtual time, how a media stream ends.
            http: Client for webhooks, e.g. with an ASGI transport; closed by its owner.
            seed: Makes time offsets repeatable.
        """
        self._service = service
        self._paths = (voice_path, status_path, fallback_path)
        self._own_http = http is None
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        self._http = http or httpx.AsyncClient(limits=limits, trust_env=False)
        self.carrier = Carrier(
            http=self._http,
            service=service,
            credentials=credentials or Credentials(),
            ticker=Ticker(virtual=virtual),
            chaos=chaos,
            virtual_stream=virtual_stream,
            seed=seed,
        )

    async def __aenter__(self) -> "Simulator":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.carrier.close()
        await self.carrier.ticker.close()
        if self._own_http:
            await self._http.aclose()

    def pacing(self) -> Pacing:
        """Punctuality so far."""
        return self.carrier.ticker.pacing()

    async def place_call(self, scenario: Scenario | PreparedScenario, *, recording: Path | None = None) -> CallReport:
        """Call the service, live the scenario, and report.

        Args:
            scenario: What the caller does; prepare it beforehand when many calls share it.
            recording: Where to write the stereo recording; None for none.

        Raises:
            SimulatorError: Audio of the scenario is missing.
        """
        prepared = scenario if isinstance(scenario, PreparedScenario) else await asyncio.to_thread(prepare, scenario)
        call = self._inbound(prepared)
        number = self.carrier.number(prepared.scenario.called)
        voice = number.voice_url or self._service.absolute(self._paths[0])
        params: tuple[tuple[str, str], ...] = (("CallToken", new_sid("CT")),)
        if prepared.scenario.stir_verstat:
            params += (("StirVerstat", prepared.scenario.stir_verstat),)
        call.begin()
        await call.run(Document(url=voice, params=params))
        if recording is not None:
            await asyncio.to_thread(write_recording, recording, call.leg.sent, call.leg.heard)
        return self._report(call, recording)

    def _inbound(self, prepared: PreparedScenario) -> LiveCall:
        carrier, scenario = self.carrier, prepared.scenario
        _, status_path, fallback_path = self._paths
        machine = CallMachine(
            sid=new_sid("CA"),
            account_sid=carrier.credentials.account_sid,
            caller=scenario.caller,
            called=scenario.called,
            direction=CallDirection.INBOUND,
            created_ms=carrier.ticker.now_ms(),
        )
        status_url = carrier.number(scenario.called).status_callback or (
            self._service.absolute(status_path) if status_path else ""
        )
        callback = StatusCallback(url=status_url) if status_url else None
        fallback = Document(url=self._service.absolute(fallback_path)) if fallback_path else None
        return LiveCall(carrier, machine, prepared, callback=callback, fallback=fallback)

    def _report(self, call: LiveCall, recording: Path | None) -> CallReport:
        leg = call.leg
        measures = measure(
            Timeline(
                utterances=tuple(leg.actor.utterances),
                heard=b"".join(leg.heard),
                starved=bytes(leg.starved),
                clears=tuple(leg.clears),
                keys=tuple(frame for frame, _ in leg.keys),
            )
        )
        return CallReport(
            scenario=call.prepared.scenario.name,
            call_sid=call.machine.sid,
            status=call.machine.status,
            ended_by=call.ended_by,
            duration_ms=leg.now_ms,
            measures=measures,
            summary=summarise([measures]),
            streams=tuple(call.streams),
            violations=tuple(call.watch.violations),
            notes=tuple(call.watch.notes),
            step_notes=tuple(leg.actor.notes),
            webhooks=tuple(call.webhooks.log),
            pacing=self.pacing(),
            recording=recording,
        )


async def run_call(
    scenario: Scenario | PreparedScenario,
    *,
    service_url: str,
    public_url: str = "",
    credentials: Credentials | None = None,
    recording: Path | None = None,
    chaos: Chaos | None = None,
) -> CallReport:
    """Place one call against a running service.

    Args:
        scenario: What the caller does; see `scenario_file.load_scenario` and `caller.scenario_of_files`.
        service_url: Where to connect, e.g. ``http://127.0.0.1:8080``.
        public_url: The base the service believes to be reached under, which is what is signed; empty for the same.
        credentials: The account whose token signs; must be the service's.
        recording: Where to write the stereo recording.
        chaos: Unreliability of webhooks.
    """
    async with Simulator(Service(url=service_url, public_url=public_url), credentials, chaos=chaos) as simulator:
        return await simulator.place_call(scenario, recording=recording)
