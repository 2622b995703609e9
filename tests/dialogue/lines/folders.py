"""Writes small line folders, for tests of what happens to several of them."""

from collections.abc import Sequence
from pathlib import Path

_INTENTS = """\
thanks:
  about: saying thanks
  examples: [thanks, thank you, cheers, thanks a lot, many thanks]
"""
_PLAYBOOK = """\
about: saying thanks
intents: [thanks]
steps:
  - say: You are welcome.
"""


def write_line(
    folder: Path,
    *,
    name: str = "",
    greeting: str = "Hello.",
    numbers: Sequence[str] = (),
    default: bool = False,
    human: str = "",
) -> Path:
    """A whole line of one intent; ``name`` is the folder's unless it is given. Returns the folder."""
    (folder / "playbooks").mkdir(parents=True, exist_ok=True)
    outline = [
        f"name: {name or folder.name.strip('.').replace('-', '_')}",
        f"title: {folder.name.title()} Line",
        f'greeting: "{greeting}"',
        'hours: {time_zone: Europe/Dublin, open: {monday: ["09:00-17:00"]}}',
        "numbers:",
        f'  human: "{human}"' if human else "  human: null",
        "  overflow: null",
        "  answers:" if numbers else "  answers: []",
        *(f'    - "{number}"' for number in numbers),
        "  default: true" if default else "  default: false",
    ]
    (folder / "line.yaml").write_text("\n".join(outline) + "\n")
    (folder / "intents.yaml").write_text(_INTENTS)
    (folder / "playbooks" / "thanks.yaml").write_text(_PLAYBOOK)
    return folder
