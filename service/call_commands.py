"""``firstline call`` and ``firstline demo``: a simulated phone calls a service, ours or one that is started for it."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import httpx
from rich.console import Console

from models.errors import FirstlineError
from records.database import Database
from records.event_log import EventLog
from service.settings import PROJECT, Settings
from service.simulated_account import read_simulated_account
from service.sockets import listen
from service.transcript import TranscriptPrinter
from simulator.call import CallStatus
from simulator.caller import scenario_of_files
from simulator.scenario import Scenario
from simulator.scenario_file import load_scenario
from simulator.simulator import CallReport, run_call
from simulator.webhooks import Credentials

START_TIMEOUT_S = 180.0
"""Time to load models on a slow machine."""
STOP_TIMEOUT_S = 30.0
_POLL_S = 0.1


def place_command(
    settings: Settings,
    scenario_file: Path | None,
    sounds: tuple[Path, ...],
    url: str,
    recording: Path | None,
    json_output: bool,
    out: Console,
) -> int:
    """Place one call against a running service and print what the caller lived through.

    Returns:
        Exit status: 0 when the call was answered, every turn of the caller had an answer, and the service did nothing
        that the carrier does not accept.

    Raises:
        FirstlineError: The scenario has mistakes, a sound is missing, or nothing tells how to sign the call.
    """
    if (scenario_file is None) == (not sounds):
        raise FirstlineError("call_arguments", "Give either --scenario FILE or sound files, not both and not neither.")
    scenario = load_scenario(scenario_file) if scenario_file else scenario_of_files(sounds)
    account = settings.twilio if settings.has_account else read_simulated_account(settings.data_dir)
    credentials = Credentials(account_sid=account.account_sid, auth_token=account.auth_token.get_secret_value())
    report = _run(scenario, url or f"http://127.0.0.1:{settings.port}", settings.base_url, credentials, recording)
    if json_output:
        out.print_json(json.dumps(report.to_dict(), default=str))
    else:
        print_report(report, out)
    return exit_status(report)


def exit_status(report: CallReport) -> int:
    """0 when the caller was served: answered, nothing said without an answer, nothing that the carrier refuses."""
    served = report.status is CallStatus.COMPLETED and bool(report.streams) and not report.violations
    return 0 if served and not report.summary.no_replies else 1


def print_report(report: CallReport, out: Console) -> None:
    """What the caller lived through, measured at the ear."""
    measured = report.summary
    facts = [
        f"{report.status.value} after {report.duration_ms / 1000:.1f} s, ended by the {report.ended_by}",
        f"{measured.turns} turns that wanted an answer",
    ]
    if measured.p50_ms is not None:
        facts.append(f"voice to voice at the ear: median {measured.p50_ms:.0f} ms, p95 {measured.p95_ms:.0f} ms")
    facts.append(f"cut off: {measured.cutoffs}, without an answer: {measured.no_replies}")
    if measured.barge_ins:
        facts.append(f"barge-ins: {measured.barge_ins}, silent after {measured.barge_in_p50_ms or 0:.0f} ms")
    if report.violations:
        facts.append(f"{len(report.violations)} violations of the carrier's protocol: {report.violations[0]}")
    if not report.reliable:
        facts.append("this machine was too busy for these times to count")
    for fact in facts:
        out.print(f"  {fact}", highlight=False)


def demo_command(scenario_file: Path, json_output: bool, out: Console, err: Console) -> int:
    """Start the service, call it, show the conversation, and say where recording and log are.

    Returns:
        Exit status: 0 when the call was answered and ended without a violation of the carrier's protocol.

    Raises:
        FirstlineError: The scenario or the settings have mistakes, or the service did not start.
    """
    path = scenario_file if scenario_file.exists() else PROJECT / scenario_file
    scenario = load_scenario(path)
    folder = _demo_folder()
    credentials = Credentials(account_sid="AC" + secrets.token_hex(16), auth_token=secrets.token_hex(16))
    with local_service(folder, credentials, err) as url:
        log = EventLog(Database(f"sqlite:///{folder / 'firstline.db'}"))
        printed = Console(quiet=True) if json_output else out
        printed.print(f"\n[bold]{scenario.name}[/]  a simulated phone calls {url}\n", highlight=False)
        with _follow(log, printed) as transcript:
            report = _run(scenario, url, url, credentials, folder / "heard-by-the-caller.wav")
        events = log.read(report.call_sid)
        event_log = folder / "events.jsonl"
        event_log.write_text("".join(event.to_json() + "\n" for event in events), encoding="utf-8")
    recording = folder / "recordings" / f"{report.call_sid}.wav"
    if json_output:
        result = {"report": report.to_dict(), "totals": asdict(transcript.totals)}
        files = {"recording": str(recording), "events": str(event_log)}
        out.print_json(json.dumps({**result, **files}, default=str))
    else:
        _print_summary(transcript, report, recording, event_log, out)
    answered = bool(events) and not report.violations and transcript.totals.turns > 0
    return 0 if answered else 1


def _print_summary(
    transcript: TranscriptPrinter, report: CallReport, recording: Path, event_log: Path, out: Console
) -> None:
    totals = transcript.totals
    out.print("\n[bold]Summary[/]")
    out.print(
        f"  {totals.turns} turns, {totals.interruptions} interrupted, {totals.keys} keys pressed", highlight=False
    )
    if totals.changes:
        out.print(f"  changed in the shop's back office: {', '.join(totals.changes)}", highlight=False)
    print_report(report, out)
    out.print(f"  recording (left the caller, right Firstline): {recording}", highlight=False, soft_wrap=True)
    out.print(f"  event log: {event_log}", highlight=False, soft_wrap=True)


def _demo_folder() -> Path:
    """A fresh folder for each run, so that every demo finds the sandbox as it was made."""
    folder = Path("data") / "demo" / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _run(scenario: Scenario, url: str, public_url: str, credentials: Credentials, recording: Path | None) -> CallReport:
    return asyncio.run(
        run_call(scenario, service_url=url, public_url=public_url, credentials=credentials, recording=recording)
    )


@contextmanager
def local_service(
    folder: Path, credentials: Credentials, err: Console, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A service of its own on the loopback: nothing of the operator's account or .env is used, nothing leaves here.

    Args:
        folder: Where it keeps its data.
        credentials: The account that it believes.
        err: Where to say that it starts.
        settings: Further settings of the environment, such as ``FIRSTLINE_LINE``.

    Yields:
        Its URL; it is stopped afterwards.

    Raises:
        FirstlineError: code ``"service_start"``: it did not start.
    """
    probe = listen("127.0.0.1", 0)
    port = probe.getsockname()[1]
    probe.close()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "FIRSTLINE_"))}
    environment |= {
        "TWILIO_ACCOUNT_SID": credentials.account_sid,
        "TWILIO_AUTH_TOKEN": credentials.auth_token,
        "FIRSTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "FIRSTLINE_DATA_DIR": str(folder),
        "FIRSTLINE_TELEPHONY_API_BASE_URL": "http://127.0.0.1:9",
        **(settings or {}),
    }
    if "FIRSTLINE_CACHE_DIR" in os.environ:
        environment["FIRSTLINE_CACHE_DIR"] = os.environ["FIRSTLINE_CACHE_DIR"]
    log_path = folder / "service.log"
    command = [sys.executable, "-m", "service.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with log_path.open("wb") as log:
        process = subprocess.Popen([*command, "--env-file", os.devnull], env=environment, stdout=log, stderr=log)
    try:
        with err.status("Starting the service and its models …"):
            _wait_until_ready(process, f"http://127.0.0.1:{port}/ready", log_path)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", url: str, log_path: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            tail = log_path.read_text(errors="replace").strip()[-2000:]
            raise FirstlineError("service_start", f"The service did not start:\n{tail}")
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(_POLL_S)
    raise FirstlineError("service_start", f"The service was not ready after {START_TIMEOUT_S:.0f} s; see {log_path}.")


@contextmanager
def _follow(log: EventLog, out: Console) -> Iterator[TranscriptPrinter]:
    """Print the newest call of a log while it goes on."""
    transcript = TranscriptPrinter(out)
    done = threading.Event()
    follower = threading.Thread(target=_print_new, args=(log, transcript, done), name="transcript")
    follower.start()
    try:
        yield transcript
    finally:
        done.set()
        follower.join()


def _print_new(log: EventLog, transcript: TranscriptPrinter, done: threading.Event) -> None:
    seen = 0
    while True:
        last_look = done.wait(_POLL_S)
        for call in log.calls(limit=1):
            for event in log.read(call.interaction_id, after_seq=seen):
                transcript.show(event)
                seen = event.seq
        if last_look:
            return
