"""Loads a line folder: reads every file, checks all of it, and either gives a whole `Line` or names every mistake."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialogue.lines import schema
from dialogue.lines.article import Article, spoken
from dialogue.lines.check import Checker
from dialogue.lines.line_names import LineNames, find_identities, find_slots
from dialogue.lines.playbook import Playbook, SlotKind
from dialogue.lines.playbook_checks import check_playbook, kept_names
from dialogue.lines.playbook_compiler import Compiled, PlaybookCompiler
from dialogue.lines.problems import LineError, Problem
from dialogue.lines.templates import parse_template
from dialogue.lines.tools import load_tools
from dialogue.lines.types import Emergency, Escalation, Hours, Intent, Line, Region, Tool
from dialogue.lines.yaml_marks import Document, read_yaml
from languages import DEFAULT, Language, available, load

__all__ = ["Line", "LineError", "Problem", "load_line"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MAX_FILE_BYTES = 1_000_000
_MAX_ANSWER = 400
_OLD_PHRASES = {"to_human": "transfer"}
"""Built-in sentences that lines may also call by an earlier name."""


def load_line(folder: Path) -> Line:
    """Read a line folder.

    Args:
        folder: Holds line.yaml, intents.yaml (or intents/*.yaml), playbooks/*.yaml, tools.yaml, knowledge/*.md.

    Raises:
        LineError: The folder has mistakes; all of them are in ``problems``, with file and line.
    """
    loader = _Loader(folder)
    line = loader.load()
    if loader.checker.problems or line is None:
        raise LineError(str(folder.name), loader.checker.problems)
    return line


class _Loader:
    def __init__(self, folder: Path):
        self._folder = folder
        self.checker = Checker()
        self._hash = hashlib.sha256()

    def load(self) -> Line | None:
        if not self._folder.is_dir():
            self.checker.problems.append(Problem(file="line.yaml", line=1, message="the line folder does not exist"))
            return None
        outline_document = self._yaml("line.yaml")
        outline = None
        if outline_document is not None:
            outline = self.checker.shape(schema.LineFile, outline_document, (), outline_document.data)
        tools_document = self._yaml("tools.yaml", required=False)
        tools = load_tools(tools_document, self.checker) if tools_document else {}
        articles = self._articles()
        intents, intent_places = self._intents()
        compiled = self._playbooks(
            tools, articles, _names(tools_document), _code_of(outline.language) if outline else DEFAULT
        )
        self._check_requires(tools, tools_document, compiled)
        self._link(compiled, intents, intent_places)
        self._check_slots(compiled)
        if outline is None or outline_document is None:
            return None
        hours = self._hours(outline.hours, outline_document)
        if hours is None:
            return None
        language = self._language(outline.language, outline_document)
        if language is None:
            return None
        self._check_phrases(outline.phrases, language, outline_document)
        emergencies = self._emergencies(outline, language, outline_document)
        return self._line(outline, language, hours, emergencies, tools, articles, intents, compiled)

    def _line(
        self,
        outline: schema.LineFile,
        language: Language,
        hours: Hours,
        emergencies: tuple[Emergency, ...],
        tools: Mapping[str, Tool],
        articles: Mapping[str, Article],
        intents: Mapping[str, Intent],
        compiled: list[Compiled],
    ) -> Line:
        region, escalation = outline.region, outline.escalation
        return Line(
            name=outline.name,
            title=outline.title,
            language=language,
            greeting=outline.greeting,
            greeting_closed=outline.greeting_closed or outline.greeting,
            hours=hours,
            region=Region(
                pace=region.pace,
                manner=region.manner,
                currency=region.currency,
                date_order=region.date_order,
                phone_region=region.phone_region,
            ),
            escalation=Escalation(
                failed_turns=escalation.failed_turns,
                anger_threshold=escalation.anger_threshold,
                on_anger=escalation.on_anger,
                human_words=tuple(escalation.human_words),
                emergencies=emergencies,
            ),
            numbers=tuple(outline.numbers.answers),
            is_default=outline.numbers.default,
            human_number=outline.numbers.human or "",
            overflow_number=outline.numbers.overflow or "",
            hotwords=tuple(outline.hotwords),
            confirm_below=outline.confirm_below,
            phrases={_OLD_PHRASES.get(name, name): text for name, text in outline.phrases.items()},
            intents=dict(intents),
            playbooks={item.playbook.name: item.playbook for item in compiled},
            tools=dict(tools),
            articles=dict(articles),
            content_hash=self._hash.hexdigest(),
        )

    def _read(self, path: Path) -> str | None:
        name = path.relative_to(self._folder).as_posix()
        try:
            if path.stat().st_size > _MAX_FILE_BYTES:
                self.checker.problems.append(Problem(file=name, line=1, message="is larger than a megabyte"))
                return None
            raw = path.read_bytes()
            self._hash.update(name.encode() + b"\0" + raw + b"\0")
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            self.checker.problems.append(Problem(file=name, line=1, message="is not UTF-8 text"))
        except OSError as error:
            self.checker.problems.append(Problem(file=name, line=1, message=f"cannot be read: {error.strerror}"))
        return None

    def _yaml(self, name: str, *, required: bool = True) -> Document | None:
        path = self._folder / name
        if not path.exists():
            if required:
                self.checker.problems.append(Problem(file=name, line=1, message="the file is missing"))
            return None
        text = self._read(path)
        if text is None:
            return None
        document = read_yaml(text, name)
        self.checker.problems.extend(document.problems)
        if document.data is None and not document.problems:
            self.checker.problem(document, (), "the file is empty")
        return document if document.data is not None else None

    def _files(self, folder: str, ending: str) -> list[str]:
        paths = sorted((self._folder / folder).glob(f"*{ending}"))
        return [path.relative_to(self._folder).as_posix() for path in paths]

    def _intents(self) -> tuple[dict[str, Intent], dict[str, tuple[Document, str]]]:
        names = self._files("intents", ".yaml")
        if (self._folder / "intents.yaml").exists() or not names:
            names = ["intents.yaml", *names]
        intents: dict[str, Intent] = {}
        places: dict[str, tuple[Document, str]] = {}
        for file in names:
            document = self._yaml(file)
            if document is None or not isinstance(document.data, dict):
                if document is not None:
                    self.checker.problem(document, (), "must map intent names to `about` and `examples`")
                continue
            for name, raw in document.data.items():
                self._intent(document, name, raw, intents, places)
        self._check_examples(intents, places)
        return intents, places

    def _intent(
        self,
        document: Document,
        name: str,
        raw: Any,
        intents: dict[str, Intent],
        places: dict[str, tuple[Document, str]],
    ) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            self.checker.problem(document, (name,), f"the intent name `{name}` must be lower_case words")
        if name in intents:
            other = places[name][0]
            self.checker.problem(document, (name,), f"the intent `{name}` is already in {other.file}")
            return
        checked = self.checker.shape(schema.IntentFile, document, (name,), raw)
        if checked is not None:
            intents[name] = Intent(name=name, about=checked.about, examples=tuple(checked.examples))
            places[name] = (document, name)

    def _check_examples(self, intents: dict[str, Intent], places: dict[str, tuple[Document, str]]) -> None:
        owners: dict[str, str] = {}
        for name, intent in intents.items():
            for number, example in enumerate(intent.examples):
                key = " ".join(re.findall(r"[\w']+", example.lower()))
                owner = owners.setdefault(key, name)
                document = places[name][0]
                place = (name, "examples", number)
                if owner != name:
                    self.checker.problem(document, place, f"{example!r} is an example of both `{owner}` and `{name}`")

    def _articles(self) -> dict[str, Article]:
        articles = {}
        for file in self._files("knowledge", ".md"):
            text = self._read(self._folder / file)
            if text is None:
                continue
            name = Path(file).stem.replace("-", "_")
            article = self._article(file, name, text)
            if article is not None:
                articles[name] = article
        return articles

    def _article(self, file: str, name: str, text: str) -> Article | None:
        front = Document(file=file)
        body, first_body_line = text, 1
        match = re.match(r"---\n(.*?)\n---[ \t]*(?:\n|\Z)", text, re.DOTALL)
        if match:
            front = read_yaml(match.group(1), file, first_line=2)
            self.checker.problems.extend(front.problems)
            body, first_body_line = text[match.end() :], text[: match.end()].count("\n") + 1
        head = self.checker.shape(schema.FrontMatterFile, front, (), front.data or {})
        if head is None:
            return None
        heading = re.search(r"^#\s+(.+)$", body, re.MULTILINE)
        title = head.title or (heading.group(1).strip() if heading else None)
        paragraphs = [p for p in re.split(r"\n\s*\n", body) if p.strip() and not p.lstrip().startswith("#")]
        answer = head.answer or (spoken(paragraphs[0]) if paragraphs else "")
        if not title:
            message = "the article has no title: give it a `# heading` or a front matter `title`"
            self.checker.problems.append(Problem(file=file, line=first_body_line, message=message))
        if not answer:
            message = "the article has no answer: give it a first paragraph or a front matter `answer`"
            self.checker.problems.append(Problem(file=file, line=first_body_line, message=message))
        elif len(answer) > _MAX_ANSWER:
            message = f"the answer has {len(answer)} characters; say it in {_MAX_ANSWER}, or give a short `answer`"
            self.checker.problems.append(Problem(file=file, line=first_body_line, message=message))
        return Article(
            name=name,
            title=title or name,
            answer=answer,
            body=spoken(body),
            questions=tuple(head.questions),
            keywords=tuple(head.keywords),
        )

    def _playbooks(
        self, tools: dict[str, Tool], articles: dict[str, Article], tool_names: frozenset[str], language: str
    ) -> list[Compiled]:
        read = {file: self._yaml(file) for file in self._files("playbooks", ".yaml")}
        documents = [document for document in read.values() if document is not None]
        broken = {Path(file).stem.replace("-", "_") for file, document in read.items() if document is None}
        stems: dict[str, Document] = {}
        for document in documents:
            given = document.data.get("name") if isinstance(document.data, dict) else None
            stem = str(given or Path(document.file).stem.replace("-", "_"))
            if stem in stems:
                other = stems[stem].file
                self.checker.problem(document, ("name",), f"the playbook name `{stem}` is already used in {other}")
            stems.setdefault(stem, document)
        identities = find_identities(stems)
        for stem, document in stems.items():
            given = document.data.get("identifies") if isinstance(document.data, dict) else None
            if isinstance(given, str) and identities[given] != stem:
                message = f"the identity `{given}` is already established by the playbook `{identities[given]}`"
                self.checker.problem(document, ("identifies",), message)
        names = LineNames(
            language=language,
            tools=tools,
            broken_tools=tool_names - tools.keys(),
            articles=frozenset(articles),
            playbooks=stems,
            broken_playbooks=frozenset(broken),
            identities=identities,
            slots=find_slots(stems),
        )
        found = [PlaybookCompiler(document, self.checker, names).compile(stem) for stem, document in stems.items()]
        compiled = [item for item in found if item is not None]
        kept = kept_names(compiled, tools)
        run = {name for item in compiled for name in item.runs}
        done = {name for item in compiled for name in item.does} - run
        for item in compiled:
            # One that others only do is checked where they do it: it may use what they know.
            if item.intents or item.playbook.name not in done:
                check_playbook(item, tools, kept, self.checker)
        return compiled

    def _check_requires(self, tools: Mapping[str, Tool], document: Document | None, compiled: list[Compiled]) -> None:
        """A tool can require only an identity that a playbook establishes."""
        identities = find_identities({item.playbook.name: item.document for item in compiled})
        for name, tool in tools.items():
            if document is not None and tool.requires:
                self.checker.known(document, (name, "requires"), "identity", tool.requires, identities)

    def _link(
        self, compiled: list[Compiled], intents: dict[str, Intent], places: dict[str, tuple[Document, str]]
    ) -> None:
        """Tie intents to playbooks; find playbooks that nothing leads to and intents that lead nowhere."""
        owners: dict[str, str] = {}
        for item in compiled:
            for number, name in enumerate(item.intents):
                place = ("intents", number)
                if not self.checker.known(item.document, place, "intent", name, intents):
                    continue
                owner = owners.setdefault(name, item.playbook.name)
                if owner != item.playbook.name:
                    message = f"the intent `{name}` already starts the playbook `{owner}`"
                    self.checker.problem(item.document, place, message)
        for name, owner in owners.items():
            intent = intents[name]
            intents[name] = Intent(name=name, about=intent.about, examples=intent.examples, playbook=owner)
        reached = {item.playbook.name for item in compiled if item.intents}
        runs = {item.playbook.name: [*item.runs, *item.does] for item in compiled}
        waiting = list(reached)
        while waiting:
            for target in runs.get(waiting.pop(), ()):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        for item in compiled:
            if item.playbook.name not in reached:
                message = f"no intent and no other playbook leads to `{item.playbook.name}`"
                self.checker.problem(item.document, ("intents",), message)
        for name, intent in intents.items():
            if not intent.playbook:
                document, key = places[name]
                self.checker.problem(document, (key,), f"no playbook serves the intent `{name}`")

    def _check_slots(self, compiled: list[Compiled]) -> None:
        kinds: dict[str, tuple[SlotKind, str]] = {}
        for item in compiled:
            playbook: Playbook = item.playbook
            for ask in playbook.asks():
                kind, file = kinds.setdefault(ask.slot, (ask.kind, item.document.file))
                if kind is not ask.kind and file != item.document.file:
                    message = f"`{ask.slot}` is asked for as {ask.kind} here, but as {kind} in {file}"
                    item.problem(self.checker, playbook.steps.index(ask), message)

    def _language(self, code: str, document: Document) -> Language | None:
        found = _code_of(code)
        known = self.checker.known(document, ("language",), "language", found, sorted(available()))
        return load(found) if known else None

    def _check_phrases(self, phrases: Mapping[str, str], language: Language, document: Document) -> None:
        sentences = language.sentences.warm
        for written, text in phrases.items():
            name, place = _OLD_PHRASES.get(written, written), ("phrases", written)
            if not self.checker.known(document, place, "built-in sentence", name, sentences):
                continue
            template = self.checker.template(document, place, text)
            possible = parse_template(sentences[name][0]).names
            for value in sorted((template.names if template else frozenset()) - possible):
                self.checker.known(document, place, f"value for `{name}` called", value, possible)

    def _emergencies(self, outline: schema.LineFile, language: Language, document: Document) -> tuple[Emergency, ...]:
        """What must never wait; nobody is promised who cannot be called."""
        found = []
        for number, given in enumerate(outline.escalation.emergencies):
            place = ("escalation", "emergencies", number)
            wording = self.checker.wording(document, (*place, "say"), given.say, language.code, needed=True)
            if wording is None:
                continue
            for name in sorted(wording.names):
                message = f"nothing can be filled in here, so `{{{name}}}` would be read out"
                self.checker.problem(document, (*place, "say"), message)
            if given.transfer and not outline.numbers.human:
                message = "there is nobody to transfer to: give `numbers: {human: …}`, or say `transfer: false`"
                self.checker.problem(document, (*place, "transfer"), message)
            found.append(
                Emergency(
                    words=tuple(given.words),
                    say=wording.open[0].source,
                    say_closed=wording.closed[0].source,
                    transfer=given.transfer is not False,
                    message=given.message,
                )
            )
        return tuple(found)

    def _hours(self, hours: schema.HoursFile, document: Document) -> Hours | None:
        before = len(self.checker.problems)
        try:
            ZoneInfo(hours.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = f"there is no time zone `{hours.time_zone}`; write one like Europe/Dublin"
            self.checker.problem(document, ("hours", "time_zone"), message)
        spans: dict[int, tuple[tuple[time, time], ...]] = {}
        for day, texts in hours.open.items():
            place = ("hours", "open", day)
            if self.checker.known(document, place, "day", day, _DAYS):
                found = [self._span(text, document, (*place, n)) for n, text in enumerate(texts)]
                spans[_DAYS.index(day)] = tuple(span for span in found if span)
        closed = set()
        for place_in_list, text in enumerate(hours.closed_dates):
            try:
                closed.add(date.fromisoformat(text))
            except ValueError:
                self.checker.problem(
                    document, ("hours", "closed_dates", place_in_list), f"`{text}` is not a date like 2026-12-25"
                )
        if len(self.checker.problems) > before:
            return None
        return Hours(time_zone=hours.time_zone, open=spans, closed_dates=frozenset(closed))

    def _span(self, text: str, document: Document, place: tuple[str | int, ...]) -> tuple[time, time] | None:
        found = _SPAN.fullmatch(text.replace(" ", ""))
        if found:
            start_h, start_m, end_h, end_m = (int(part) for part in found.groups())
            end = time.max if (end_h, end_m) == (24, 0) else time(end_h, end_m) if end_h < 24 else None
            if end is not None and time(start_h, start_m) < end:
                return time(start_h, start_m), end
        self.checker.problem(document, place, f"`{text}` is not a span like 09:00-17:30")
        return None


def _code_of(language: str) -> str:
    """The code of a language as its folder writes it; as given where there is none such."""
    return next((each for each in available() if each.lower() == language.lower().replace("_", "-")), language)


def _names(document: Document | None) -> frozenset[str]:
    """The names at the top of a document."""
    return frozenset(document.data) if document is not None and isinstance(document.data, dict) else frozenset()
