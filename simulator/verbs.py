"""What each verb of a document does to a call that is going on."""

import asyncio
import io
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import soundfile

from simulator.call import new_sid
from simulator.clips import resample
from simulator.dialling import live_dial
from simulator.document import Document
from simulator.forking import start_fork, stop_fork
from simulator.handshake import open_socket, tell_of_stream
from simulator.leg import Leg, Prompt
from simulator.mulaw import FRAME, FRAME_MS, RATE, SILENCE, encode_float, frames_of, is_voiced
from simulator.ongoing_call import OngoingCall
from simulator.protocol import Outgoing
from simulator.stream import MediaStream, StreamEnd
from simulator.ticker import ticks_of
from simulator.twiml import (
    Connect,
    Dial,
    Gather,
    Pause,
    Play,
    Record,
    Say,
    StartRecording,
    StartStream,
    StopStream,
    Stream,
    Verb,
)

_SAY_MS_PER_CHARACTER = 60
_LOOPED_FOREVER = 1000
_CLOSE_TIMEOUT_S = 3.0


async def live_verb(call: OngoingCall, verb: Verb, base: str) -> Document | None:
    """Live one verb.

    Args:
        call: Whose.
        verb: Any verb but Reject, Redirect and Hangup, which end a document.
        base: Address of the document, for relative links and default actions.

    Returns:
        The document to go on with, or None for the next verb.
    """
    match verb:
        case Say() | Play() | Pause():
            await play_prompt(call.leg, await prompt_frames(call, verb, base))
        case Gather():
            return await _gather(call, verb, base)
        case Record():
            return await _record(call, verb, base)
        case Dial():
            return await live_dial(call, verb, base)
        case Connect():
            return await _connect(call, verb, base)
        case StartStream(stream=stream):
            start_fork(call, stream, base)
        case StartRecording():
            if verb.status_callback:
                call.recording_callbacks.append(call.carrier.service.absolute(verb.status_callback, base))
        case StopStream(name=name):
            await stop_fork(call, name)
    return None


def tone_frames(ms: int, hz: float = 440.0) -> tuple[bytes, ...]:
    """A tone that stands for speech or a beep."""
    time = np.arange(ticks_of(ms) * FRAME) / RATE
    return tuple(frames_of(encode_float((0.2 * np.sin(2 * np.pi * hz * time)).astype(np.float32))))


async def prompt_frames(call: OngoingCall, verb: Say | Play | Pause, base: str) -> tuple[bytes, ...]:
    """Audio of a prompt: a tone of the text's length for <Say>, the file for <Play>, silence for <Pause>."""
    match verb:
        case Pause(seconds=seconds):
            return (SILENCE,) * ticks_of(seconds * 1000)
        case Say(text=text, loop=loop):
            return tone_frames(_SAY_MS_PER_CHARACTER * len(text)) * (loop or _LOOPED_FOREVER)
        case Play(digits=digits) if digits:
            return tone_frames(100 * len(digits), 941.0)
        case Play():
            frames = await _fetch_sound(call, call.carrier.service.absolute(verb.url, base))
            return frames * (verb.loop or _LOOPED_FOREVER)


async def _fetch_sound(call: OngoingCall, url: str) -> tuple[bytes, ...]:
    target = call.carrier.service.connect_url(url)
    if target is None:
        call.note(f"<Play> of {urlsplit(url).netloc} is not fetched; one second of tone stands for it")
        return tone_frames(1000)
    try:
        with call.carrier.ticker.outside():
            response = await call.carrier.http.get(
                target, headers={"Host": urlsplit(url).netloc, **call.webhooks.sign(url, {})}, timeout=15.0
            )
        response.raise_for_status()
        samples, rate = soundfile.read(io.BytesIO(response.content), dtype="float32", always_2d=True)
    except (httpx.HTTPError, soundfile.SoundFileError) as error:
        call.violate("11200", f"<Play> of {urlsplit(url).path} failed: {type(error).__name__}")
        return ()
    return tuple(frames_of(encode_float(resample(samples.mean(axis=1), rate))))


async def play_prompt(leg: Leg, frames: tuple[bytes, ...]) -> None:
    """Play frames to a leg; returns when the last one was played."""
    prompt = Prompt(frames)
    leg.line = prompt
    try:
        await prompt.done
    finally:
        leg.line = None


class _Keys:
    """Collects a leg's keys for one verb."""

    def __init__(self, leg: Leg, finish_on: str, wanted: int):
        self._leg = leg
        self._finish_on = finish_on
        self._wanted = wanted
        self.digits = ""
        self.finished = asyncio.Event()
        self.pressed = asyncio.Event()
        leg.on_key = self._press

    def _press(self, key: str) -> None:
        self.pressed.set()
        if self.finished.is_set():
            return
        if key in self._finish_on:
            self.finished.set()
            return
        self.digits += key
        if self._wanted and len(self.digits) >= self._wanted:
            self.finished.set()

    def release(self) -> None:
        self._leg.on_key = None


async def _gather(call: OngoingCall, gather: Gather, base: str) -> Document | None:
    keys = _Keys(call.leg, gather.finish_on_key, gather.num_digits)
    try:
        await _prompt_until_key(call, gather, base, keys)
        while not keys.finished.is_set():
            keys.pressed.clear()
            finished = asyncio.ensure_future(keys.pressed.wait())
            try:
                if not await call.carrier.ticker.wait(finished, gather.timeout_s * 1000):
                    break
            finally:
                finished.cancel()
    finally:
        keys.release()
    if not keys.digits and not gather.action_on_empty:
        return None
    extra = (("Digits", keys.digits), ("FinishedOnKey", gather.finish_on_key if keys.finished.is_set() else ""))
    return _action(call, gather.action, base, gather.method, "gather", extra)


