"""One call that is going on: asks for documents and lives their verbs until somebody ends it."""

import asyncio
import dataclasses
from typing import Any

from simulator.call import CallMachine, CallStatus, StatusCallback
from simulator.caller import CallerActor, PreparedScenario
from simulator.carrier import Carrier, Watch
from simulator.document import Document, EndedBy
from simulator.errors import TwimlError
from simulator.leg import Leg
from simulator.ongoing_call import RunningFork
from simulator.protocol import Violation
from simulator.scenario import DialBehaviour, DialOutcome
from simulator.stream import StreamReport
from simulator.twiml import Hangup, Redirect, Reject, Verb
from simulator.twiml_parser import parse
from simulator.verbs import live_verb
from simulator.webhooks import WebhookFailedError, Webhooks


class LiveCall:
    """A leg with its status, its webhooks and its document; a `simulator.ongoing_call.OngoingCall`."""

    def __init__(
        self,
        carrier: Carrier,
        machine: CallMachine,
        prepared: PreparedScenario,
        *,
        watch: Watch | None = None,
        webhooks: Webhooks | None = None,
        callback: StatusCallback | None = None,
        fallback: Document | None = None,
    ):
        self.carrier = carrier
        self.machine = machine
        self.prepared = prepared
        self.watch = watch or Watch()
        self.callback = callback
        network = prepared.scenario.network
        self.leg = Leg(
            CallerActor(prepared),
            playout_delay_ms=network.playout_delay_ms,
            echo_db=network.echo_db,
            echo_ms=network.echo_ms,
        )
        self.webhooks = webhooks or Webhooks(
            http=carrier.http,
            service=carrier.service,
            credentials=carrier.credentials,
            ticker=carrier.ticker,
            chaos=carrier.chaos,
            signature=network.webhook_signature,
        )
        self.streams: list[StreamReport] = []
        """Media streams that are over."""
        self.sockets_broken = 0
        """Media sockets broken so far on purpose."""
        self.ended_by = EndedBy.DOCUMENT
        """Who ended it."""
        self.forks: dict[str, RunningFork | None] = {}
        """One-way streams by name; None in virtual time."""
        self.recording_callbacks: list[str] = []
        """Who is told when the call's recording is there."""
        self.hung_up_by_document = False
        """Whether <Hangup> ended it."""
        self._fallback = fallback
        self._interruption: asyncio.Future[Document | None] | None = None
        carrier.calls[machine.sid] = self
        carrier.machines[machine.sid] = machine

    # --- what others do to it -------------------------------------------------------------------------------------

    def interrupt(self, document: Document | None, by: EndedBy = EndedBy.SERVICE) -> bool:
        """Abort the current verb and go on with another document, or end the call (None); False when it is too late."""
        if self.machine.over or self._interruption is None or self._interruption.done():
            return False
        if document is None:
            self.ended_by = by
        self._interruption.set_result(document)
        return True

    def begin(self) -> None:
        """An inbound call rings at the service."""
        for status in (CallStatus.INITIATED, CallStatus.RINGING):
            self.carrier.move(self.machine, self.webhooks, status, self.callback)

    def answer(self) -> None:
        """The call is answered: from now on there is a mouth and an ear."""
        if self.machine.status is CallStatus.RINGING:
            self.carrier.move(self.machine, self.webhooks, CallStatus.IN_PROGRESS, self.callback)
            self.carrier.ticker.add(self.leg.tick)

    def violate(self, code: str, detail: str) -> None:
        """Note something the service did wrong."""
        self.watch.violations.append(Violation(code=code, detail=detail, at_ms=self.leg.now_ms))

    def note(self, what: str) -> None:
        """Note something worth knowing."""
        self.watch.notes.append(f"{self.leg.now_ms} ms: {what}")

    def party(self, machine: CallMachine, prepared: PreparedScenario, callback: StatusCallback | None) -> "LiveCall":
        """A further leg that this call dials; see `simulator.ongoing_call.OngoingCall.party`."""
        return LiveCall(self.carrier, machine, prepared, watch=self.watch, callback=callback)

    # --- its life -------------------------------------------------------------------------------------------------

    async def dial(
        self, document: Document, behaviour: DialBehaviour, timeout_ms: float, *, queued_ms: float = 0
    ) -> None:
        """Ring a party after some time in the queue; when it answers, live the document."""
        self._interruption = asyncio.get_running_loop().create_future()
        if queued_ms and await self.carrier.ticker.wait(self._interruption, queued_ms):
            self.carrier.move(self.machine, self.webhooks, CallStatus.CANCELED, self.callback)
            await self._forget()
            return
        self.begin()
        answers = behaviour.outcome is DialOutcome.ANSWER and behaviour.after_ms < timeout_ms
        rings = timeout_ms if behaviour.outcome is DialOutcome.NO_ANSWER else min(behaviour.after_ms, timeout_ms)
        if await self.carrier.ticker.wait(self._interruption, rings):
            end = CallStatus.CANCELED
        elif answers:
            self.answer()
            await self.run(document)
            return
        else:
            late = behaviour.outcome is DialOutcome.ANSWER or rings >= timeout_ms
            end = CallStatus.NO_ANSWER if late else CallStatus(behaviour.outcome.value)
        self.carrier.move(self.machine, self.webhooks, end, self.callback)
        await self._forget()

    async def _forget(self) -> None:
        self.carrier.calls.pop(self.machine.sid, None)
        await self.webhooks.settle()

    async def run(self, document: Document) -> None:
        """Live from ringing to the end; returns when every callback has been made."""
        try:
            await self._documents(document)
        except asyncio.CancelledError:
            self.callback = None
            self.webhooks.abandon()
            for fork in filter(None, self.forks.values()):
                fork.task.cancel()
            raise
        finally:
            self.carrier.ticker.remove(self.leg.tick)
            self.carrier.calls.pop(self.machine.sid, None)
            if not self.machine.over:
                answered = self.machine.status is CallStatus.IN_PROGRESS
                end = CallStatus.COMPLETED if answered else CallStatus.FAILED
                self.carrier.move(self.machine, self.webhooks, end, self.callback)
        for fork in filter(None, self.forks.values()):
            fork.stream.stop()
            await fork.task
        for url in self.recording_callbacks:
            self.webhooks.notify(url, self._recording_params())
        await self.webhooks.settle()

    async def _documents(self, first: Document) -> None:
        document: Document | None = first
        while document is not None:
            self._interruption = asyncio.get_running_loop().create_future()
            work = asyncio.create_task(self._execute(document))
            try:
                ends: set[asyncio.Future[Any]] = {work, self._interruption, self.leg.hung_up}
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not work.done():
                    work.cancel()
                    await asyncio.wait({work})
            if self.leg.hung_up.done():
                self.leg.hung_up.result()
                self.ended_by = EndedBy.CALLER
                return
            document = self._interruption.result() if self._interruption.done() else work.result()

    async def _execute(self, document: Document) -> Document | None:
        """Fetch and live one document; returns the next one, or None when the call is to end."""
        text = document.text
        base = document.url or self.carrier.service.public + "/"
        try:
            if text is None:
                params = self.machine.params() | dict(document.params)
                text = await self.webhooks.fetch(document.kind, document.url, params, method=document.method)
            verbs = parse(text)
        except (WebhookFailedError, TwimlError) as error:
            code = error.code if isinstance(error, WebhookFailedError) else "12100"
            return self._no_document(document, code, str(error))
        following = await self._verbs(verbs, base)
        if document.meeting is None:
            return following
        if following is not None:
            return dataclasses.replace(following, meeting=document.meeting)
        if not self.hung_up_by_document:
            await document.meeting.attend(self)
        return None

    def _no_document(self, document: Document, code: str, detail: str) -> Document | None:
        self.violate(code, detail)
        fallback, self._fallback = self._fallback, None
        if fallback is None:
            self.ended_by = EndedBy.ERROR
            return None
        extra = (("ErrorCode", code), ("ErrorUrl", document.url))
        return Document(url=fallback.url, method=fallback.method, kind="fallback", params=extra)

    async def _verbs(self, verbs: tuple[Verb, ...], base: str) -> Document | None:
        for verb in verbs:
            match verb:
                case Reject(reason=reason):
                    self.ended_by = EndedBy.REJECTED
                    end = CallStatus.BUSY if reason == "busy" else CallStatus.NO_ANSWER
                    self.carrier.move(self.machine, self.webhooks, end, self.callback)
                    return None
                case Redirect():
                    return Document(
                        url=self.carrier.service.absolute(verb.url, base), method=verb.method, kind="redirect"
                    )
                case Hangup():
                    self.answer()
                    self.hung_up_by_document = True
                    return None
            self.answer()
            following = await live_verb(self, verb, base)
            if following is not None:
                return following
        return None

    def _recording_params(self) -> dict[str, str]:
        return {
            "AccountSid": self.machine.account_sid,
            "CallSid": self.machine.sid,
            "RecordingSid": "RE" + self.machine.sid[2:],
            "RecordingUrl": f"{self.carrier.service.public}/recordings/RE{self.machine.sid[2:]}",
            "RecordingStatus": "completed",
            "RecordingDuration": str(self.machine.duration_s),
            "RecordingChannels": "2",
            "RecordingSource": "StartCallRecordingTwiML",
        }
