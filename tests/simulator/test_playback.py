from simulator import playback
from simulator.mulaw import FRAME, SILENCE
from simulator.playback import PlaybackBuffer

FRAME_A = b"\x01" * FRAME


def test_nothing_buffered_plays_silence() -> None:
    played = PlaybackBuffer().tick()
    assert (played.frame, played.audio_bytes, played.marks) == (SILENCE, 0, ())


def test_audio_of_any_size_is_played_in_order_160_bytes_a_tick() -> None:
    buffer = PlaybackBuffer()
    buffer.add_audio(b"\x01" * 100)
    buffer.add_audio(b"\x02" * 100)
    assert buffer.tick().frame == b"\x01" * 100 + b"\x02" * 60
    last = buffer.tick()
    assert last.frame == b"\x02" * 40 + b"\xff" * 120 and last.audio_bytes == 40
    assert buffer.tick().audio_bytes == 0


def test_a_mark_with_nothing_before_it_returns_at_once() -> None:
    assert PlaybackBuffer().add_mark("a") == ("a",)


def test_a_mark_returns_when_the_audio_before_it_has_ended_not_when_it_begins() -> None:
    buffer = PlaybackBuffer()
    buffer.add_audio(FRAME_A * 2)
    assert buffer.add_mark("a") == ()
    assert [buffer.tick().marks for _ in range(3)] == [(), (), ("a",)]


def test_a_mark_during_the_last_frame_waits_for_its_end() -> None:
    buffer = PlaybackBuffer()
    buffer.add_audio(FRAME_A)
    buffer.tick()
    assert buffer.buffered == 0
    assert buffer.add_mark("a") == ()
    assert buffer.tick().marks == ("a",)
    assert buffer.add_mark("b") == ("b",)


def test_marks_between_audio_return_in_their_order() -> None:
    buffer = PlaybackBuffer()
    for name in ("a", "b"):
        buffer.add_audio(FRAME_A)
        buffer.add_mark(name)
    buffer.add_mark("c")
    assert [buffer.tick().marks for _ in range(3)] == [(), ("a",), ("b", "c")]


def test_clear_empties_the_audio_and_returns_all_marks_in_order() -> None:
    buffer = PlaybackBuffer()
    buffer.add_audio(FRAME_A * 5)
    buffer.add_mark("a")
    buffer.add_audio(FRAME_A)
    buffer.add_mark("b")
    buffer.tick()
    assert buffer.clear() == ("a", "b")
    assert buffer.cleared_bytes == 5 * FRAME
    assert buffer.tick().audio_bytes == 0
    assert buffer.pending_marks == ()


def test_audio_after_a_clear_is_played() -> None:
    buffer = PlaybackBuffer()
    buffer.add_audio(FRAME_A * 3)
    buffer.clear()
    buffer.add_audio(b"\x02" * FRAME)
    assert buffer.tick().frame == b"\x02" * FRAME


def test_more_than_ten_minutes_are_thrown_away() -> None:
    buffer = PlaybackBuffer()
    buffer.add_audio(bytes(playback.MAX_BUFFERED))
    assert not buffer.overflowed
    buffer.add_audio(b"\x01")
    assert buffer.overflowed and buffer.buffered == playback.MAX_BUFFERED


def test_a_long_stream_is_played_byte_for_byte() -> None:
    buffer = PlaybackBuffer()
    audio = bytes(i * 7 % 251 for i in range(FRAME * 2000))
    heard = b""
    for at in range(0, len(audio), 1000):
        buffer.add_audio(audio[at : at + 1000])
        while buffer.buffered >= FRAME:
            heard += buffer.tick().frame
    heard += buffer.tick().frame if buffer.buffered else b""
    assert heard[: len(audio)] == audio
