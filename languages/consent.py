"""Reads the answer to a proposal of a change: what is the same in every language, given its grammar of agreement.

A yes to a change is the strictest thing the dialogue reads: the whole turn has to be made of pieces that agree, are
polite, or repeat the proposal. One word that is none of these, and the turn is no clear yes, whatever stands before it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

_LONGEST_TURN = 24
"""Words; nobody says a plain yes in more."""
_LONGEST_PIECE = 10
"""Words of one piece."""
_CUT_OFF = re.compile(r"(?:\.{2,}|…|[-–—,:;])\s*$")
"""A text that trails off."""
_QUESTION = re.compile(r"[?]")
_NUMBER = re.compile(r"\S*\d\S*")
_QUOTED = re.compile("“[^”]*”")
"""The caller's own words in a proposal: whoever says them again repeats them, and agrees to nothing."""
_ANY_WORD = re.compile(r"\S+")
_LINE_BREAK = re.compile(r"\n(?: {4})*")
_SENTENCE_END = re.compile(r"[.?!:;]+(?:\s|$)")
_HARMLESS = "…"
"""Stands for words that look like a refusal and are none."""
_TOO_OFTEN = 3
"""Whoever says yes so often in a row is impatient, not asked."""

_HESITATES = 2
"""So many small words before a bare yes tell that the caller is not there yet."""


class Piece(StrEnum):
    """What a few words of an answer do."""

    ORDER = "order"
    """Says outright that it shall be done: "go ahead", "I agree", "that's what I want"."""
    YES = "yes"
    """A word that is a yes and nothing else."""
    OKAY = "okay"
    """A word that may be a yes, or only show listening: "okay", "fine", "perfect"."""
    PLEASE = "please"
    THANKS = "thanks"
    """Thanks and friendly words about the line."""
    ADDRESS = "address"
    """Who is spoken to: "sir", "mate"."""
    SOON = "soon"
    """When, where that is at once."""
    SIDE = "side"
    """Means little without a yes beside it: "no problem", "I am"."""
    HEARS = "hears"
    """Only says that it was heard: "I understand". Beside an order it takes nothing away."""
    GOODBYE = "goodbye"
    OPENING = "opening"
    """Sounds and small words before what is said: "um", "well", "and"."""
    SURPRISE = "surprise"
    """A sound that makes an "okay" or a "great" mean something else: "oh", "ah"."""
    BIDDING = "bidding"
    """What makes an echo an order: "please", "you can", "I want you to"."""
    ECHO = "echo"
    """Repeats the proposal, its verb first: "cancel it", "cancel my order"."""
    ECHOED_THING = "echoed_thing"
    """Repeats what it is about: "order 4027"."""
    VERDICT = "verdict"
    """Calls what was just repeated good: "… would be perfect"."""


_AGREES_BEFORE_ECHO = frozenset({Piece.YES, Piece.OKAY, Piece.PLEASE, Piece.BIDDING, Piece.ORDER})
"""What has to come before an echo, which alone may well be a question, or a doubt thought aloud."""
_AGREES_ALONE = (Piece.YES, Piece.OKAY, Piece.ORDER)
_NOT_OFTEN = (Piece.YES, Piece.OKAY, Piece.PLEASE)
_BIDDEN = frozenset({Piece.ECHO, Piece.ORDER, Piece.BIDDING, Piece.PLEASE})
_NEVER_LAST = frozenset({Piece.OPENING, Piece.SURPRISE, Piece.BIDDING})


class Agreement(StrEnum):
    """How an answer to a proposal reads by its words."""

    CLEAR = "clear"
    """The whole turn agrees and does nothing else."""
    REFUSED = "refused"
    """The last thing it says of the proposal is no."""
    TAKEN_BACK = "taken_back"
    """It begins with a yes and ends with a no."""
    DOUBTFUL = "doubtful"
    """A guard speaks: a question, a condition, a negation, another time, a number, doubt."""
    LEANING = "leaning"
    """A guard speaks, and words that agree come after it: "I wasn't sure, but yes"."""
    PARTLY = "partly"
    """Some words agree, and nothing speaks against them but that others are not known."""
    UNKNOWN = "unknown"
    """No words are known to agree, and none to do anything else."""


def one_line(pattern: str) -> str:
    """A pattern that was written over several indented lines; a line that begins with one space more keeps it."""
    return _LINE_BREAK.sub("", pattern.strip())


