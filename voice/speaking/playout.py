"""What to send next to the caller's ear, and what of it was played: a pure machine over the playout ledger.

Replies are queued sentence by sentence as they are rendered. `advance` sends as much as keeps the carrier's buffer
``lead_ms`` ahead, so that a stall of ours shorter than the lead is not heard, and reports what was played meanwhile.
`pause` empties the carrier's buffer at once and keeps the rest, ready to go on from where it was played last; `stop`
gives the rest up.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

from models.interfaces import SAMPLES_PER_MS
from voice.speaking.ledger import PlayoutLedger, played_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One rendered sentence."""

    text: str
    """As written; what the transcript shows once it was played."""
    audio: bytes
    """μ-law, 8 kHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Hand audio to the carrier."""

    audio: bytes
    at_ms: float
    """When its first sample will be heard, as far as is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMark:
    """Ask the carrier for a mark."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearBuffer:
    """Have the carrier throw away what it has not played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Audio that the ear has got, for the recording."""

    audio: bytes
    at_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyBegan:
    """The first sample of a reply is on its way to the ear."""

    reply_id: int
    at_ms: float
    """When it is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyOver:
    """No more of a reply will be played."""

    reply_id: int
    text: str
    """The played part."""
    start_ms: float
    end_ms: float
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyProven:
    """The carrier's marks prove that a reply was played to its end."""

    reply_id: int


Step = Send | SetMark | ClearBuffer | Played | ReplyBegan | ReplyOver | ReplyProven


@dataclass(slots=True)
class _Segment:
    """A sentence on its way: how much was sent, how much was played."""

    reply: "_Reply"
    sentence: Sentence
    sent: int = 0
    played: int = 0

    @property
    def exhausted(self) -> bool:
        return self.sent >= len(self.sentence.audio)


