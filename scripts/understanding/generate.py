"""Draws labelled turns from template files: a situation, a question about it, and an answer to that.

Acts are drawn first and their templates then, so that an act with few templates is not forgotten beside one with many.
"""

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from models.intent.text import normalize
from models.understanding.types import SIDE_ACTS, Asked, AskedKind, CallerAct
from scripts.understanding.example import Example
from scripts.understanding.grammar import Grammar, Section, load

HERE = Path(__file__).parent
_SITUATIONS = 1500
_TOLD_FIRST, _KNOWS = 0.25, 0.45
"""Shares of questions that follow something told, and that come with known values."""
_KNOWN = ("order number #{four}", "booking number {four}", "name {full}", "date {day}", "time {time}", "amount {price}",
          "address {address}", "e-mail {email}", "reason damaged", "number of people {number}", "colour {colour}",
          "{four}, {item}", "{full}", "car {car}", "phone number {four}{four}", "city {city}")  # fmt: skip
"""What is known of a case, as the dialogue tells it."""
_ECHOED, _JOINED, _PLAIN = 0.1, 0.24, 0.08
"""Shares of turns that repeat a proposal, that are made of two, and that say yes or no in a word or two."""
_ECHOES = ("{x}", "{x} please", "please {x}", "just {x}", "you can {x}", "{x} for me, please", "{x} then",
           "{hes} {x}", "{yes}, {x}", "{yes} {x} please", "{yes}, {x} then", "yes, you can {x}", "I want you to {x}",
           "I'd like you to {x}", "go on and {x}", "okay, {x} so", "I think you should {x}",
           "best {x}", "I'd say {x}", "right, {x}", "you'd better {x}", "I've made up my mind, {x}")  # fmt: skip
"""What a side of a proposal is said with. After a yes too, the opposite refuses: what stands at the end counts."""
_PLAINLY = ("{x}", "{x}.", "{x}, {x}", "{x} {x}", "{um}, {x}", "{x}, {ta}", "{x} {pls}")
"""What a plain yes or no is said with."""
_POLITE = frozenset({CallerAct.THANKS, CallerAct.GOODBYE})
"""What is said after a yes and leaves it clear, whatever its words."""
_OFTEN = {CallerAct.AGREES: 2.5}
"""How often an act is drawn, relative to the root of what its templates can make."""
_CONNECTS = (". ", ". ", ", ", ", ", " ", " and ", ", and ", ", but ", " but ", "... ", ", well, ", ", er, ")
_FIELDS = ("sector", "you", "me", "it", "opp", "oppfull", "obj", "ing")
_SETTLED = ("price", "day", "day2", "time", "ref", "four")
"""Values that a situation has, whether its fields name them or not."""
_FIELD = re.compile(r"\{(\w+)\}")
_OF_PROPOSAL = re.compile(r"\{(?:you|me|it|opp|oppfull|obj|ing)\}")
_WEIGHT = {AskedKind.CONSENT: 5.0, AskedKind.YES_NO: 2.5, AskedKind.UNKNOWN: 0.4}
"""How often a kind of question is drawn where several fit, relative to 1."""
_MARK = re.compile(r"\[[vw]:|\]")


