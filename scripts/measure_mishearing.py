"""Measures what the recogniser writes for what was said: the table by which training wears its sentences.

Sentences of the training templates are spoken by the default voice over μ-law and transcribed; words are aligned, and
what was written in place of others is counted.
"""

import random
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated

import typer

from models.intent.text import normalize
from scripts.understanding.generate import HERE, Bank, generate
from scripts.understanding.spoken import transcribed

_LONGEST = 3
"""Words of a stretch that is written for another."""


def main(
    count: Annotated[int, typer.Option(help="Sentences to speak, about a second each.")] = 600,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 3,
    cache: Annotated[Path, typer.Option(help="Folder that keeps transcripts.")] = Path("/tmp/firstline-understanding"),
    out: Annotated[Path, typer.Option(help="Where the table goes.")] = HERE / "misheard.tsv",
) -> None:
    """Speak, transcribe, align, and write the table."""
    drawn = generate(Bank("train"), 2 * count, random.Random(seed))
    said = list(dict.fromkeys(e.said for e in drawn))[:count]
    counts = Counter(
        pair for one, text in zip(said, transcribed(said, cache), strict=True) for pair in pairs(one, text)
    )
    lines = [f"{spoken}\t{written}\t{number}" for (spoken, written), number in sorted(counts.items())]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    wrong = sum(counts.values())
    typer.echo(f"{wrong} stretches heard wrong in {sum(len(normalize(s).split()) for s in said)} words")


def pairs(said: str, heard: str) -> list[tuple[str, str]]:
    """Stretches of words that were written in place of others; one side may be empty."""
    a, b = normalize(said).split(), normalize(heard).split()
    found = SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes()
    changed = [(a[i:j], b[k:m]) for kind, i, j, k, m in found if kind != "equal"]
    return [(" ".join(x), " ".join(y)) for x, y in changed if len(x) <= _LONGEST and len(y) <= _LONGEST]


if __name__ == "__main__":
    typer.run(main)