@dataclass(slots=True, eq=False)
class _Reply:
    """A reply whose sentences are still coming, being sent or being played."""

    reply_id: int
    interruptible: bool
    segments: list[_Segment] = field(default_factory=list)
    closed: bool = False
    end: int = 0
    """Position after the last of it that was sent."""
    began_ms: float | None = None
    ended_ms: float = 0.0

    @property
    def fully_played(self) -> bool:
        return self.closed and all(s.played >= len(s.sentence.audio) for s in self.segments)

    def played_words(self) -> str:
        parts = []
        for segment in self.segments:
            total = len(segment.sentence.audio)
            if segment.played >= total:
                parts.append(segment.sentence.text)
            elif segment.played:
                parts.append(played_text(segment.sentence.text, segment.played / total))
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of sent samples: where it lies on the line and in its segment."""

    position: int
    segment: _Segment
    offset: int
    length: int


class Playout:
    """Queue, lead, marks, pause and account of one call's speech. Fed facts with call-clock times; has no clock."""

    def __init__(self, *, lead_ms: float = 200.0, chunk_ms: int = 60, mark_every_ms: int = 200, rewind_ms: int = 120):
        """Start silent.

        Args:
            lead_ms: How far ahead of the ear the carrier's buffer is kept.
            chunk_ms: Audio in one message to the carrier.
            mark_every_ms: Distance between marks.
            rewind_ms: After a pause, how much of what was played last is said again.
        """
        self._ledger = PlayoutLedger()
        self._lead_ms = lead_ms
        self._chunk = chunk_ms * SAMPLES_PER_MS
        self._mark_every = mark_every_ms * SAMPLES_PER_MS
        self._rewind = rewind_ms * SAMPLES_PER_MS
        self._replies: deque[_Reply] = deque()
        self._pieces: deque[_Piece] = deque()
        self._unproven: deque[_Reply] = deque()
        """By our clock played to their end, by the carrier's marks not yet."""
        self._since_mark = 0
        self._paused = False

    @property
    def speaking(self) -> bool:
        """Whether any reply is queued, being sent or being played."""
        return bool(self._replies)

    @property
    def paused(self) -> bool:
        """Whether the bot holds its tongue for what may be an interruption."""
        return self._paused

    @property
    def interruptible(self) -> bool:
        """Whether the reply at the ear may be interrupted."""
        return not self._replies or self._replies[0].interruptible

    @property
    def current_reply(self) -> int | None:
        """The reply at the ear, or None."""
        return self._replies[0].reply_id if self._replies else None

    def remaining_ms(self, now_ms: float) -> float:
        """Audio of queued replies that was not played yet, as far as it is rendered."""
        left = sum(len(s.sentence.audio) - s.played for r in self._replies for s in r.segments)
        return max(0.0, (left - self._ledger.unsettled(now_ms)) / SAMPLES_PER_MS)

    def add(self, reply_id: int, sentence: Sentence, *, interruptible: bool = True) -> None:
        """Queue a sentence behind what is queued already; sentences of one reply come together."""
        if not self._replies or self._replies[-1].reply_id != reply_id or self._replies[-1].closed:
            self._replies.append(_Reply(reply_id=reply_id, interruptible=interruptible))
        reply = self._replies[-1]
        reply.segments.append(_Segment(reply=reply, sentence=sentence))

    def close(self, reply_id: int) -> None:
        """No more sentences of this reply will come."""
        for reply in self._replies:
            if reply.reply_id == reply_id:
                reply.closed = True

    def advance(self, now_ms: float) -> list[Step]:
        """Send what is due and report what was played."""
        steps = self._report(now_ms)
        if not self._paused:
            steps += self._send_due(now_ms)
        return steps

    def next_ms(self, now_ms: float) -> float | None:
        """When `advance` is due again; None while there is nothing to send or to hear."""
        if self._paused:
            return None
        buffered = self._ledger.buffered_ms(now_ms)
        if any(not s.exhausted for r in self._replies for s in r.segments):
            return now_ms + max(1.0, buffered - self._lead_ms + self._chunk / SAMPLES_PER_MS)
        return now_ms + max(5.0, buffered) if self._pieces else None

    def mark_returned(self, name: str, now_ms: float, *, sent_ms: float) -> list[Step]:
        """Take a mark that the carrier sent back at ``sent_ms``."""
        self._ledger.mark_returned(name, sent_ms)
        return self._report(now_ms)

    def pause(self, now_ms: float) -> list[Step]:
        """Go silent at once, ready to go on."""
        steps = self._clear(now_ms)
        self._paused = True
        return steps

    def resume(self, now_ms: float) -> list[Step]:
        """Go on from where the caller heard us last."""
        self._paused = False
        return self.advance(now_ms)

    def stop(self, now_ms: float) -> list[Step]:
        """Give up every queued reply."""
        steps = self._clear(now_ms)
        self._paused = False
        for reply in self._replies:
            steps.append(self._over(reply, now_ms, complete=False))
        self._replies.clear()
        return steps

    def withdraw(self, reply_ids: Collection[int], now_ms: float, *, unless_begun: bool = False) -> list[Step]:
        """Give up some of the queued replies; the others go on.

        Args:
            reply_ids: Which.
            now_ms: When.
            unless_begun: Whether those that are being said are said to their end.
        """
        given_up = [
            reply
            for reply in self._replies
            if reply.reply_id in reply_ids and not (unless_begun and reply.began_ms is not None)
        ]
        if not given_up:
            return []
        steps = self._clear(now_ms) if any(reply.began_ms is not None for reply in given_up) else self._report(now_ms)
        for reply in given_up:
            self._replies.remove(reply)
            steps.append(self._over(reply, now_ms, complete=False))
        return steps if self._paused else steps + self.advance(now_ms)

    def _clear(self, now_ms: float) -> list[Step]:
        steps = self._report(now_ms)
        if self._ledger.buffered_ms(now_ms) > 0 or self._pieces:
            steps.append(ClearBuffer())
            self._ledger.cleared(now_ms)
            # The carrier now returns every mark, played or not: none of them proves anything any more.
            self._unproven.clear()
        self._pieces.clear()
        self._since_mark = 0
        for reply in self._replies:
            for segment in reply.segments:
                if segment.played < len(segment.sentence.audio):
                    segment.sent = max(0, segment.played - self._rewind)
        return steps

    def _send_due(self, now_ms: float) -> list[Step]:
        steps: list[Step] = []
        for reply in self._replies:
            for segment in reply.segments:
                while not segment.exhausted:
                    if self._ledger.buffered_ms(now_ms) >= self._lead_ms:
                        return steps
                    steps += self._send(segment, now_ms)
            if not reply.closed:
                # What follows must wait: more of this reply is being rendered.
                break
        if steps and self._since_mark:
            steps.append(self._mark())
        return steps

    def _send(self, segment: _Segment, now_ms: float) -> list[Step]:
        audio = segment.sentence.audio[segment.sent : segment.sent + self._chunk]
        position = self._ledger.sent
        self._ledger.sent_audio(len(audio), now_ms)
        self._pieces.append(
            _Piece(position=position, segment=segment, offset=segment.sent, length=len(audio)),
        )
        at_ms = max(now_ms, self._ledger.played_at(position))
        steps: list[Step] = [Send(audio=audio, at_ms=at_ms)]
        if segment.reply.began_ms is None:
            segment.reply.began_ms = at_ms
            steps.append(ReplyBegan(reply_id=segment.reply.reply_id, at_ms=segment.reply.began_ms))
        segment.sent += len(audio)
        segment.reply.end = self._ledger.sent
        self._since_mark += len(audio)
        if self._since_mark >= self._mark_every:
            steps.append(self._mark())
        return steps

    def _mark(self) -> SetMark:
        self._since_mark = 0
        return SetMark(name=self._ledger.mark_name())

    def _report(self, now_ms: float) -> list[Step]:
        steps = self._credit(now_ms)
        while self._replies and self._replies[0].fully_played:
            reply = self._replies.popleft()
            steps.append(self._over(reply, reply.ended_ms, complete=True))
            self._unproven.append(reply)
        while self._unproven and self._unproven[0].end <= self._ledger.proven:
            steps.append(ReplyProven(reply_id=self._unproven.popleft().reply_id))
        return steps

    def _credit(self, now_ms: float) -> list[Step]:
        """Credit newly played samples to their sentences."""
        steps: list[Step] = []
        span = self._ledger.settle(now_ms)
        while span and self._pieces and self._pieces[0].position < span.end:
            piece = self._pieces[0]
            first = max(span.start, piece.position)
            last = min(span.end, piece.position + piece.length)
            offset = piece.offset + first - piece.position
            audio = piece.segment.sentence.audio[offset : offset + last - first]
            at_ms = span.at_ms + (first - span.start) / SAMPLES_PER_MS
            steps.append(Played(audio=audio, at_ms=at_ms))
            piece.segment.played = max(piece.segment.played, offset + last - first)
            piece.segment.reply.ended_ms = at_ms + (last - first) / SAMPLES_PER_MS
            if last < piece.position + piece.length:
                break
            self._pieces.popleft()
        return steps

    def _over(self, reply: _Reply, now_ms: float, *, complete: bool) -> ReplyOver:
        start = reply.began_ms if reply.began_ms is not None else now_ms
        end = reply.ended_ms if reply.segments and reply.ended_ms else start
        return ReplyOver(
            reply_id=reply.reply_id, text=reply.played_words(), start_ms=start, end_ms=end, complete=complete
        )
