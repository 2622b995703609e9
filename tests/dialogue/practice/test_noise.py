import random

from dialogue.practice.bank import read_bank
from dialogue.practice.noise import CLEAN, NOISY, TELEPHONE, Hearing, recognised

SENTENCE = "I would like to know where my order four zero two seven is please and when it comes"
MISHEARD = read_bank("development", "en").misheard
DIGITS = frozenset("zero one two three four five six seven eight nine".split())


def errors(hearing: Hearing) -> float:
    rng, wrong, total = random.Random(5), 0, 0
    for _ in range(400):
        words = SENTENCE.split()
        heard = recognised(SENTENCE, hearing, MISHEARD, DIGITS, rng).text.split()
        wrong += sum(a != b for a, b in zip(words, heard, strict=False)) if len(words) == len(heard) else 1
        total += len(words)
    return wrong / total


def test_a_clean_recogniser_writes_what_was_said() -> None:
    assert errors(CLEAN) == 0


def test_a_noisy_one_makes_more_errors_than_a_telephone() -> None:
    assert 0 < errors(TELEPHONE) < errors(NOISY) < 0.15


def test_digits_are_rarely_wrong() -> None:
    rng = random.Random(3)
    heard = [recognised("4027", TELEPHONE, MISHEARD, DIGITS, rng).text for _ in range(1000)]
    assert 0.95 < heard.count("4027") / 1000 < 1


def test_what_came_out_wrong_is_less_sure() -> None:
    rng = random.Random(3)
    results = [recognised(SENTENCE, NOISY, MISHEARD, DIGITS, rng) for _ in range(300)]
    right = [each.confidence for each in results if each.text == SENTENCE]
    wrong = [each.confidence for each in results if each.text != SENTENCE]
    assert sum(wrong) / len(wrong) < sum(right) / max(1, len(right)) or not right


def test_a_recogniser_writes_words() -> None:
    rng = random.Random(4)
    known = {*SENTENCE.lower().split(), *MISHEARD.words, *MISHEARD.put_in}
    known |= {other for others in MISHEARD.alike.values() for other in others}
    for _ in range(500):
        assert {*recognised(SENTENCE, NOISY, MISHEARD, DIGITS, rng).text.lower().split()} <= known


def test_words_of_a_trade_are_written_for_one_another() -> None:
    bank = read_bank("development", "en").at(["cancel my appointments", "book an appointment"])
    rng = random.Random(4)
    heard = {recognised("appointment", NOISY, bank.misheard, DIGITS, rng).text for _ in range(200)}
    assert heard == {"appointment", "appointments"}
