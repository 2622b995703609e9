"""Builds the service from its settings, starts and stops it: the one place that knows how the rooms fit together."""

import asyncio
import contextlib
import gc
import os
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from fastapi import FastAPI
from loguru import logger

from console.phone import BrowserPhone, PhoneSettings
from dialogue.lines.line_book import whole_book
from interactions.sink import EventSink
from models.errors import FirstlineError
from records.calls import CallRepository
from records.database import Database
from records.events import EventStore
from records.recordings import NoRecorder, Recordings
from records.schema import migrate
from service.foundation import Conversations, Foundation, OpenConversations
from service.line_folders import LineFolders
from service.line_watch import LineWatch
from service.lines import CurrentLines
from service.metrics import MeasuredSink, Metrics
from service.sandbox import create_app as create_sandbox
from service.settings import Settings
from service.simulated_account import make_simulated_account
from service.tool_client import SANDBOX_URL, make_tool_client
from telephony.active_calls import ActiveCalls
from telephony.admission import Admission, AdmissionLimits, BusyReason
from telephony.counters import EdgeCounters
from telephony.edge import TelephoneEdge
from telephony.loop_lag import LoopLagMonitor
from telephony.reconciler import Reconciler
from telephony.twilio.control import TwilioControl
from telephony.twilio.settings import TwilioSettings

_USUAL_THRESHOLDS = gc.get_threshold()
_LOOK_FOR_GARBAGE = (700, 10, 2)
"""Thresholds of the garbage collector. An ended call lies in circles of references; with the last one at Python's 10
some ninety of them wait to be collected (35 MB), with 2 a handful. Looking takes 3 ms with 32 calls."""


@dataclass(slots=True, kw_only=True)
class Service:
    """All parts of one process."""

    settings: Settings
    """What it was built from."""
    twilio: TwilioSettings
    """Whom it believes: the account that is set, or the simulated phone's where none is and nobody else comes in."""
    lines: CurrentLines
    """The lines that answer."""
    line_watch: LineWatch
    """Takes in lines that were changed."""
    database: Database
    """One engine for everything that is kept."""
    store: EventStore
    """The event log."""
    recordings: Recordings
    """The recordings."""
    conversations: Conversations
    """Models and conversations."""
    edge: TelephoneEdge
    """The telephone edge."""
    phone: BrowserPhone
    """The phone page."""
    lag: LoopLagMonitor
    """Event-loop lag."""
    metrics: Metrics
    """Metrics."""
    tool_client: httpx.AsyncClient
    """For the lines' tools."""
    sandbox: FastAPI | None = None
    """The sample shop's back office."""
    reconciler: Reconciler | None = None
    """Looks up calls whose end nobody reported; only with an account."""
    started: bool = False
    """Whether models are warm and calls are taken."""

    async def start(self) -> None:
        """Get ready inside the running event loop; calls are taken afterwards."""
        self.lag.start()
        await self.conversations.start()
        if self.reconciler is not None:
            self.reconciler.start()
        self.line_watch.start()
        # What is loaded now stays until the end; looking through it for garbage would stop every call for a moment.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_LOOK_FOR_GARBAGE)
        self.started = True
        names = ", ".join(self.lines.titles())
        logger.info("ready: line {}, {} calls at a time", names, self.settings.max_calls)

    def not_ready(self) -> list[str]:
        """Why no call is taken now; empty when one is."""
        return [reason.sentence for reason in self.edge.admission.refusals()]

    def obstacle(self) -> BusyReason | None:
        """What keeps calls out that the telephone edge cannot see."""
        if not self.started:
            return BusyReason.LOADING
        return BusyReason.LOG_FAILING if self.store.state().failing else None

    async def drain(self) -> None:
        """Take no more calls and let the running ones finish, within the configured time."""
        if self.edge.active.talking:
            logger.info("stopping: waiting up to {} s for {} calls", self.settings.drain_s, self.edge.active.talking)
        await self.edge.active.drain(self.settings.drain_s)

    async def stop(self) -> None:
        """Give everything back, the log last: what others write while they stop is kept."""
        self.started = False
        gc.unfreeze()
        gc.set_threshold(*_USUAL_THRESHOLDS)
        await self.edge.active.drain(0)
        if self.reconciler is not None:
            await self.reconciler.stop()
        await self.line_watch.stop()
        await self.lag.stop()
        await self.conversations.close()
        await self.tool_client.aclose()
        if self.sandbox is not None:
            self.sandbox.state.office.engine.dispose()
        await asyncio.to_thread(self.recordings.close)
        with contextlib.suppress(FirstlineError):  # Counted and logged by the fault handler.
            await asyncio.to_thread(self.store.close)
        self.database.close()


