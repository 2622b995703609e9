import json
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest
from websockets.sync.client import connect

from models.errors import FirstlineError
from service.sockets import listen

CHILD = """
import sys
from pathlib import Path
from service.server import run
from service.sockets import listen
from tests.service.parts import make_service, make_settings
listening = listen("127.0.0.1", 0)
port = listening.getsockname()[1]
twilio = {"unsigned_media": True}
service = make_service(make_settings(Path(sys.argv[1]), port=port, twilio=twilio, drain_s=float(sys.argv[2])))
print(port, flush=True)
run(service, listening)
print("stopped", [str(r) for c in service.conversations.made for r in c.gone], flush=True)
"""

START = {
    "event": "start",
    "sequenceNumber": "1",
    "streamSid": "MZ1",
    "start": {
        "accountSid": "AC1",
        "streamSid": "MZ1",
        "callSid": "CA1",
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    },
}


class Child:
    def __init__(self, folder, drain_s: float):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", CHILD, str(folder), str(drain_s)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.wait_for(200)

    def ready(self) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}/ready", trust_env=False)

    def wait_for(self, status: int) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self.ready().status_code == status:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        raise AssertionError(f"/ready never said {status}")

    def call(self):
        socket = connect(f"ws://127.0.0.1:{self.port}/twilio/media", proxy=None)
        socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        socket.send(json.dumps(START))
        socket.recv(timeout=10)
        return socket

    def end(self) -> tuple[int, str]:
        output, _ = self.process.communicate(timeout=30)
        return self.process.returncode, output


@pytest.mark.slow
def test_on_sigterm_a_running_call_may_finish_and_no_new_one_is_taken(tmp_path):
    child = Child(tmp_path, drain_s=20)
    socket = child.call()
    child.process.send_signal(signal.SIGTERM)
    child.wait_for(503)
    assert child.ready().json()["reasons"] == ["shutting down"]
    socket.send(json.dumps({"event": "stop", "sequenceNumber": "2", "streamSid": "MZ1", "stop": {}}))
    code, output = child.end()
    assert code == 0 and output.strip() == "stopped ['caller_hung_up']"


@pytest.mark.slow
def test_a_call_that_takes_too_long_is_ended_in_order(tmp_path):
    child = Child(tmp_path, drain_s=0.3)
    socket = child.call()
    child.process.send_signal(signal.SIGTERM)
    code, output = child.end()
    socket.close()
    assert code == 0 and output.strip() == "stopped ['shutdown']"


def test_a_taken_port_is_one_clear_sentence():
    first = listen("127.0.0.1", 0)
    first.listen()
    with pytest.raises(FirstlineError) as caught:
        listen("127.0.0.1", first.getsockname()[1])
    first.close()
    assert caught.value.code == "port_taken" and "--port" in caught.value.message