def patterns(written: Mapping[Piece, str]) -> dict[Piece, re.Pattern[str]]:
    """The patterns of all pieces, compiled."""
    return {piece: re.compile(one_line(pattern)) for piece, pattern in written.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGrammar:
    """All that one language knows of agreeing to a proposal; "words" are those of `words`, joined by single spaces."""

    words: Callable[[str], str]
    """Lower-case words of a text without punctuation, contractions written out, numbers whole ("29.99")."""
    pieces: Mapping[Piece, re.Pattern[str]]
    """Matches all words of a piece, for every kind but echoes."""
    proposes: re.Pattern[str]
    """Found before the verb of a proposal: "shall I", "do you want me to"."""
    verb_forms: Callable[[str], frozenset[str]]
    """The forms of a proposal's verb in which a caller orders it or denies it."""
    denies: re.Pattern[str]
    """Found at the end of words of which the next one, a verb, is denied: "do not", "no need to"."""
    turned: Mapping[str, tuple[str, ...]]
    """Words of a proposal as the caller says them: "your" is "my"."""
    little: frozenset[str]
    """Words that an echo may hold besides those of the proposal: "it", "me"."""
    linking: frozenset[str]
    """Words that an echo may hold, and that cannot be its last: "the", "my", "to"."""
    dismissive: re.Pattern[str]
    """Found in words that agree in form and not in sense: "yeah, right", "sure, sure"."""
    doubts: re.Pattern[str]
    """Found in words that ask, limit, deny, put off or doubt: the guards."""
    harmless: re.Pattern[str]
    """Found in words that look like a refusal or a guard and are none: "no problem", "I don't know"."""
    refuses: re.Pattern[str]
    """Found in words that say no to a proposal."""
    keeps: re.Pattern[str]
    """Found in words that want things left as they are; no refusal where the proposal itself says so."""
    agrees: re.Pattern[str]
    """Found in words of which some say yes."""
    stops: re.Pattern[str]
    """Found in words that call a change back which was just made: "no, stop", "undo that"."""

    def read(self, text: str, proposal: str) -> Agreement:
        """Read an answer to a proposal by its words alone.

        Args:
            text: What was said; values that the proposal names stand in the proposal's own writing.
            proposal: What was asked: "Shall I refund €29.99 to your card?".
        """
        said, echoes = self.words(text), _Echoes(self, _QUOTED.sub(" ", proposal))
        if self._agrees_whole(text, said, echoes):
            return Agreement.CLEAR
        if _QUESTION.search(text):
            return Agreement.DOUBTFUL
        refused, agreed = self._turns(said, echoes)
        if refused and max(agreed, default=-1) < refused[-1]:
            return Agreement.TAKEN_BACK if agreed else Agreement.REFUSED
        if _CUT_OFF.search(text) or not said or echoes.holds(said.split()):
            return Agreement.DOUBTFUL
        guards = [place for place, words in self._guards(said) if not echoes.holds(words)]
        if not refused and not guards:
            return Agreement.PARTLY if self._agrees_somewhere(said.split()) else Agreement.UNKNOWN
        plain = self.harmless.sub(_HARMLESS, said)
        spoken = [place for place, words in self._guards(plain) if not echoes.holds(words)]
        return Agreement.LEANING if max(agreed, default=-1) > max(refused + spoken, default=-1) else Agreement.DOUBTFUL

    def _guards(self, said: str) -> Iterator[tuple[int, list[str]]]:
        """Where words that ask, limit, deny, put off or doubt end, and which they are."""
        for guard in (self.doubts, self.dismissive, _NUMBER):
            for match in guard.finditer(said):
                yield match.end(), match.group().split()

    def answers(self, word: str) -> bool:
        """Whether a word is a yes, a no or a "not", as in "yes or no?": it is nothing that is proposed."""
        return bool(self.agrees.fullmatch(word) or self.refuses.fullmatch(word) or self.denies.search(f"{word} "))

    def calls_back(self, text: str, proposal: str) -> bool:
        """Whether a text, said right after a proposed change was made, wants it undone."""
        said = self.words(text)
        return not _QUESTION.search(text) and bool(self.stops.search(said) or self._denies_proposed(said, proposal))

    def _denies_proposed(self, said: str, proposal: str) -> bool:
        """Whether the verb of a proposal is denied: "don't cancel it"."""
        verbs = _Echoes(self, _QUOTED.sub(" ", proposal)).verbs
        return any(
            match.group() in verbs and self.denies.search(said[: match.start()]) for match in _ANY_WORD.finditer(said)
        )

    def _turns(self, said: str, echoes: "_Echoes") -> tuple[list[int], list[int]]:
        """Where words refuse, and where words agree, each in the order in which they were said."""
        plain = self.harmless.sub(_HARMLESS, said)
        spans = [match.span() for match in self.refuses.finditer(plain)]
        spans += [match.span() for match in self.keeps.finditer(plain) if match["verb"] not in echoes.verbs]
        agreed = [match.start() for match in self.agrees.finditer(plain)]
        for match in _ANY_WORD.finditer(plain):
            if match.group() in echoes.verbs:
                if self.denies.search(plain[: match.start()]):
                    spans.append(match.span())
                else:
                    agreed.append(match.start())
        agreed = [place for place in agreed if not any(start <= place < end for start, end in spans)]
        return sorted(start for start, _ in spans), sorted(agreed)

    def _agrees_whole(self, text: str, said: str, echoes: "_Echoes") -> bool:
        words = said.split()
        if not words or len(words) > _LONGEST_TURN or _QUESTION.search(text) or _CUT_OFF.search(text):
            return False
        if self.dismissive.search(said):
            return False
        pieces = self._pieces(words, echoes)
        return pieces is not None and _is_clear(pieces)

    def _agrees_somewhere(self, words: Sequence[str]) -> bool:
        """Whether some words in a row are a piece that agrees by itself."""
        rows = (
            " ".join(words[start:end])
            for start in range(len(words))
            for end in range(start + 1, min(len(words), start + _LONGEST_PIECE) + 1)
        )
        return any(self.pieces[piece].fullmatch(row) for row in rows for piece in _AGREES_ALONE)

    def _pieces(self, words: Sequence[str], echoes: "_Echoes") -> tuple[Piece, ...] | None:
        """The whole turn in as few pieces as can be; None where a word belongs to none."""
        best: list[tuple[Piece, ...] | None] = [(), *[None] * len(words)]
        for end in range(1, len(words) + 1):
            for start in range(max(0, end - _LONGEST_PIECE), end):
                before = best[start]
                known = best[end]
                if before is None or (known is not None and len(known) <= len(before) + 1):
                    continue
                piece = self._piece(words[start:end], echoes)
                if piece is not None:
                    best[end] = (*before, piece)
        return best[-1]

    def _piece(self, words: Sequence[str], echoes: "_Echoes") -> Piece | None:
        phrase = " ".join(words)
        for piece, pattern in self.pieces.items():
            if pattern.fullmatch(phrase):
                return piece
        if echoes.is_echo(words):
            return Piece.ECHO
        return Piece.ECHOED_THING if echoes.is_thing(words) else None


def _is_clear(pieces: tuple[Piece, ...]) -> bool:
    """Whether pieces that make up a whole turn are a yes."""
    if not _fit_together(pieces):
        return False
    said = set(pieces)
    ordered = bool(said & {Piece.ORDER, Piece.ECHO})
    asked_nicely = ordered or Piece.PLEASE in said
    if Piece.HEARS in said and not ordered:
        return False
    if Piece.GOODBYE in said and not (asked_nicely or Piece.THANKS in said):
        return False
    if (Piece.SURPRISE in said or pieces.count(Piece.OPENING) >= _HESITATES) and not asked_nicely:
        return False
    if ordered or said & {Piece.YES, Piece.VERDICT}:
        return True
    if said & {Piece.SIDE, Piece.GOODBYE}:
        return False
    return Piece.OKAY in said or (Piece.PLEASE in said and said <= {Piece.PLEASE, Piece.OPENING, Piece.THANKS})


def _fit_together(pieces: tuple[Piece, ...]) -> bool:
    """Whether each piece stands where it can, and none too often."""
    if pieces[-1] in _NEVER_LAST or any(pieces.count(word) >= _TOO_OFTEN for word in _NOT_OFTEN):
        return False
    agreed = False
    for before, piece, after in zip((None, *pieces), pieces, (*pieces[1:], None), strict=False):
        if before is Piece.BIDDING and piece not in _BIDDEN:
            return False
        if piece is Piece.VERDICT and before is not Piece.ECHOED_THING:
            return False
        # "Order 4027, yes" may well be "order 4027, yes?": what only follows an echo does not make it an agreement.
        if piece is Piece.ECHO and not (agreed or after in (Piece.PLEASE, Piece.THANKS)):
            return False
        if piece is Piece.ECHOED_THING and not (agreed or after is Piece.VERDICT):
            return False
        agreed = agreed or piece in _AGREES_BEFORE_ECHO
    return True


class _Echoes:
    """What repeats a proposal, as the caller says it."""

    def __init__(self, grammar: ConsentGrammar, proposal: str):
        proposed = [
            asked[match.end() :].split()
            for sentence in _SENTENCE_END.split(proposal)
            for asked in [grammar.words(sentence)]
            for match in grammar.proposes.finditer(asked)
        ]
        self.verbs = frozenset(form for words in proposed if words for form in grammar.verb_forms(words[0]))
        """The verbs of the proposal, as a caller says them."""
        self._stopping = {
            verb for verb in self.verbs for no in (grammar.refuses, grammar.keeps, grammar.stops) if no.search(verb)
        }
        self._linking = grammar.linking
        self._empty = {
            *grammar.little,
            *grammar.linking,
            *(form for forms in grammar.turned.values() for form in forms),
        }
        said = [word for words in proposed for word in takewhile(lambda word: not grammar.answers(word), words[1:])]
        turned = {form for word in said for form in grammar.turned.get(word, (word,))}
        self._allowed = (turned | grammar.little | grammar.linking) - self.verbs

    def is_echo(self, words: Sequence[str]) -> bool:
        """Whether words repeat the proposal from its verb on; "stop" or "leave" alone may mean the opposite."""
        return words[0] in self.verbs and self._holds(words[1:]) and (len(words) > 1 or words[0] not in self._stopping)

    def holds(self, words: Sequence[str]) -> bool:
        """Whether words are all of what was proposed: alone they may ask it back, and none of them limits it."""
        return set(words) <= self._allowed | self.verbs

    def is_thing(self, words: Sequence[str]) -> bool:
        """Whether words name what the proposal is about, or a part of it."""
        return self._holds(words) and not set(words) <= self._empty

    def _holds(self, words: Sequence[str]) -> bool:
        return set(words) <= self._allowed and (not words or words[-1] not in self._linking)