@dataclass(frozen=True)
class Bank:
    """The template files of one writer."""

    writer: str
    """``train``, ``development`` or ``final``: the start of the files' names."""

    @cached_property
    def turns(self) -> Grammar:
        """What callers say."""
        return load(*self._files("lists"), *self._files("turns"))

    @cached_property
    def questions(self) -> Grammar:
        """What the line asks."""
        return load(*self._files("lists"), *self._files("asked"))

    @cached_property
    def situations(self) -> list[tuple[str, ...]]:
        """What may be proposed."""
        lines = [line for path in self._files("situations") for line in path.read_text(encoding="utf-8").splitlines()]
        return [tuple(f.strip() for f in line.split(";")) for line in lines if line and not line.startswith("#")]

    def _files(self, kind: str) -> list[Path]:
        return sorted(HERE.glob(f"{self.writer}_{kind}*.txt"))

    def situation(self, rng: random.Random) -> dict[str, str]:
        """One of them, with its values settled."""
        fields = dict(zip(_FIELDS, rng.choice(self.situations), strict=True))
        named = {*_SETTLED, *(name for value in fields.values() for name in _FIELD.findall(value))}
        settled = {name: rng.choice(self.turns.lists[name]) for name in sorted(named)}
        for values in (settled, fields):
            for name, value in values.items():
                values[name] = self.turns.expand(value, rng, settled)[0]
        return fields | {"price": settled["price"]}

    def question(self, kind: AskedKind, rng: random.Random, situation: Mapping[str, str]) -> Asked:
        """What the line asks; now and then after something else, and with what it knows."""
        sentence = self._asks(kind, rng, situation)
        if kind not in (AskedKind.STATEMENT, AskedKind.UNKNOWN) and rng.random() < _TOLD_FIRST:
            sentence = f"{self._asks(AskedKind.STATEMENT, rng, situation)} {sentence}"
        can_know = [k for k in _KNOWN if set(_FIELD.findall(k)) <= self.turns.lists.keys()]
        known = rng.sample(can_know, rng.choice((1, 1, 2, 3))) if rng.random() < _KNOWS else ()
        return Asked(
            sentence=sentence,
            kind=kind,
            known=tuple(self.turns.expand(one, rng, situation)[0] for one in known),
        )

    def _asks(self, kind: AskedKind, rng: random.Random, situation: Mapping[str, str]) -> str:
        of_kind = [s for s in self.questions.sections if kind in s.kinds]
        return self.questions.expand(rng.choice(of_kind).templates[0], rng, situation)[0]

    def draw(self, section: Section, rng: random.Random, pool: "Pool | None" = None) -> Example:
        """A turn of a section, with a question that it answers, of the pool or new."""
        allowed = _answered(section)
        kind = rng.choices(allowed, [_WEIGHT.get(k, 1.0) for k in allowed])[0]
        if pool:
            situation, asked = pool.draw(kind, rng)
        else:
            situation = self.situation(rng)
            asked = self.question(kind, rng, situation)
        if section.asked:
            situation = {**situation, **self._settled(section.asked, rng, situation)}
            asked = Asked(sentence=self.turns.expand(section.asked, rng, situation)[0], kind=kind)
        said, marks = self.turns.expand(section.templates[0], rng, situation)
        return Example(
            asked=asked,
            said=said,
            acts=section.acts,
            marks=marks,
            source=section.name,
        )

    def _settled(self, question: str, rng: random.Random, situation: Mapping[str, str]) -> dict[str, str]:
        """Values of a question that its answer must share: "Tuesday, yes" to another day is no yes."""
        names = [name for name in _FIELD.findall(question) if name not in situation]
        return {name: self.turns.expand(f"{{{name}}}", rng, situation)[0] for name in names}


def _answered(section: Section) -> list[AskedKind]:
    """Kinds of question that a section answers; what repeats a proposal answers that alone."""
    of_proposal = AskedKind.CONSENT in section.kinds and _OF_PROPOSAL.search(section.templates[0])
    return [AskedKind.CONSENT] if of_proposal else list(section.kinds)


