"""Prometheus metrics: what the event log, the edge and the stores tell about the service. No label holds personal data.

Definitions: voice-to-voice is `ReplyStarted.voice_to_voice_ms` (`interactions.events.speaking`); a turn is one
utterance; all labels come from closed vocabularies.
"""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from interactions.event import Envelope, NewEvent
from interactions.events.acting import Action, Transfer
from interactions.events.lifecycle import CallEnded, CallStarted, Fault
from interactions.events.listening import UtteranceHeard
from interactions.events.speaking import Interrupted, ReplyStarted
from interactions.sink import EventSink
from models.errors import FirstlineError
from records.events import EventStore
from telephony.active_calls import ActiveCalls
from telephony.counters import EdgeCounters
from telephony.loop_lag import LoopLagMonitor

_LATENCY_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1.2, 1.6, 2.4, 4.0, 8.0)
_LENGTH_S = (10, 30, 60, 120, 240, 480, 900, 1800, 3600)


class Metrics:
    """One process's metrics."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self._started = Counter("firstline_calls_started", "Conversations begun.", ["purpose"], registry=registry)
        self._ended = Counter("firstline_calls_ended", "Conversations ended.", ["reason"], registry=registry)
        self._length = Histogram(
            "firstline_call_seconds", "Length of conversations.", buckets=_LENGTH_S, registry=registry
        )
        self._turns = Counter("firstline_turns", "Turns of callers.", registry=registry)
        self._answered = Histogram(
            "firstline_voice_to_voice_seconds",
            "From the caller's last voiced sample to the first audible sample of the reply.",
            buckets=_LATENCY_S, registry=registry,
        )  # fmt: skip
        self._transcribed = Histogram(
            "firstline_transcription_seconds",
            "Compute time of one transcription.",
            buckets=_LATENCY_S,
            registry=registry,
        )
        self._interrupted = Counter("firstline_interruptions", "Replies that callers interrupted.", registry=registry)
        self._actions = Counter("firstline_actions", "Tool calls.", ["tool", "status"], registry=registry)
        self._transfers = Counter("firstline_transfers", "Steps of transfers.", ["state", "reason"], registry=registry)
        self._faults = Counter(
            "firstline_faults", "Faults that a call survived.", ["component", "code"], registry=registry
        )
        self._store_faults = Counter("firstline_store_faults", "Faults of the stores.", ["code"], registry=registry)

    def watch(
        self,
        store: EventStore,
        active: ActiveCalls,
        counters: EdgeCounters,
        lag: LoopLagMonitor,
        line_problems: Callable[[], int],
    ) -> None:
        """Read these whenever the metrics are asked for."""
        gauges = {
            "firstline_active_calls": ("Calls that talk, or will in a moment.", lambda: active.count),
            "firstline_event_loop_lag_seconds": ("How late the event loop runs.", lambda: lag.lag_ms / 1000),
            "firstline_events_waiting": ("Events not yet committed.", lambda: store.state().waiting),
            "firstline_events_failing": ("1 while events cannot be written.", lambda: int(store.state().failing)),
            "firstline_line_problems": ("Changed lines that are not used because of mistakes.", line_problems),
        }
        for name, (sentence, read) in gauges.items():
            Gauge(name, sentence, registry=self.registry).set_function(read)
        self.registry.register(_EdgeCollector(counters))

    def observe(self, event: Envelope) -> None:
        """Count what happened on a call."""
        match event.body:
            case CallStarted(purpose=purpose):
                self._started.labels(purpose).inc()
            case CallEnded(reason=reason, duration_ms=duration_ms):
                self._ended.labels(reason.value).inc()
                self._length.observe(duration_ms / 1000)
            case UtteranceHeard(transcribe_ms=transcribe_ms):
                self._turns.inc()
                self._transcribed.observe(transcribe_ms / 1000)
            case ReplyStarted(voice_to_voice_ms=int() as answered_ms):
                self._answered.observe(answered_ms / 1000)
            case Interrupted():
                self._interrupted.inc()
            case Action(tool=tool, status=status):
                self._actions.labels(tool, status.value).inc()
            case Transfer(state=state, reason=reason):
                self._transfers.labels(state.value, reason.value).inc()
            case Fault(component=component, code=code):
                self._faults.labels(component, code).inc()

    def store_fault(self, error: FirstlineError) -> None:
        """Count a fault of the event store or of a recording."""
        self._store_faults.labels(error.code).inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)


class MeasuredSink:
    """An `interactions.sink.EventSink` that counts events on their way into another."""

    def __init__(self, sink: EventSink, metrics: Metrics):
        """Count for ``metrics`` what goes into ``sink``."""
        self._sink = sink
        self._metrics = metrics

    def append(self, event: NewEvent) -> None:
        """Count and keep one event; see `interactions.sink.EventSink.append`."""
        self._metrics.observe(event)
        self._sink.append(event)


class _EdgeCollector(Collector):
    """The telephone edge's counters."""

    def __init__(self, counters: EdgeCounters):
        self._counters = counters

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily("firstline_edge", "What happened at the telephone edge.", labels=["what", "which"])
        for (what, which), count in self._counters.snapshot().items():
            family.add_metric([what, which], count)
        yield family