async def _prompt_until_key(call: OngoingCall, gather: Gather, base: str, keys: _Keys) -> None:
    """Play the prompts; the first key stops them."""
    frames: tuple[bytes, ...] = ()
    for prompt in gather.prompts:
        frames += await prompt_frames(call, prompt, base)
    if not frames:
        return
    playing = asyncio.create_task(play_prompt(call.leg, frames))
    pressed = asyncio.create_task(keys.pressed.wait())
    try:
        await asyncio.wait({playing, pressed}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (playing, pressed):
            task.cancel()
        await asyncio.wait({playing, pressed})


class _RecordingLine:
    """Listens to the mouth until it was silent long enough."""

    def __init__(self, silence_ticks: int, max_ticks: int):
        self._silence_ticks = silence_ticks
        self._max_ticks = max_ticks
        self._silent = 0
        self.ticks = 0
        self.starved = True
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tick(self, frame: bytes) -> bytes:
        self.ticks += 1
        self._silent = 0 if is_voiced(frame) else self._silent + 1
        if (self._silent >= self._silence_ticks or self.ticks >= self._max_ticks) and not self.done.done():
            self.done.set_result(None)
        return SILENCE


async def _record(call: OngoingCall, record: Record, base: str) -> Document | None:
    if record.play_beep:
        await play_prompt(call.leg, tone_frames(500, 1000.0))
    keys = _Keys(call.leg, record.finish_on_key, 0)
    line = _RecordingLine(ticks_of((record.timeout_s or 600) * 1000), ticks_of(record.max_length_s * 1000))
    call.leg.line = line
    finished = asyncio.ensure_future(keys.finished.wait())
    either: set[asyncio.Future[Any]] = {line.done, finished}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        finished.cancel()
        keys.release()
        call.leg.line = None
    recording = new_sid("RE")
    extra = (
        ("RecordingUrl", f"{call.carrier.service.public}/recordings/{recording}"),
        ("RecordingSid", recording),
        ("RecordingDuration", str(max(1, line.ticks * FRAME_MS // 1000))),
        ("Digits", keys.digits),
    )
    if record.status_callback:
        status = dict(extra[:3]) | {"CallSid": call.machine.sid, "AccountSid": call.machine.account_sid}
        url = call.carrier.service.absolute(record.status_callback, base)
        call.webhooks.notify(url, status | {"RecordingStatus": "completed", "RecordingSource": "RecordVerb"})
    return _action(call, record.action, base, record.method, "record", extra)


def _action(
    call: OngoingCall, action: str, base: str, method: str, kind: str, extra: tuple[tuple[str, str], ...]
) -> Document:
    """The document of a verb's action; without one, the current document's address is asked again."""
    return Document(url=call.carrier.service.absolute(action or base, base), method=method, kind=kind, params=extra)


# --- <Connect><Stream> --------------------------------------------------------------------------------------------


async def _connect(call: OngoingCall, verb: Connect, base: str) -> Document | None:
    stream_sid = new_sid("MZ")
    if call.carrier.ticker.virtual:
        end = await _virtual_stream(call, verb.stream)
    else:
        end = await _media_stream(call, verb.stream, base, stream_sid)
    if end is StreamEnd.SERVICE_CLOSED:
        call.note("31921: the service closed the media stream")
    if not verb.action:
        return None
    return _action(call, verb.action, base, verb.method, "connect", (("StreamSid", stream_sid),))


async def _virtual_stream(call: OngoingCall, stream: Stream) -> StreamEnd:
    script = call.carrier.virtual_stream
    end, after_ms = script(call.machine, stream) if script else (StreamEnd.SERVICE_CLOSED, 1000.0)
    await call.carrier.ticker.sleep(after_ms)
    return end


async def _media_stream(call: OngoingCall, stream: Stream, base: str, stream_sid: str) -> StreamEnd:
    network = call.prepared.scenario.network
    machine, leg = call.machine, call.leg
    media = MediaStream(
        Outgoing(stream_sid, machine.sid, machine.account_sid),
        network,
        rng=call.carrier.rng,
        clock_ms=lambda: leg.now_ms,
        on_clear=leg.cleared,
    )
    wire_or_error = await open_socket(call, stream, media.receive)
    if isinstance(wire_or_error, str):
        call.note(wire_or_error)
        call.streams.append(media.report(StreamEnd.REFUSED, wire_or_error))
        tell_of_stream(call, stream, base, stream_sid, "stream-error", wire_or_error)
        return StreamEnd.REFUSED
    broken = 0
    if network.drop_socket_after_ms and call.sockets_broken < network.drop_socket_times:
        broken = network.drop_socket_after_ms
        call.sockets_broken += 1
    media.begin(wire_or_error, dict(stream.parameters), break_after_ms=broken)
    tell_of_stream(call, stream, base, stream_sid, "stream-started")
    leg.line, leg.on_key = media, media.press
    end, detail = StreamEnd.STOPPED, ""
    try:
        end = await asyncio.shield(media.ended)
    finally:
        leg.line, leg.on_key = None, None
        media.stop()
        await media.closed(_CLOSE_TIMEOUT_S)
        if end is StreamEnd.BROKEN:
            detail = "31903: the media socket broke"
        call.streams.append(media.report(end, detail))
        call.watch.violations += media.violations
        tell_of_stream(call, stream, base, stream_sid, "stream-error" if detail else "stream-stopped", detail)
    return end
