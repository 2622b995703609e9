"""Finds a person's name, said and spelled: "my name is Jane Smith", "S M I T H", "S for sugar"."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from languages.en.spelling import SOUNDS_LIKE, read_letter, read_letter_said, read_spelled_run
from languages.entities import PersonName
from languages.name_letters import with_letter
from languages.tokens import Token, tokenize, touching, word_at

_BEFORE_NAME = frozenset(
    ["yes", "yeah", "yep", "sure", "ok", "okay", "um", "uh", "er", "hi", "hello", "well", "oh", "mr", "mrs"]
)
_ALSO_NAMES = frozenset(
    ["will", "good", "great", "new", "old", "late", "call", "order", "ready", "able", "first", "last"]
)
"""Words that are names as well, where they are written as one beside another name."""
_Said = tuple[str, int, int, float]
"""The name, its first token, one past its last, and the confidence."""
_WRITTEN = 0.85
"""Confidence of a name of which a letter was said."""
_UNSURE = 0.5
"""Confidence of a name of which something was said that does not fit it."""
_LONGEST_NAME = 4
"""Words of a name; more is a sentence."""
_LEADS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("my", "name", "is"), 0.95), (("my", "name's"), 0.95), (("name", "is"), 0.9), (("the", "name's"), 0.9),
    (("name", "of"), 0.85), (("i", "am", "called"), 0.95), (("i'm", "called"), 0.95), (("call", "me"), 0.85),
    (("booked", "under"), 0.85), (("last", "name"), 0.8), (("first", "name"), 0.8), (("surname", "is"), 0.9),
    (("surname",), 0.8), (("name", "would", "be"), 0.9), (("name", "should", "be"), 0.9), (("that's",), 0.5),
    (("this", "is"), 0.8), (("it", "is"), 0.6), (("it's",), 0.6), (("i", "am"), 0.65), (("i'm",), 0.65),
    (("speaking", "with"), 0.5), (("under",), 0.5), (("name",), 0.6),
)  # fmt: skip
_PARTICLES = frozenset((
    "van", "von", "der", "den", "de", "la", "le", "di", "da", "du", "del", "bin", "al", "dos", "das", "el", "ben",
    "mac", "mc", "o'",
))  # fmt: skip
_NOT_NAMES = frozenset((
    "i", "i'm", "i've", "i'd", "i'll", "me", "my", "mine", "you", "your", "he", "she", "it", "it's", "its", "we",
    "they", "this", "that", "these", "those", "the", "a", "an", "and", "or", "but", "so", "if", "is", "am", "are",
    "was", "were", "be", "been", "being", "have", "has", "had", "do", "does", "did", "not", "no", "yes", "yeah",
    "yep", "nope", "ok", "okay", "sure", "please", "thanks", "thank", "hi", "hello", "hey", "well", "um", "uh", "er",
    "erm", "oh", "just", "only", "really", "very", "quite", "about", "with", "from", "to", "for", "of", "on", "in",
    "at", "by", "as", "up", "out", "over", "calling", "call", "called", "phoning", "ringing", "speaking", "looking",
    "trying", "having", "getting", "going", "asking", "wondering", "waiting", "wanting", "hoping", "angry", "upset",
    "happy", "sorry", "fine", "good", "great", "here", "there", "now", "today", "still", "again", "also", "then",
    "than", "too", "what", "who", "when", "where", "why", "how", "which", "can", "can't", "could", "would", "should",
    "will", "won't", "want", "need", "know", "think", "like", "tell", "said", "say", "says", "get", "got", "order",
    "account", "number", "name", "first", "last", "middle", "family", "surname", "spelled", "spelt", "spell",
    "capital", "letter", "right", "correct", "wrong", "unable", "able", "afraid", "interested", "ready", "new",
    "old", "customer", "frustrated", "furious", "confused", "glad", "late", "lost", "stuck", "tired", "done",
    "don't", "doesn't", "didn't", "isn't", "aren't", "wasn't", "one", "two", "three", "four", "five", "six", "seven",
    "eight", "nine", "ten", "zero", "sir", "madam", "ma'am", "mr", "mrs", "ms", "miss", "dr", "doctor", "person",
    "someone", "somebody", "anyone", "nobody", "human", "agent", "representative", "operator", "help", "support",
    "none", "nothing", "not't", "all", "some", "any", "every", "never", "always", "maybe", "perhaps", "ridiculous",
    "terrible", "urgent", "broken", "cancel", "refund",
))  # fmt: skip


def find_name(text: str, *, expect: bool = False) -> PersonName | None:
    """Find the speaker's name in a text. Spelled letters outweigh what the words before them sounded like.

    Args:
        text: What was said.
        expect: Whether the name was just asked for; a bare "Jane Smith" then counts.

    Returns:
        The name, or None.
    """
    tokens = tokenize(text)
    spelled = _find_spelled(tokens, expect=expect)
    said = _find_said(tokens, expect=expect, stop=spelled[1] if spelled else len(tokens))
    if spelled is None and said is not None:
        said = _with_letters(tokens, _with_surname(tokens, said))
    if spelled is None:
        return None if said is None else _name(tokens, said[0], said[1], said[2], said[3], spelled=False)
    letters, first, after = spelled
    written = _spelled_words(tokens, first, after) or _as_name(letters)
    if said is None:
        return _name(tokens, written, first, after, 0.9 if expect or len(letters) > 3 else 0.7, spelled=True)
    value = _corrected(said[0].split(), written)
    rest = _words_of_name(tokens, after)
    if rest and " " not in said[0] and _alike(said[0], written):
        value, after = f"{value} {' '.join(rest[0])}", rest[1]
    return _name(tokens, value, said[1], after, 0.95, spelled=True)


def _name(
    tokens: Sequence[Token], value: str, first: int, after: int, confidence: float, *, spelled: bool
) -> PersonName:
    return PersonName(
        value=value, start=tokens[first].start, end=tokens[after - 1].end, confidence=confidence, spelled=spelled
    )


def _find_spelled(tokens: Sequence[Token], *, expect: bool) -> tuple[str, int, int] | None:
    """The longest run of at least two letters (three, when the name was not asked for)."""
    best: tuple[str, int, int] | None = None
    at = 0
    while at < len(tokens):
        said_of_name = read_letter_said(tokens, at)
        if said_of_name is not None:
            at = said_of_name[1]
            continue
        if read_letter(tokens, at) is None or (tokens[at].text in ("i", "a", "o") and not _letter_follows(tokens, at)):
            at += 1
            continue
        letters, after = read_spelled_run(tokens, at, marks=True)
        if best is None or len(letters) > len(best[0]):
            best = letters, at, after
        at = max(after, at + 1)
    least = 2 if expect else 3
    return best if best is not None and len(best[0]) >= least and best[2] - best[1] > 1 else None


def _spelled_words(tokens: Sequence[Token], first: int, after: int) -> str:
    """Words of "J-A-N-E S-M-I-T-H", where hyphens join the letters of each; empty when it is one word."""
    words = [""]
    for at in range(first, after):
        if tokens[at].is_letter:
            if words[-1] and tokens[at - 1].text != "-":
                words.append("")
            words[-1] += tokens[at].raw
        elif tokens[at].text != "-":
            return ""
    several = len(words) > 1 and all(len(w) > 1 for w in words)
    return " ".join(_as_name(w.upper()) for w in words) if several else ""


def _letter_follows(tokens: Sequence[Token], at: int) -> bool:
    step = at + 1
    while word_at(tokens, step) in (",", "-", ".", "apostrophe"):
        step += 1
    return read_letter(tokens, step) is not None or read_letter(tokens, at, nato=False) != (
        tokens[at].raw.upper(),
        at + 1,
    )


def _find_said(tokens: Sequence[Token], *, expect: bool, stop: int) -> _Said | None:
    """Name words after "my name is" and the like, or alone when a name was asked for."""
    for lead, confidence in _LEADS:
        phrase = (lead,) if isinstance(lead, str) else lead
        for at in range(min(stop, len(tokens)) - len(phrase) + 1):
            if tuple(word_at(tokens, at + k) for k in range(len(phrase))) != phrase:
                continue
            words = _words_of_name(tokens, at + len(phrase), stop)
            if words and (confidence >= 0.7 or expect or _capitalised(tokens, at + len(phrase))):
                return " ".join(words[0]), words[2], words[1], confidence if not expect else max(confidence, 0.85)
    if not expect:
        return None
    for at in range(min(stop, len(tokens))):
        words = _words_of_name(tokens, at, stop)
        # A recogniser writes names with a capital; in small letters one is only what begins the answer.
        begins = words is not None and all(t.text in _BEFORE_NAME or not t.is_word for t in tokens[: words[2]])
        if words and (begins or _capitalised(tokens, words[2])):
            whole = words[2] == 0 and words[1] >= len([t for t in tokens if t.is_word])
            return " ".join(words[0]), words[2], words[1], 0.85 if whole else 0.6
    return None


def _with_surname(tokens: Sequence[Token], said: _Said) -> _Said:
    """Add the surname of "my first name is Jane and my last name is Smith"."""
    for at in range(said[2], len(tokens) - 1):
        named = word_at(tokens, at) == "surname" or (
            word_at(tokens, at) in ("last", "family", "second") and word_at(tokens, at + 1) == "name"
        )
        if not named:
            continue
        start = at + (1 if word_at(tokens, at) == "surname" else 2)
        words = _words_of_name(tokens, start + 1 if word_at(tokens, start) == "is" else start)
        if words:
            return f"{said[0]} {' '.join(words[0])}", said[1], words[1], said[3]
    return said


def _with_letters(tokens: Sequence[Token], said: _Said) -> _Said:
    """Write the name as the caller says it is written: "Catherine with a K", "Murphy with a P H", "with a hyphen"."""
    value, first, after, confidence = said
    words = value.split()
    if [word_at(tokens, after + k) for k in range(3)] in (["with", "a", "hyphen"], ["with", "a", "dash"]):
        joined = [*words[:-2], "-".join(words[-2:])]
        return " ".join(joined), first, after + 3, confidence
    letter = read_letter_said(tokens, after)
    if letter is None:
        return said
    for at in reversed(range(len(words))):
        written = with_letter(words[at], letter[0], SOUNDS_LIKE)
        if written is not None:
            return " ".join([*words[:at], written, *words[at + 1 :]]), first, letter[1], max(confidence, _WRITTEN)
    return value, first, after, min(confidence, _UNSURE)


def _is_no_name(tokens: Sequence[Token], at: int, *, beside: bool) -> bool:
    """Whether a word is none of a name; some are one where they are written so beside another name."""
    token = tokens[at]
    if token.text.split("'")[0] not in _NOT_NAMES and token.text not in _NOT_NAMES:
        return False
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    named_next = following is not None and following.is_word and _capitalised(tokens, at + 1)
    named_next = named_next and following is not None and following.text.split("'")[0] not in _NOT_NAMES
    led = at > 0 and tokens[at - 1].is_word
    return not (token.text in _ALSO_NAMES and token.raw[0].isupper() and (beside or named_next or led))


def _capitalised(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].raw[0].isupper()


def _words_of_name(tokens: Sequence[Token], at: int, stop: int | None = None) -> tuple[list[str], int, int] | None:
    """Read up to four name words; returns them, the index after, and the index of the first."""
    end_bound = len(tokens) if stop is None else stop
    while at < end_bound and word_at(tokens, at) in (",", ".", ":", "uh", "um", "er", "erm"):
        at += 1
    words: list[str] = []
    first = at
    mixed_case = _capitalised(tokens, at)
    while at < end_bound and len(words) < _LONGEST_NAME:
        token = tokens[at]
        if (
            token.text == "-"
            and words
            and at + 1 < end_bound
            and tokens[at + 1].is_word
            and not tokens[at + 1].is_letter
        ):
            words[-1] = f"{words[-1]}-{_as_name(tokens[at + 1].raw)}"
            at += 2
            continue
        prefix = token.raw in ("O", "D") and at + 1 < end_bound and len(tokens[at + 1].raw) > 1
        if prefix and _capitalised(tokens, at + 1) and not touching(tokens, at + 1):
            words.append(f"{token.raw}'{_as_name(tokens[at + 1].raw)}")
            at += 2
            continue
        if not token.is_word or _is_no_name(tokens, at, beside=bool(words)) or (len(token.raw) == 1 and not words):
            break
        if mixed_case and not token.raw[0].isupper() and token.text not in _PARTICLES:
            break
        words.append(token.text if token.text in _PARTICLES and words else _as_name(token.raw))
        at += 1
    return (words, at, first) if words else None


def _as_name(word: str) -> str:
    if not word.isupper() and not word.islower():
        return word
    return "-".join("'".join(_with_capital(p) for p in part.split("'")) for part in word.split("-"))


def _with_capital(part: str) -> str:
    """A capital first, and one after "Mc"."""
    if part[:2].lower() == "mc" and len(part) > _LONGEST_NAME:
        return f"Mc{part[2:3].upper()}{part[3:].lower()}"
    return part[:1].upper() + part[1:].lower()


def _alike(one: str, other: str) -> bool:
    return one[:1].lower() == other[:1].lower() or fuzz.ratio(one.lower(), other.lower()) >= 60


def _corrected(words: list[str], written: str) -> str:
    """Put the spelled word in the place of the word it spells, else at the end."""
    ratios = [fuzz.ratio(w.lower(), written.lower()) for w in words]
    best = max(range(len(words)), key=lambda k: ratios[k])
    if ratios[best] >= 50 or (words[best][:1].lower() == written[:1].lower() and ratios[best] >= 34):
        return " ".join([*words[:best], written, *words[best + 1 :]])
    return " ".join([*words, written])
