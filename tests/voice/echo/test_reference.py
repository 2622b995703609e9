from voice.echo.reference import Reference


def test_what_was_sent_lies_where_it_is_played_and_silence_elsewhere():
    reference = Reference()
    reference.sent(b"ab", 10)
    reference.sent(b"cd", 14)
    assert reference.between(8, 18) == b"\xff\xffab\xff\xffcd\xff\xff"
    assert reference.end == 16


def test_what_was_thrown_away_is_not_played():
    reference = Reference()
    reference.sent(b"abcdef", 10)
    reference.cleared(13)
    reference.sent(b"xy", 20)
    assert reference.between(10, 22) == b"abc" + b"\xff" * 7 + b"xy"


def test_a_later_word_about_the_same_moment_counts():
    reference = Reference()
    reference.sent(b"abcd", 10)
    reference.sent(b"XY", 12)
    assert reference.between(10, 14) == b"abXY"


def test_nothing_played_is_silence():
    assert Reference().between(-5, 3) == b"\xff" * 8


def test_an_hour_of_speech_keeps_seconds():
    reference, piece = Reference(), b"\x10" * 480
    for at in range(0, 3600 * 8000, 480):
        reference.sent(piece, at)
        if at > 16_000:
            assert reference.between(at - 4800, at) == b"\x10" * 4800
    assert len(reference._line) <= 10 * 8000


def test_after_an_hour_of_silence_there_is_none_to_keep():
    reference = Reference()
    reference.sent(b"ab", 10)
    reference.sent(b"cd", 3600 * 8000)
    assert reference.between(3600 * 8000, 3600 * 8000 + 2) == b"cd"
    assert len(reference._line) == 2
