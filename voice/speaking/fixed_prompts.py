"""The sentences of a line that hold no caller's data: they can be rendered before the first call."""

import dataclasses
from collections.abc import Iterator

from dialogue.lines.templates import Template
from dialogue.lines.types import Line
from dialogue.lines.wording import Wording


def fixed_prompts(line: Line) -> list[str]:
    """Every fixed sentence a line can say, each once, the likeliest first.

    Args:
        line: A loaded line. Its texts are cut into sentences, so that the fixed sentences of a reply with one
            placeholder count as well.
    """
    texts = [
        line.greeting,
        line.greeting_closed,
        *(text for playbook in line.playbooks.values() for step in playbook.steps for text in _texts(step)),
        *(tool.filler for tool in line.tools.values()),
        *(emergency.say for emergency in line.escalation.emergencies),
        *(emergency.say_closed for emergency in line.escalation.emergencies),
        *line.sentences(),
        *(article.answer for article in line.articles.values()),
    ]
    found = (sentence for text in texts for sentence in line.read.sentences(text))
    return list(dict.fromkeys(sentence for sentence in found if "{" not in sentence))


def _texts(step: object) -> Iterator[str]:
    """The texts a playbook step can say."""
    if dataclasses.is_dataclass(step):
        for each in dataclasses.fields(step):
            value = getattr(step, each.name)
            if isinstance(value, Template):
                yield value.source
            elif isinstance(value, Wording):
                yield from (text.source for text in value.texts)
            elif each.name == "filler" and value:
                yield value