class Joiner:
    """Puts two turns to one question of consent together, a yes first: only what follows tells whether it is clear."""

    def __init__(self, bank: Bank, pool: "Pool") -> None:
        sections = [s for s in bank.turns.sections if AskedKind.CONSENT in s.kinds and not s.asked]
        self._bank, self._pool = bank, pool
        self._yes = [s for s in sections if CallerAct.AGREES in s.acts and s.acts <= SIDE_ACTS | {CallerAct.AGREES}]
        self._side = by_act([s for s in bank.turns.sections if s.acts <= _POLITE and not s.asked])
        self._other = by_act([s for s in sections if CallerAct.AGREES not in s.acts and not s.acts <= SIDE_ACTS])

    def draw(self, rng: random.Random) -> Example:
        """A yes with what leaves it clear, or with what does not; then it may be one or just show listening."""
        situation, asked = self._pool.draw(AskedKind.CONSENT, rng)
        first = rng.choice(self._yes)
        begins, _ = self._bank.turns.expand(first.templates[0], rng, situation)
        if rng.random() < 0.25:
            begins = rng.choice(self._bank.turns.lists["yes"])
        clear = rng.random() < 0.4
        if clear and rng.random() < 0.5:
            second = rng.choice(self._yes)
        else:
            groups = self._side if clear else self._other
            second = rng.choice(groups[rng.choice(list(groups))])
        ends, marks = self._bank.turns.expand(second.templates[0], rng, situation)
        joint = rng.choice(_CONNECTS if not clear else _CONNECTS[:7])
        begins = begins.rstrip(" .!,") + joint
        ends = ends if joint[0] in ".!" or ends.startswith(("I ", "I'")) else ends[:1].lower() + ends[1:]
        acts = (first.acts | second.acts) - {CallerAct.FILLER}
        unknown = frozenset() if clear else frozenset({CallerAct.AGREES, CallerAct.TAKES_BACK}) - second.acts
        return Example(
            asked=asked,
            said=begins + ends,
            acts=acts - unknown if CallerAct.REFUSES not in second.acts else second.acts,
            marks=tuple((kind, a + len(begins), b + len(begins)) for kind, a, b in marks),
            unknown=unknown - {CallerAct.AGREES} if CallerAct.REFUSES in second.acts else unknown,
            source=second.name if not clear else first.name,
        )


def by_act(sections: Sequence[Section]) -> dict[CallerAct, list[Section]]:
    """Sections by each act that they do."""
    groups: dict[CallerAct, list[Section]] = defaultdict(list)
    for section in sections:
        for act in sorted(section.acts):
            groups[act].append(section)
    return dict(groups)


def echoes(pool: "Pool", bank: Bank, rng: random.Random) -> Example:
    """A turn that repeats one side of a proposal: which side it is, only the question tells."""
    situation, asked = pool.draw(AskedKind.CONSENT, rng)
    agrees = rng.random() < 0.5
    words = [situation["it"], situation["me"]] if agrees else [situation["opp"], situation["oppfull"]]
    frame = rng.choice(_ECHOES)
    said, _ = bank.turns.expand(frame.replace("{x}", rng.choice(words)), rng, situation)
    acts = frozenset({CallerAct.AGREES if agrees else CallerAct.REFUSES})
    return Example(asked=asked, said=said[0].upper() + said[1:], acts=acts, source=f"{bank.writer}:echo")


def plain(pool: "Pool", bank: Bank, rng: random.Random) -> Example:
    """A yes or a no in a word or two, as most are: among whole sentences they would hardly be met."""
    situation, asked = pool.draw(rng.choice((AskedKind.CONSENT, AskedKind.CONSENT, AskedKind.YES_NO)), rng)
    name, act = rng.choice((("yes", CallerAct.AGREES), ("yes", CallerAct.AGREES), ("no", CallerAct.REFUSES)))
    frame = rng.choice(_PLAINLY)
    said, _ = bank.turns.expand(frame.replace("{x}", f"{{{name}}}"), rng, situation)
    thanks = {CallerAct.THANKS} if "{ta}" in frame else set()
    return Example(
        asked=asked,
        said=said[0].upper() + said[1:],
        acts=frozenset({act} | thanks),
        unknown=frozenset({CallerAct.THANKS}) - thanks,
        source=f"{bank.writer}:plain",
    )


