"""Labelled turns out of public corpora: only those of their acts that mean the same as ours."""

import csv
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.understanding.types import Asked, AskedKind, CallerAct, SpanKind
from scripts.intent_data import bitext, clinc, emotional
from scripts.understanding.example import Example, Mark

Act = CallerAct
_CLINC = {
    "yes": Act.AGREES, "no": Act.REFUSES, "maybe": Act.UNSURE, "repeat": Act.ASKS_TO_REPEAT, "goodbye": Act.GOODBYE,
    "greeting": Act.GREETS, "thank_you": Act.THANKS, "are_you_a_bot": Act.ASKS_ABOUT_BOT,
    "what_is_your_name": Act.ASKS_ABOUT_BOT, "who_made_you": Act.ASKS_ABOUT_BOT,
    "who_do_you_work_for": Act.ASKS_ABOUT_BOT, "where_are_you_from": Act.ASKS_ABOUT_BOT,
    "how_old_are_you": Act.ASKS_ABOUT_BOT, "tell_joke": Act.SMALL_TALK,
    "what_are_your_hobbies": Act.SMALL_TALK, "do_you_have_pets": Act.SMALL_TALK, "meaning_of_life": Act.SMALL_TALK,
    "fun_fact": Act.SMALL_TALK, "what_can_i_ask_you": Act.ASKS_ABOUT_LINE,
}  # fmt: skip
"""Intents of CLINC150 that are one of our acts; the others are wishes, but for a few that are neither."""
_NEITHER = frozenset("cancel change_speed change_volume change_language change_user_name reset_settings".split())
_BITEXT = {"contact_human_agent": Act.WANTS_HUMAN, "contact_customer_service": Act.ASKS_ABOUT_LINE}
_MULTIDOGO = {
    "openinggreeting": Act.GREETS, "closinggreeting": Act.GOODBYE, "thankyou": Act.THANKS, "confirmation": Act.AGREES,
    "rejection": Act.REFUSES, "contentonly": Act.ANSWERS,
}  # fmt: skip
_ASKS_SYSTEM = {"REQUEST": AskedKind.VALUE, "REQ_MORE": AskedKind.MORE, "CONFIRM": AskedKind.CONSENT,
                "OFFER_INTENT": AskedKind.YES_NO, "OFFER": AskedKind.CHOICE}  # fmt: skip
_EDIT = re.compile(
    r"\b(?:no wait|or wait|no|wait|sorry|err?|uh|um|i mean|rather|scratch that|actually|make that|or)\b", re.IGNORECASE
)
_OPEN = Asked(sentence="How can I help you?", kind=AskedKind.OPEN)