def build_service(settings: Settings, opener: OpenConversations) -> Service:
    """Load the lines and the models and put the parts together; blocking, before the service listens.

    Args:
        settings: Checked settings.
        opener: Makes the conversation factory.

    Raises:
        FirstlineError: A line, a model or the database cannot be used; the message says what to do.
    """
    if settings.cache_dir:
        # The model registry reads it from the environment, because it works without a service, too.
        os.environ.setdefault("FIRSTLINE_CACHE_DIR", settings.cache_dir)
    folders = LineFolders.of(settings)
    read = folders.read()
    lines = CurrentLines(whole_book(read.lines, folders.default))
    metrics = Metrics()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    migrate(database)
    store = EventStore(database, on_fault=_fault_handler(metrics))
    recordings = Recordings(settings.recordings_dir, on_fault=_fault_handler(metrics))
    repaired = recordings.repair_all()
    if repaired:
        logger.warning("{} recordings had been cut off and are readable again", repaired)
    sandbox = create_sandbox(settings.data_dir / "sandbox.db") if settings.sandbox else None
    tool_client = make_tool_client(sandbox)
    sink = MeasuredSink(store, metrics)
    foundation = Foundation(
        settings=settings,
        lines=lines,
        sink=sink,
        snapshots=store,
        recorder=recordings.recorder if settings.record else lambda call_id: NoRecorder(),
        tool_client=tool_client,
        sandbox_url=SANDBOX_URL if sandbox is not None else "",
    )
    try:
        conversations = opener(foundation)
    except BaseException:
        recordings.close()
        store.close()
        database.close()
        raise
    lag = LoopLagMonitor()
    service = Service(
        settings=settings,
        twilio=_believed(settings),
        lines=lines,
        line_watch=(watch := LineWatch(folders, read, lines, conversations, every_s=settings.lines_check_s)),
        database=database,
        store=store,
        recordings=recordings,
        conversations=conversations,
        edge=(edge := _edge(settings, lines, database, conversations, lag, sink, lambda: service.obstacle())),
        phone=_phone(settings, edge, store, recordings),
        lag=lag,
        metrics=metrics,
        tool_client=tool_client,
        sandbox=sandbox,
        reconciler=Reconciler(edge, TwilioControl(settings.twilio)) if settings.twilio.configured else None,
    )
    metrics.watch(store, edge.active, edge.counters, lag, lambda: len(watch.problems))
    return service


def _believed(settings: Settings) -> TwilioSettings:
    if settings.twilio.configured or not settings.address.local:
        return settings.twilio
    account = make_simulated_account(settings.data_dir)
    return settings.twilio.model_copy(update=account.model_dump(exclude_unset=True))


def _edge(
    settings: Settings,
    lines: CurrentLines,
    database: Database,
    conversations: Conversations,
    lag: LoopLagMonitor,
    sink: EventSink,
    obstacle: Callable[[], BusyReason | None],
) -> TelephoneEdge:
    telephony, active = settings.telephony, ActiveCalls()
    limits = AdmissionLimits(places=settings.max_calls, max_loop_lag_ms=telephony.max_loop_lag_ms)
    return TelephoneEdge(
        settings=telephony,
        address=settings.address,
        factory=conversations,
        calls=CallRepository(database),
        sink=sink,
        lines=lines,
        active=active,
        admission=Admission(active, limits, loop_lag_ms=lambda: lag.lag_ms, obstacle=obstacle),
        counters=EdgeCounters(),
    )


def _phone(settings: Settings, edge: TelephoneEdge, store: EventStore, recordings: Recordings) -> BrowserPhone:
    page = PhoneSettings(page=settings.phone_page, key=settings.phone_key.get_secret_value())
    return BrowserPhone(page, edge, store, recordings)


def _fault_handler(metrics: Metrics) -> Callable[[FirstlineError], None]:
    def report(error: FirstlineError) -> None:
        metrics.store_fault(error)
        logger.error("{}: {}", error.code, error.message)

    return report