def strayed(bank: Bank, sentences: Sequence[str], rng: random.Random) -> list[Example]:
    """What people say anywhere, as an answer to a question of consent, some after a yes: no clear yes, whatever else.

    Args:
        bank: Whose questions.
        sentences: Written by other people, none of them a yes.
        rng: Source of chance.
    """
    made = []
    pool = Pool(bank, _SITUATIONS // 3, rng)
    for sentence in sentences:
        begins = rng.choice(bank.turns.lists["yes"]) if rng.random() < 0.6 else ""
        said = f"{begins}{rng.choice((', ', '. ', ' ', ', but ', ', and '))}{sentence}" if begins else sentence
        _, asked = pool.draw(AskedKind.CONSENT, rng)
        made.append(
            Example(asked=asked, said=said, acts=frozenset(), knows_marks=False, knows_acts=False, source="stray")
        )
    return made


def asked_elsewhere(bank: Bank, examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """The same turns as answers to other questions, where what they do does not hang on the question."""
    kinds = [AskedKind.CONSENT] * 2 + [AskedKind.YES_NO, AskedKind.VALUE, AskedKind.STATEMENT, AskedKind.MORE]
    moved = []
    pool = Pool(bank, _SITUATIONS // 3, rng)
    for example in examples:
        free = not example.acts & {CallerAct.AGREES, CallerAct.REFUSES, CallerAct.ANSWERS, CallerAct.CORRECTS}
        asked = pool.draw(rng.choice(kinds), rng)[1] if free else example.asked
        begins = rng.choice(("okay, ", "yes, ", "right, ", "", "", "", "", "")) if free else ""
        moved.append(replace(example, asked=asked, said=begins + example.said))
    return moved


class Pool:
    """Situations and their questions drawn once and used for many answers, so that few questions need computing."""

    def __init__(self, bank: Bank, size: int, rng: random.Random) -> None:
        self._bank = bank
        self._situations = [bank.situation(rng) for _ in range(size)]
        self._questions: dict[tuple[int, AskedKind], Asked] = {}

    def draw(self, kind: AskedKind, rng: random.Random) -> tuple[dict[str, str], Asked]:
        """A situation, and what the line asks in it; questions of other kinds than consent come from the first ones."""
        number = rng.randrange(len(self._situations) if kind is AskedKind.CONSENT else len(self._situations) // 5)
        situation = self._situations[number]
        if (number, kind) not in self._questions:
            self._questions[number, kind] = self._bank.question(kind, rng, situation)
        return situation, self._questions[number, kind]


def generate(bank: Bank, count: int, rng: random.Random) -> list[Example]:
    """So many different turns.

    Args:
        bank: Whose templates.
        count: Turns to draw; fewer come back where the templates repeat themselves.
        rng: Source of chance.
    """
    groups = by_act(bank.turns.sections)
    sizes = {act: [_size(s) for s in sections] for act, sections in groups.items()}
    often = [sum(sizes[act]) ** 0.5 * _OFTEN.get(act, 1.0) for act in groups]
    pool = Pool(bank, _SITUATIONS, rng)
    joiner = Joiner(bank, pool)
    made: dict[tuple[str, str], Example] = {}
    for act in rng.choices(list(groups), often, k=count):
        chance = rng.random()
        if chance < _ECHOED:
            example = echoes(pool, bank, rng)
        elif chance < _ECHOED + _JOINED:
            example = joiner.draw(rng)
        elif chance < _ECHOED + _JOINED + _PLAIN:
            example = plain(pool, bank, rng)
        else:
            example = bank.draw(rng.choices(groups[act], sizes[act])[0], rng, pool)
        made.setdefault((example.asked.sentence, example.said.lower()), example)
    apart = written_apart()
    return [e for e in made.values() if normalize(e.said) not in apart]


def _size(section: Section) -> float:
    return min(6.0, 1.0 + template_size(section.templates[0]) ** 0.5)


def written_apart() -> frozenset[str]:
    """Sentences of three words and more of the files that judge, which no training may see even by chance."""
    paths = [*HERE.glob("development_*.txt"), *HERE.glob("final_*.txt")]
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    said = (_MARK.sub("", line) for line in lines if not line.startswith(("#", "=", "@")) and "{" not in line)
    return frozenset(s for s in map(normalize, said) if s.count(" ") >= 2)


def template_size(template: str) -> int:
    """Roughly how many sentences a template makes."""
    return (1 + template.count("|")) * (1 + 3 * template.count("{"))