def dialogues(data: Path, split: str) -> list[Example]:
    """User turns of Schema-Guided Dialogue, split ``train`` or ``dev``."""
    with gzip.open(data / "text" / "dialogue" / f"sgd_turns_{split}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [made for line in file if (made := _dialogue(json.loads(line)))]


def _dialogue(turn: dict[str, Any]) -> Example | None:
    system = [name for name, _, _ in turn["asked_acts"]]
    kind = next((k for name, k in _ASKS_SYSTEM.items() if name in system), AskedKind.STATEMENT)
    asked = _OPEN if turn["asked"] is None else Asked(sentence=turn["asked"], kind=kind)
    done = {name for name, _, _ in turn["acts"]}
    acts = set(_system_acts(done, kind))
    named = {slot for name, slot, _ in turn["acts"] if name == "INFORM"}
    if named and AskedKind.CONSENT is kind and "AFFIRM" not in done:
        acts.add(Act.CORRECTS)
    elif named:
        acts.add(Act.ANSWERS)
    marks: tuple[Mark, ...] = tuple((SpanKind.VALUE, a, b) for slot, a, b in turn["spans"])
    known = bool(marks) or not named
    if not acts or ("REQUEST_ALTS" in done and not turn["said"].rstrip().endswith("?")):
        return None
    return Example(
        asked=asked, said=turn["said"], acts=frozenset(acts), marks=marks, knows_marks=known, source="sgd:" + kind.value
    )


def _system_acts(done: set[str], kind: AskedKind) -> Iterator[CallerAct]:
    simple = {
        "AFFIRM": Act.AGREES, "AFFIRM_INTENT": Act.AGREES, "SELECT": Act.AGREES, "NEGATE": Act.REFUSES,
        "NEGATE_INTENT": Act.REFUSES, "THANK_YOU": Act.THANKS, "GOODBYE": Act.GOODBYE, "INFORM_INTENT": Act.NEW_REQUEST,
        "REQUEST_ALTS": Act.ASKS_ABOUT_PROPOSAL,
    }  # fmt: skip
    for name in done:
        if name in simple:
            yield simple[name]
        elif name == "REQUEST":
            proposed = kind in (AskedKind.CHOICE, AskedKind.CONSENT, AskedKind.YES_NO)
            yield Act.ASKS_ABOUT_PROPOSAL if proposed else Act.ASKS_ABOUT_FACTS


def service_chats(data: Path, split: str) -> list[Example]:
    """Customer turns of MultiDoGO, split ``train``, ``dev`` or ``test``; what the agent said before is not in them."""
    with gzip.open(data / "text" / "dialogue" / "multidogo_turns.jsonl.gz", "rt", encoding="utf-8") as file:
        turns = [json.loads(line) for line in file]
    return [made for turn in turns if turn["split"] == split and (made := _chat(turn))]


def _chat(turn: dict[str, Any]) -> Example | None:
    words, slots = turn["said"].split(), turn["slots"].split()
    intents = [i for i in turn["intents"] if i != "outofdomain"]
    if not intents or len(words) != len(slots) or any(" " in i for i in intents):
        return None
    acts = {_MULTIDOGO.get(i, Act.NEW_REQUEST) for i in intents}
    plain = set(words)
    if Act.THANKS in acts and plain & {"no", "nothing", "nope"}:
        acts.add(Act.REFUSES)
    if len([i for i in intents if i not in _MULTIDOGO]) > 1:
        acts.add(Act.SEVERAL_REQUESTS)
    marks: list[Mark] = []
    at = 0
    for word, slot, before in zip(words, slots, ["O", *slots], strict=False):
        if slot != "O":
            first = marks.pop()[1] if slot == before and marks else at
            marks.append((SpanKind.VALUE, first, at + len(word)))
        at += len(word) + 1
    if marks and Act.NEW_REQUEST in acts:
        acts.add(Act.ANSWERS)
    return Example(asked=Asked(), said=" ".join(words), acts=frozenset(acts), marks=tuple(marks), source="multidogo")


def corrections(data: Path, split: str) -> list[Example]:
    """Questions of Disfl-QA in which one stretch replaces another, split ``train``, ``dev`` or ``test``."""
    with gzip.open(data / "text" / "dialogue" / "disfl_qa.jsonl.gz", "rt", encoding="utf-8") as file:
        turns = [json.loads(line) for line in file]
    return [made for turn in turns if turn["split"] == split and (made := _correction(turn["said"], turn["meant"]))]


def _correction(said: str, meant: str) -> Example | None:
    """What stands before and after the edit word and differs: "the Bank tower or wait the Wells centre".

    A question word put right is no value, so those are left out.
    """
    edits = list(_EDIT.finditer(said))
    if not edits or len(said) > 150:
        return None
    start, end = edits[0].start(), edits[0].end()
    for edit in edits[1:]:
        if edit.start() - end <= 2:
            end = edit.end()
    before, after = said[:start].rstrip(" ,"), said[end:].lstrip(" ,")
    rest = meant.lower().rstrip("?")
    shared = 0
    while shared < min(len(before), len(rest)) and before[shared].lower() == rest[shared]:
        shared += 1
    shared = before[:shared].rfind(" ") + 1
    wrong, tail = before[shared:], after.lower().rstrip("?")
    right = next((rest[shared:][: len(tail)] for _ in (0,) if tail.startswith(rest[shared:][:12])), "")
    if not 2 < len(wrong) < 40 or not right or wrong.lower().startswith(("wh", "how")):
        return None
    marks = ((SpanKind.WRONG, shared, shared + len(wrong)),)
    acts = frozenset({Act.CORRECTS, Act.NEW_REQUEST})
    return Example(asked=_OPEN, said=said, acts=acts, marks=marks, knows_marks=False, source="disfl_qa")


def intents(data: Path, split: str) -> list[Example]:
    """CLINC150, and for training BANKING77 and Bitext: wishes, and the intents that are acts of their own."""
    made = []
    for said, intent in clinc(data, split):
        if intent not in _NEITHER:
            acts = frozenset({_CLINC.get(intent, Act.NEW_REQUEST)})
            made.append(Example(asked=_OPEN, said=said, acts=acts, knows_marks=False, source=f"clinc:{intent}"))
    if split != "train":
        return made
    for said, intent in bitext(data, split):
        acts = frozenset({_BITEXT.get(intent, Act.NEW_REQUEST)})
        made.append(Example(asked=_OPEN, said=said, acts=acts, knows_marks=False, source=f"bitext:{intent}"))
    with (data / "text" / "banking77_train.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            acts = frozenset({Act.NEW_REQUEST})
            made.append(Example(asked=_OPEN, said=row["text"], acts=acts, knows_marks=False, source="banking"))
    return made


_YES_WORDS = re.compile(
    r"\b(?:ye[sap]h?|yup|ok(?:ay)?|sure|agree\w*|please|go ahead|do it|go for it|absolutely|definitely|exactly|right|"
    r"correct|true|deal|great|good|love|perfect|fine|want|welcome|indeed|same|course|yay|thank\w*|thx|amen|happy|glad)\b",
    re.IGNORECASE,
)


def strangers(data: Path, count: int, rng: random.Random) -> list[str]:
    """Sentences of GoEmotions' training split in which nothing sounds like a yes."""
    found = [s.replace("[NAME]", "Sam") for s in emotional(data)]
    return rng.sample([s for s in found if 3 <= len(s.split()) <= 14 and not _YES_WORDS.search(s)], count)


def everything(data: Path, counts: dict[str, int], rng: random.Random) -> list[Example]:
    """So many turns of each corpus, drawn by chance; labels are known for what a corpus labels, no more."""
    sgd = dialogues(data, "train")
    sets = {
        "sgd_polar": [e for e in sgd if e.acts & {Act.AGREES, Act.REFUSES}],
        "sgd": [e for e in sgd if not e.acts & {Act.AGREES, Act.REFUSES}],
        "multidogo": [*{(e.said, e.acts): e for e in service_chats(data, "train")}.values()],
        "disfl_qa": corrections(data, "train"),
        "intents": _evened(intents(data, "train"), rng),
    }
    return [e for name, found in sets.items() for e in rng.sample(found, min(counts[name], len(found)))]


def _evened(examples: list[Example], rng: random.Random) -> list[Example]:
    """All that are acts of their own, and of wishes a share."""
    return [e for e in examples if e.acts != {Act.NEW_REQUEST} or rng.random() < 0.08]
