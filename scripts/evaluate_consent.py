"""Measures what the dialogue takes for consent: how many answers that are no clear yes count as one, how many yeses do.

It is the decision that is scored (`dialogue.consent.consent`): the grammar, the values, and the network where it may
speak. Sentences are drawn with several proposals each, every other one as a recogniser may write it. A proportion comes
with its 95 % interval (Clopper and Pearson 1934); draws of a sentence are not independent, so sentences that ever fail
are counted too.
"""

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from dialogue import consent as consenting
from dialogue.consent import Consent, consent
from dialogue.lines.load import load_line
from dialogue.lines.types import Line
from dialogue.types import CallerTurn
from models.understanding import AskedKind, Reading
from models.understanding.reader import shared_reader
from scripts.evaluate_understanding import proportion
from scripts.understanding.example import Example
from scripts.understanding.generate import Bank
from scripts.understanding.grammar import load
from scripts.understanding.judging import HERE, judged, sets_of
from scripts.understanding.noise import heard

_TODAY = date(2026, 11, 23)
_DRAWS = 6
"""Proposals of each sentence of a file that is named."""
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Scored:
    """One answer and what the dialogue makes of it."""

    example: Example
    said: Consent


def main(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled files, in place of the sets.")] = None,
    sets: Annotated[str, typer.Option(help="Hand-written: development, final.")] = "development",
    line: Annotated[Path, typer.Option(help="The line, for its language and currency.")] = Path("lines/shop"),
    seed: Annotated[int, typer.Option(help="Of proposals, situations and noise.")] = 7,
    network: Annotated[bool, typer.Option(help="Whether the network reads too, as it does on calls.")] = True,
    sure: Annotated[
        float | None, typer.Option(help="Try this probability for `dialogue.consent.NETWORK_SURE`.")
    ] = None,
    show: Annotated[bool, typer.Option(help="Name the answers that fail; not of what is to judge again.")] = False,
    report: Annotated[Path | None, typer.Option("--json", help="Where the measures go.")] = None,
) -> None:
    """Print the rates, and write them as JSON where asked."""
    if sure is not None:
        consenting.NETWORK_SURE = dict.fromkeys(consenting.NETWORK_SURE, sure)
    rng, told = random.Random(seed), {}
    named = {path.name: of_file(path, rng) for path in files or ()}
    for name in () if files else filter(None, sets.split(",")):
        named[name] = of_set(name, rng)
    for name, examples in named.items():
        told[name] = measures(score(examples, load_line(line), network=network), show=show)
    text = json.dumps(told, indent=1, ensure_ascii=False)
    if report:
        report.write_text(text, encoding="utf-8")
    typer.echo(text)


def of_set(name: str, rng: random.Random) -> list[Example]:
    """The answers to proposals in a hand-written set: some 3,000 that are no clear yes, some 500 that are."""
    return [example for example in judged(sets_of(name), rng) if example.asked.kind is AskedKind.CONSENT]


def of_file(path: Path, rng: random.Random) -> list[Example]:
    """The answers to proposals in a labelled file, each with several proposals, every other one with noise."""
    bank = Bank("development")
    sections = load(HERE / "development_lists.txt", path).sections
    examples = [
        bank.draw(section, rng) for section in sections if AskedKind.CONSENT in section.kinds for _ in range(_DRAWS)
    ]
    proposals = [example for example in examples if example.asked.kind is AskedKind.CONSENT]
    return [heard(example, rng) if place % 2 else example for place, example in enumerate(proposals)]


def score(examples: Sequence[Example], line: Line, *, network: bool) -> list[Scored]:
    """What the dialogue makes of each answer."""
    readings: Sequence[Reading | None] = [None] * len(examples)
    if network:
        readings = shared_reader().read([(example.asked, example.said) for example in examples])
    return [
        Scored(example, consent(CallerTurn(text=example.said, reading=reading), example.asked.sentence, line, _TODAY))
        for example, reading in zip(examples, readings, strict=True)
    ]


def measures(scored: Sequence[Scored], *, show: bool) -> dict[str, object]:
    """The rates, by answers and by sentences; with the sentences that fail where they may be looked at."""
    noes = [each for each in scored if not each.example.clear_yes]
    yeses = [each for each in scored if each.example.clear_yes]
    wrong = [each for each in noes if each.said is Consent.YES]
    missed = [each for each in yeses if each.said is not Consent.YES]
    told: dict[str, object] = {
        "no clear yes counted as yes": proportion(len(wrong), len(noes)),
        "sentences that ever do": proportion(len(_sentences(wrong)), len(_sentences(noes))),
        "clear yes counted as yes": proportion(len(yeses) - len(missed), len(yeses)),
        "sentences always counted": proportion(
            len(_sentences(yeses)) - len(_sentences(missed)), len(_sentences(yeses))
        ),
        "clear yes taken for a no": sum(each.said in (Consent.NO, Consent.TAKEN_BACK) for each in missed),
        "what becomes of no clear yes": dict(Counter(each.said.value for each in noes)),
    }
    if show:
        told["wrong"] = _some(wrong)
        told["missed"] = _some(missed)
    return told


def _sentences(scored: Sequence[Scored]) -> set[str]:
    return {each.example.source for each in scored}


def _some(scored: Sequence[Scored]) -> list[str]:
    return sorted({f"{each.said.value}: {each.example.asked.sentence} -> {each.example.said}" for each in scored})[
        :_SHOWN
    ]


if __name__ == "__main__":
    typer.run(main)
