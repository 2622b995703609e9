"""Compiles the two steps that put a question: ``ask`` for a value, ``choose`` for an entry of a list."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from dialogue.lines import step_schema
from dialogue.lines.check import Checker
from dialogue.lines.playbook import Ask, Choose, SlotKind
from dialogue.lines.wording import Wording
from dialogue.lines.yaml_marks import Document, Path

OPTIONS = "options"
"""In the texts of a `choose`: what is there to choose from, in words."""
_COUNTED = frozenset({SlotKind.REFERENCE, SlotKind.CODE})
"""Types whose answers have a length."""


class Words(Protocol):
    """What is said at a place, from what YAML holds there."""

    def __call__(self, given: Any, path: Path, *, needed: bool = False) -> Wording | None:
        """The texts; None where there are none, or with mistakes noted."""


def compile_ask(
    step: step_schema.AskEntry, document: Document, path: Path, checker: Checker, words: Words
) -> Ask | None:
    """The question, or None when it has no text; mistakes are noted."""
    low, high = step.length or step.min_length or 0, step.length or step.max_length or 0
    if step.length and (step.min_length or step.max_length):
        checker.problem(document, path, "give `length`, or `min_length` and `max_length`, not both")
    elif high and low > high:
        checker.problem(document, path, f"`min_length` {low} is above `max_length` {high}")
    if (low or high) and step.type not in _COUNTED:
        checker.problem(document, path, f"a length is for the types reference and code, not {step.type}")
    if step.when is not None and step.type is not SlotKind.DATE:
        checker.problem(document, (*path, "when"), f"`when` is for the type date, not {step.type}")
    if (step.type is SlotKind.CHOICE) != bool(step.choices):
        wanted = "needs `choices`" if step.type is SlotKind.CHOICE else "has no `choices`"
        checker.problem(document, path, f"an answer of type {step.type} {wanted}")
    if step.spelled and step.type is not SlotKind.NAME:
        checker.problem(document, (*path, "spelled"), "only a `name` can be asked for spelled")
    _check_counted(step, document, path, checker)
    choices = {
        value: tuple(dict.fromkeys((value.replace("_", " "), *synonyms))) for value, synonyms in step.choices.items()
    }
    _check_choices(choices, document, path, checker)
    prompt = words(step.say, (*path, "say"), needed=True)
    again = words(step.again, (*path, "again"))
    if prompt is None:
        return None
    return Ask(
        slot=step.ask,
        kind=step.type,
        prompt=prompt,
        again=again,
        label=step.label or step.ask.replace("_", " "),
        confirm=step.confirm,
        min_length=low,
        max_length=high,
        when=step.when,
        choices=choices,
        hotwords=tuple(step.hotwords),
        spelled=step.spelled,
        units=tuple(step.units),
        least=step.min or 0,
        most=step.max,
    )


def _check_counted(step: step_schema.AskEntry, document: Document, path: Path, checker: Checker) -> None:
    """What is said of a count: what is counted, and how many there can be."""
    bounds = {"units": step.units or None, "min": step.min, "max": step.max}
    given = [key for key, value in bounds.items() if value is not None]
    if step.type is not SlotKind.NUMBER:
        for key in given:
            checker.problem(document, (*path, key), f"`{key}` is for the type number, not {step.type}")
        return
    if len(step.units) % 2:
        message = "`units` come in pairs, the word for one and the word for several: [night, nights]"
        checker.problem(document, (*path, "units"), message)
    if step.max is not None and step.max < (step.min or 0):
        checker.problem(document, (*path, "max"), f"`max` {step.max} is below `min` {step.min}")


def _check_choices(choices: Mapping[str, tuple[str, ...]], document: Document, path: Path, checker: Checker) -> None:
    owner: dict[str, str] = {}
    for value, words in choices.items():
        for word in words:
            other = owner.setdefault(word.lower(), value)
            if other != value:
                message = f"the word {word!r} stands for both `{other}` and `{value}`"
                checker.problem(document, (*path, "choices", value), message)


def compile_choose(
    step: step_schema.ChooseEntry, document: Document, path: Path, checker: Checker, words: Words
) -> Callable[[str, str, int], Choose] | None:
    """The choice, once its name, its list and the step for nothing to choose are known; None without its texts."""
    each = checker.template(document, (*path, "each"), step.each)
    texts = {
        "say": words(step.say, (*path, "say"), needed=True),
        "one": words(step.one, (*path, "one")),
        "more": words(step.more, (*path, "more")),
    }
    for key, text in texts.items():
        for part in text.texts if text else ():
            if OPTIONS not in part.names:
                place = f"`{key}` does not say what there is to choose from; put `{{{OPTIONS}}}` into it"
                checker.problem(document, (*path, key), place)
    prompt = texts["say"]
    if each is None or prompt is None:
        return None

    def choose(name: str, among: str, none: int) -> Choose:
        return Choose(
            name=name,
            among=among,
            each=each,
            prompt=prompt,
            one=texts["one"],
            more=texts["more"],
            at_a_time=step.at_a_time,
            none=none,
        )

    return choose
