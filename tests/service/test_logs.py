import subprocess
import sys

CODE = """
import logging
from loguru import logger
from service.logs import configure_logging
configure_logging("INFO")
def some_function():
    secret = "a caller's words"
    raise ValueError("odd")
logging.getLogger("telephony.media_session").info("stream %s started", "MZ1")
logging.getLogger("uvicorn.access").info("GET /?From=+353")
logger.info("ours")
logger.debug("too much")
try:
    some_function()
except ValueError:
    logging.getLogger("x").exception("failed")
"""


def test_one_format_for_all_logs_and_no_values_in_tracebacks():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    assert lines[0].endswith("INFO    __main__ stream MZ1 started")
    assert lines[1].endswith("INFO    __main__ ours")
    assert "failed" in lines[2] and "ValueError: odd" in done.stderr
    assert "353" not in done.stderr and "a caller's words" not in done.stderr.replace(
        'secret = "a caller\'s words"', ""
    )
    assert "too much" not in done.stderr
