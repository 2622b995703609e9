"""Measures of one call as pure functions over what the caller said and what reached the caller's ear.

All positions are samples at 8 kHz on the caller's clock. Definitions (version 1), with "voiced" as in `mulaw`:

- bot segment: a run of voiced audio at the ear; silences up to 200 ms are inside it, and so are silences up to 1 s that
  the bot sent as audio (a breath between sentences), unless it threw audio away in them.
- voice-to-voice: from the caller's last voiced sample of a turn to the start of the first bot segment that begins at or
  after it and before the caller's next utterance.
- false cut-off: a bot segment begins inside a caller's utterance, in its pauses or over its words, later than the bot
  could have failed to hear its start (200 ms; 500 ms when the caller interrupted the bot).
- barge-in stop: from the caller's first voiced sample to the last voiced sample of the bot segment that was under way;
  a segment that begins within 300 ms of its end, while the caller still speaks, belongs to it.
- false stop: unplayed audio was thrown away without a caller's turn, talking over or key in the 1.5 s before; or after
  a backchannel the bot's audio broke off for more than 200 ms and went on before the caller's next utterance.
- underrun: more than 40 and at most 500 ms without audio to play, between two voiced pieces of bot audio (voiced within
  60 ms on both sides), without a clear, and with no caller's utterance in the second before.
- dead air: neither side voiced for 3 s or more.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.caller import SpokenUtterance
from simulator.mulaw import FRAME, FRAME_MS, RATE, VOICED_WINDOW, voiced_windows
from simulator.scenario import UtteranceKind

VERSION = 1
"""Of the definitions above."""

_MS = RATE // 1000
_SEGMENT_GAP = 200 * _MS
_UNAVOIDABLE = 200 * _MS
_UNAVOIDABLE_BARGE_IN = 500 * _MS
_BREATH = 1000 * _MS
_SAME_STOP_GAP = 300 * _MS
_CLEAR_REASON = 1500 * _MS
_FALSE_STOP_GAP_FRAMES = 200 // FRAME_MS
_FALSE_STOP_WINDOW = 1000 * _MS
_UNDERRUN_FRAMES = (40 // FRAME_MS, 500 // FRAME_MS)
_UNDERRUN_VOICED = 60 * _MS
_UNDERRUN_CALLER = 1000 * _MS
_DEAD_AIR = 3000 * _MS

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What happened at one caller's mouth and ear."""

    utterances: tuple[SpokenUtterance, ...]
    """What the caller said, in order."""
    heard: bytes
    """μ-law at the ear, from sample `EAR_OFFSET` on."""
    starved: bytes
    """One byte for each frame at the ear: 1 when there was nothing to play."""
    clears: tuple[int, ...] = ()
    """Ear frames from which audio was thrown away."""
    keys: tuple[int, ...] = ()
    """Mouth frames in which a key was pressed."""


EAR_OFFSET = FRAME
"""Ear frame n sounds while mouth frame n + 1 is spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnMeasure:
    """How the bot treated one utterance of the caller."""

    step: int
    """Index of the step in the scenario."""
    name: str
    """File or text."""
    kind: UtteranceKind
    """What it was."""
    start_ms: int
    """First voiced sample."""
    end_ms: int
    """Last voiced sample."""
    voice_to_voice_ms: float | None
    """None when the turn was cut off, got no reply, or needs none."""
    cut_off: bool
    """Whether the bot began to speak inside it."""
    no_reply: bool
    """Whether a reply was expected and none was heard before the caller's next utterance or the end."""
    barge_in_stop_ms: float | None
    """How long the bot went on, when the caller spoke while it did."""
    false_stop: bool | None
    """Of a backchannel while the bot spoke: whether the bot broke off. None where it does not apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMeasures:
    """Measures of one call."""

    turns: tuple[TurnMeasure, ...]
    """One for each utterance."""
    unprovoked_clears: int
    """Times the bot threw its audio away without a reason from the caller."""
    underruns_ms: tuple[int, ...]
    """Lengths of gaps inside the bot's speech."""
    dead_air_ms: tuple[int, ...]
    """Lengths of silences of both sides of 3 s and more."""
    overlap_ms: int
    """Time both sides spoke."""
    bot_speech_ms: int
    """Time the bot was heard."""
    first_bot_audio_ms: int | None
    """From answering to the first sound; None when the bot never spoke."""


