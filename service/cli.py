"""The command line: serve, place calls, look at settings, models, lines and what happened on a call."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dialogue.lines.problems import Problem
from models import registry
from models.errors import FirstlineError
from records.database import Database
from records.event_log import EventLog
from records.schema import require_tables
from service.call_commands import demo_command, place_command
from service.call_list import began, length, outcome
from service.settings import Settings, load_settings
from service.settings_catalogue import catalogue
from service.sockets import listen
from service.transcript import TranscriptPrinter

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Firstline answers a support line.")
models_app = typer.Typer(
    no_args_is_help=True, help="The model files: where they come from, and whether they are whole."
)
line_app = typer.Typer(no_args_is_help=True, help="Lines: the folders that say how to answer.")
records_app = typer.Typer(help="What is kept of calls.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(line_app, name="line")
app.add_typer(records_app, name="records")

out = Console()
err = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
EnvFile = Annotated[str, typer.Option(help="File of settings; the environment wins over it.")]


@contextmanager
def plain_errors() -> Iterator[None]:
    """Say what is wrong and what to do, without a traceback; exit status 1."""
    try:
        yield
    except FirstlineError as error:
        err.print(error.message, style="red", highlight=False, markup=False)
        raise typer.Exit(1) from error


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    env_file: EnvFile = ".env",
) -> None:
    """Answer calls until told to stop; running calls may finish first."""
    from service.logs import configure_logging

    with plain_errors():
        settings = load_settings(env_file, host=host, port=port)
        configure_logging(settings.log_level)
        listening = listen(settings.host, settings.port)
        settings.port = listening.getsockname()[1]
        # Imported late, because these load the inference libraries: a mistake in the settings is told at once.
        from service.conversations import open_conversations
        from service.server import run
        from service.wiring import build_service

        service = build_service(settings, open_conversations)
        _say_where(settings)
        run(service, listening)


def _say_where(settings: Settings) -> None:
    err.print(f"Firstline listens on http://{settings.host}:{settings.port}", highlight=False)
    if settings.phone_page == "local":
        err.print(f"Call it from this machine's browser: http://localhost:{settings.port}/phone", highlight=False)
    if not settings.has_account:
        err.print("No Twilio account is set: README.md, “Going live”, says how.", style="dim", highlight=False)


@app.command()
def call(
    scenario: Annotated[Path | None, typer.Option(help="YAML file that says what the caller does.")] = None,
    audio: Annotated[list[Path] | None, typer.Option(help="Sound file said after each turn; may be repeated.")] = None,
    files: Annotated[list[Path] | None, typer.Argument(help="More sound files.")] = None,
    url: Annotated[str, typer.Option(help="Where the service listens.")] = "",
    recording: Annotated[Path | None, typer.Option(help="Where to write what the caller said and heard.")] = None,
    json_output: Json = False,
) -> None:
    """Call a running service with a simulated phone; exit status 1 when it was not served.

    Signed with the account of this machine's settings; without one with what a local service keeps for it.
    """
    with plain_errors():
        sounds = (*(audio or ()), *(files or ()))
        status = place_command(load_settings(), scenario, sounds, url, recording, json_output, out)
    raise typer.Exit(status)


@app.command()
def demo(
    scenario: Annotated[Path, typer.Option(help="What the caller does.")] = Path("scenarios/demo.yaml"),
    json_output: Json = False,
) -> None:
    """Start the service, let a simulated phone call it, and show the conversation as it happens."""
    with plain_errors():
        raise typer.Exit(demo_command(scenario, json_output, out, err))


@app.command()
def settings(json_output: Json = False, env_file: EnvFile = ".env") -> None:
    """All settings: names, values (secrets masked), units, and what each is for."""
    with plain_errors():
        listed = catalogue(load_settings(env_file))
    if json_output:
        typer.echo(json.dumps([asdict(each) for each in listed], indent=2, ensure_ascii=False))
        return
    for each in listed:
        value = Text(f" {each.value} {each.unit}".rstrip(), style="" if each.default else "bold green")
        out.print(Text(f"{each.name} =", style="bold"), value, sep="")
        out.print(Padding(Text(each.sentence, style="dim"), (0, 0, 0, 4)))


@app.command()
def calls(limit: int = 20, json_output: Json = False, env_file: EnvFile = ".env") -> None:
    """The latest calls."""
    with plain_errors():
        listed = _log(env_file).calls(limit)
    if json_output:
        typer.echo(json.dumps([asdict(each) for each in listed], indent=2))
        return
    if not listed:
        out.print("No call is kept yet. `firstline demo` makes one.", highlight=False)
        return
    table = Table("began", "length", "line", "outcome", "call", box=None, pad_edge=False, header_style="bold")
    for each in listed:
        table.add_row(began(each), length(each), each.line or "–", outcome(each), each.interaction_id)
    out.print(table)


@app.command()
def practice(
    lines: Annotated[list[Path], typer.Argument(help="Folders of lines, or of several.", metavar="LINE...")],
    conversations: Annotated[int, typer.Option(min=1, help="How many conversations with each line.")] = 500,
    callers: Annotated[str, typer.Option(help="development, judging, or a folder of your own.")] = "development",
    seed: Annotated[int, typer.Option(help="What the conversations are drawn from.")] = 1,
    only: Annotated[int | None, typer.Option(help="Hold this one again and show it, whatever came of it.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write everything there as JSON.")] = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst to show word for word.")] = 5,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes that hold them; one a processor.")] = None,
    audio: Annotated[int, typer.Option(min=0, help="Hold so many on the simulated telephone, and none in text.")] = 0,
    keep: Annotated[bool, typer.Option("--keep", help="With --only: keep it in the line's tests.yaml.")] = False,
) -> None:
    """Let simulated callers talk to lines in text; exit status 1 when something was done that nobody agreed to."""
    from service.practice_command import Wanted, practise

    wanted = Wanted(
        conversations=conversations,
        callers=callers,
        seed=seed,
        only=only,
        worst=worst,
        aloud=audio,
        jobs=jobs,
        keep=keep,
    )
    with plain_errors():
        wrong = practise(lines, wanted, json_file, out, err)
    raise typer.Exit(1 if wrong else 0)


@app.command()
def events(call_id: str, json_output: Json = False, env_file: EnvFile = ".env") -> None:
    """What happened on a call; with --json the event log itself, one event a line."""
    with plain_errors():
        found = _log(env_file).read(call_id)
        if not found:
            raise FirstlineError("call_unknown", "No event of this call is kept; `firstline calls` lists the latest.")
    if json_output:
        for event in found:
            typer.echo(event.to_json())
        return
    transcript = TranscriptPrinter(out)
    for event in found:
        transcript.show(event)


@app.command("self-test")
def self_test(json_output: Json = False, env_file: EnvFile = ".env") -> None:
    """Transcribe a test sentence alone and in a batch: device, batch size and real-time factor of this machine."""
    import asyncio

    from service.self_test import run_self_test

    with plain_errors():
        result = asyncio.run(run_self_test(load_settings(env_file).transcriber))
    if json_output:
        typer.echo(json.dumps(asdict(result), indent=2, ensure_ascii=False))
        return
    out.print(f"device           {result.device}", highlight=False)
    out.print(f"model            {result.model}", highlight=False)
    out.print(f"batch size       {result.batch_size}", highlight=False)
    out.print(f"one utterance    {result.one_ms} ms for {result.audio_s} s of speech", highlight=False)
    out.print(f"whole batch      {result.batch_ms} ms, real-time factor {result.real_time_factor}", highlight=False)


@models_app.command("list")
def models_list(json_output: Json = False) -> None:
    """Every model: version, licence, size, and where it comes from."""
    found = registry.all_models()
    if json_output:
        typer.echo(json.dumps([registry.fields_of(each) for each in found], indent=2, ensure_ascii=False))
        return
    table = Table("model", "version", "licence", "MB", "source", box=None, pad_edge=False, header_style="bold")
    for each in found:
        table.add_row(each.name, each.version, each.licence, f"{each.size / 1e6:.1f}", each.source)
    out.print(table)


@models_app.command("verify")
def models_verify(json_output: Json = False) -> None:
    """Whether every model file is there with the right hash; exit status 1 when a needed one is not."""
    found = [(each, registry.verify(each.name)) for each in registry.all_models()]
    broken = [each.name for each, result in found if not result.ok and not each.optional]
    if json_output:
        typer.echo(json.dumps([asdict(result) for _, result in found], indent=2))
    else:
        for each, result in found:
            word = "ok" if result.ok else ("not installed (optional)" if each.optional else f"BROKEN: {result.problem}")
            out.print(f"{each.name}: {word}", highlight=False)
    raise typer.Exit(1 if broken else 0)


@models_app.command("card")
def models_card(name: str, json_output: Json = False) -> None:
    """The model card: data, measures, limits."""
    with plain_errors():
        text = registry.card(name)
        if json_output:
            typer.echo(json.dumps({**registry.fields_of(registry.entry(name)), "card": text}, ensure_ascii=False))
        else:
            out.print(Markdown(text))


@line_app.command("new")
def line_new(
    folder: Annotated[Path, typer.Argument(help="Where it goes; its name is the line's name.")],
    title: Annotated[str, typer.Option(help="The name as it is spoken.")],
    country: Annotated[str, typer.Option(help="Where its callers live: time zone, currency, emergency number.")] = "IE",
    template: Annotated[Path | None, typer.Option(help="A line to copy, such as lines/shop, not the starter.")] = None,
    json_output: Json = False,
) -> None:
    """Make a new line that works at once: try it with `line try`, then write what it shall do."""
    from dialogue.lines.new import new_line

    with plain_errors():
        written = new_line(folder, title, country, template)
    if json_output:
        typer.echo(json.dumps([str(path) for path in written], indent=2))
        return
    for path in written:
        out.print(str(path), highlight=False)
    out.print(f"Talk to it:  firstline line try {folder}\nCheck it:    firstline line check {folder}", highlight=False)


@line_app.command("check")
def line_check(folder: Path, json_output: Json = False) -> None:
    """Report every mistake of a line or a folder of lines, and hold its test conversations; exit status 1 for any."""
    from dialogue.lines.line_book import line_folders, read_lines, whole_book
    from dialogue.lines.load import LineError, load_line

    try:
        several = [] if (folder / "line.yaml").exists() else line_folders(folder)
        # Which of them is the default, FIRSTLINE_LINE may say.
        book = whole_book(read_lines(several), several[0].name) if several else None
        lines = list(book.lines.values()) if book else [load_line(folder)]
    except LineError as error:
        if json_output:
            typer.echo(json.dumps([asdict(problem) for problem in error.problems], indent=2, ensure_ascii=False))
        else:
            err.print(error.message, style="red", highlight=False, markup=False)
        raise typer.Exit(1) from error
    problems = [*_review(several or [folder]), *_run_line_tests(several or [folder])]
    if json_output:
        typer.echo(json.dumps([asdict(problem) for problem in problems], indent=2, ensure_ascii=False))
        raise typer.Exit(1 if problems else 0)
    for problem in problems:
        err.print(str(problem), style="red", highlight=False, markup=False)
    if problems:
        raise typer.Exit(1)
    for line in lines:
        counts = f"{len(line.intents)} intents, {len(line.playbooks)} playbooks, {len(line.tools)} tools"
        out.print(f"{line.title}: {counts}, {len(line.articles)} articles, no mistakes", highlight=False)


def _review(folders: list[Path]) -> list[Problem]:
    """What of lines that load cannot work all the same; the folder is named where there are several."""
    from dialogue.lines.load import load_line
    from dialogue.lines.review import review

    found = [(folder, problem) for folder in folders for problem in review(folder, load_line(folder), os.environ)]
    several = len(folders) > 1
    return [replace(each, file=f"{folder.name}/{each.file}") if several else each for folder, each in found]


def _run_line_tests(folders: list[Path]) -> list[Problem]:
    """Hold the conversations of every ``tests.yaml``; a line without one loads no model."""
    from service.line_tests_command import run_line_tests

    with plain_errors():
        return run_line_tests(folders)


@line_app.command("try")
def line_try(
    folder: Path,
    explain: Annotated[bool, typer.Option(help="Show what was understood of each turn.")] = False,
) -> None:
    """Talk to a line in text, with its real understanding and a sandbox of its own; nothing real is changed by it."""
    from service.try_command import try_line

    with plain_errors():
        try_line(folder, explain, out)


@records_app.command("rebuild")
def records_rebuild(env_file: EnvFile = ".env") -> None:
    """Make the list of calls from the event log again; says how many of its rows were not right."""
    with plain_errors():
        wrong = _log(env_file).rebuild_calls()
    out.print("The list of calls was right." if not wrong else f"{wrong} calls were not listed right; now they are.")


def _log(env_file: str) -> EventLog:
    database = Database(load_settings(env_file).database)
    require_tables(database)
    return EventLog(database)


def main() -> None:
    """Entry point of ``firstline``."""
    app()


if __name__ == "__main__":
    main()