def bot_segments(heard: bytes, *, gap: int = _SEGMENT_GAP) -> list[Span]:
    """Spans of bot speech at the ear, on the caller's clock."""
    voiced = voiced_windows(heard)
    return [
        (EAR_OFFSET + start * VOICED_WINDOW, EAR_OFFSET + end * VOICED_WINDOW)
        for start, end in _runs(voiced, gap // VOICED_WINDOW)
    ]


def _runs(flags: NDArray[np.bool_], gap: int) -> list[Span]:
    """Runs of True as [start, end), joined over up to ``gap`` False."""
    indices = np.flatnonzero(flags)
    if not indices.size:
        return []
    breaks = np.flatnonzero(np.diff(indices) > gap + 1)
    starts = indices[np.concatenate(([0], breaks + 1))]
    ends = indices[np.concatenate((breaks, [indices.size - 1]))] + 1
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def _with_breaths(segments: list[Span], gaps: list[Span], clears: Sequence[int]) -> list[Span]:
    """Join segments over silences that were part of the bot's audio."""
    joined: list[Span] = []
    for start, end in segments:
        if joined and start - joined[-1][1] <= _BREATH:
            silence = (joined[-1][1], start)
            dry = any(_ear(a) < silence[1] and _ear(b) > silence[0] for a, b in gaps)
            cleared = any(silence[0] - FRAME <= _ear(clear) <= silence[1] for clear in clears)
            if not dry and not cleared:
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def measure(timeline: Timeline) -> CallMeasures:
    """Compute all measures of a call."""
    gaps = _runs(np.frombuffer(timeline.starved, np.uint8).astype(bool), 0)
    voiced = bot_segments(timeline.heard)
    segments = _with_breaths(voiced, gaps, timeline.clears)
    starts = [utterance.first_voiced for utterance in timeline.utterances]
    ends = [*starts[1:], EAR_OFFSET + len(timeline.heard)]
    turns = tuple(
        _turn(utterance, end, segments, gaps, timeline.clears)
        for utterance, end in zip(timeline.utterances, ends, strict=False)
    )
    speech = sum(end - start for start, end in voiced)
    return CallMeasures(
        turns=turns,
        unprovoked_clears=sum(not _provoked(clear, timeline) for clear in timeline.clears),
        underruns_ms=_underruns(timeline, gaps),
        dead_air_ms=_dead_air(timeline, segments),
        overlap_ms=sum(_overlap(u, voiced) for u in timeline.utterances) // _MS,
        bot_speech_ms=speech // _MS,
        first_bot_audio_ms=segments[0][0] // _MS if segments else None,
    )


def _turn(
    utterance: SpokenUtterance, until: int, segments: list[Span], gaps: list[Span], clears: Sequence[int]
) -> TurnMeasure:
    first, last = utterance.first_voiced, utterance.last_voiced
    speech = utterance.kind is UtteranceKind.SPEECH
    under_way = next((s for s in segments if s[0] <= first < s[1]), None)
    deaf = first + (_UNAVOIDABLE_BARGE_IN if under_way else _UNAVOIDABLE)
    cut_off = speech and any(deaf < start < last for start, _ in segments)
    reply = next((start for start, _ in segments if last <= start < until), None)
    stop = _stop(under_way, last, segments) - first if under_way and speech else None
    wants = speech and utterance.expect_reply
    return TurnMeasure(
        step=utterance.step,
        name=utterance.name,
        kind=utterance.kind,
        start_ms=first // _MS,
        end_ms=last // _MS,
        voice_to_voice_ms=(reply - last) / _MS if wants and reply is not None and not cut_off else None,
        cut_off=cut_off,
        no_reply=wants and reply is None and not cut_off,
        barge_in_stop_ms=stop / _MS if stop is not None else None,
        false_stop=(
            _false_stop(utterance, until, gaps, clears)
            if utterance.kind is UtteranceKind.BACKCHANNEL and under_way
            else None
        ),
    )


def _stop(under_way: Span, caller_end: int, segments: list[Span]) -> int:
    end = under_way[1]
    for start, following_end in segments:
        if end <= start < min(end + _SAME_STOP_GAP, caller_end):
            end = following_end
    return end


def _ear(frame: int) -> int:
    return EAR_OFFSET + frame * FRAME


def _false_stop(utterance: SpokenUtterance, until: int, gaps: list[Span], clears: Sequence[int]) -> bool:
    window = (utterance.first_voiced, utterance.last_voiced + _FALSE_STOP_WINDOW)
    if any(window[0] <= _ear(clear) <= window[1] for clear in clears):
        return True
    return any(
        window[0] <= _ear(start) <= window[1] and end - start > _FALSE_STOP_GAP_FRAMES and _ear(end) < until
        for start, end in gaps
    )


def _provoked(clear: int, timeline: Timeline) -> bool:
    at = _ear(clear)
    spoken = any(
        utterance.first_voiced <= at <= utterance.last_voiced + _CLEAR_REASON
        for utterance in timeline.utterances
        if utterance.kind is not UtteranceKind.BACKCHANNEL
    )
    return spoken or any(key * FRAME <= at <= key * FRAME + _CLEAR_REASON for key in timeline.keys)


def _underruns(timeline: Timeline, gaps: list[Span]) -> tuple[int, ...]:
    tight = bot_segments(timeline.heard, gap=0)
    found = []
    low, high = _UNDERRUN_FRAMES
    for start, end in gaps:
        at, to = _ear(start), _ear(end)
        if not low < end - start <= high or any(abs(clear - start) <= 1 for clear in timeline.clears):
            continue
        if any(u.first_voiced < to and u.last_voiced > at - _UNDERRUN_CALLER for u in timeline.utterances):
            continue
        before = any(s < at and e > at - _UNDERRUN_VOICED for s, e in tight)
        after = any(s < to + _UNDERRUN_VOICED and e > to for s, e in tight)
        if before and after:
            found.append((end - start) * FRAME_MS)
    return tuple(found)


def _dead_air(timeline: Timeline, segments: list[Span]) -> tuple[int, ...]:
    spans = sorted(segments + [(u.first_voiced, u.last_voiced) for u in timeline.utterances])
    spans = [(0, 0), *spans, (EAR_OFFSET + len(timeline.heard),) * 2]
    found, end = [], 0
    for previous, following in pairwise(spans):
        end = max(end, previous[1])
        if following[0] - end >= _DEAD_AIR:
            found.append((following[0] - end) // _MS)
    return tuple(found)


def _overlap(utterance: SpokenUtterance, segments: list[Span]) -> int:
    return sum(max(0, min(end, utterance.last_voiced) - max(start, utterance.first_voiced)) for start, end in segments)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least ``share`` (0 to 1) of the values do not exceed; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Measures over any number of calls."""

    turns: int
    """Caller turns that wanted a reply."""
    p50_ms: float | None
    """Voice-to-voice."""
    p95_ms: float | None
    """Voice-to-voice."""
    p99_ms: float | None
    """Voice-to-voice."""
    cutoffs: int
    """Turns the bot spoke into."""
    cutoff_rate: float
    """Share of them."""
    no_replies: int
    """Turns without a reply."""
    barge_ins: int
    """Turns the caller began while the bot spoke."""
    barge_in_p50_ms: float | None
    """Until the bot was silent."""
    barge_in_p95_ms: float | None
    """Until the bot was silent."""
    backchannels: int
    """Backchannels while the bot spoke."""
    false_stop_rate: float
    """Share of them at which the bot broke off."""
    unprovoked_clears: int
    """Audio thrown away without a reason from the caller."""
    underruns: int
    """Gaps over 40 ms inside the bot's speech."""
    longest_underrun_ms: int
    """The worst of them."""
    longest_dead_air_ms: int
    """The longest silence of both sides, if 3 s or more."""


def summarise(calls: Sequence[CallMeasures]) -> Summary:
    """Pool the measures of calls."""
    turns = [turn for call in calls for turn in call.turns]
    wanted = [t for t in turns if t.voice_to_voice_ms is not None or t.cut_off or t.no_reply]
    latencies = [turn.voice_to_voice_ms for turn in wanted if turn.voice_to_voice_ms is not None]
    stops = [turn.barge_in_stop_ms for turn in turns if turn.barge_in_stop_ms is not None]
    backchannels = [turn.false_stop for turn in turns if turn.false_stop is not None]
    underruns = [gap for call in calls for gap in call.underruns_ms]
    cutoffs = sum(turn.cut_off for turn in turns)
    return Summary(
        turns=len(wanted),
        p50_ms=percentile(latencies, 0.5),
        p95_ms=percentile(latencies, 0.95),
        p99_ms=percentile(latencies, 0.99),
        cutoffs=cutoffs,
        cutoff_rate=round(cutoffs / len(wanted), 4) if wanted else 0.0,
        no_replies=sum(turn.no_reply for turn in turns),
        barge_ins=len(stops),
        barge_in_p50_ms=percentile(stops, 0.5),
        barge_in_p95_ms=percentile(stops, 0.95),
        backchannels=len(backchannels),
        false_stop_rate=round(sum(backchannels) / len(backchannels), 4) if backchannels else 0.0,
        unprovoked_clears=sum(call.unprovoked_clears for call in calls),
        underruns=len(underruns),
        longest_underrun_ms=max(underruns, default=0),
        longest_dead_air_ms=max((gap for call in calls for gap in call.dead_air_ms), default=0),
    )
