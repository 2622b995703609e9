"""The account of the simulated phone: a secret that only this machine's user can read, where no real account is set.

A service without a Twilio account believes nobody. So that `firstline call` reaches it all the same, the service writes
an account of its own into its data folder, readable by its user alone, and believes what is signed with it. The command
reads the same file. With a public address there is none: then only a real account opens the telephone edge.
"""

import json
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from models.errors import FirstlineError
from telephony.twilio.settings import TwilioSettings

FILE = "simulated-phone.json"
"""In the data folder."""
_NOWHERE = "http://127.0.0.1:9"
"""Where requests to the carrier would go: nothing listens there, so that none leaves this machine."""


def make_simulated_account(data_dir: Path) -> TwilioSettings:
    """The account of the data folder, made at its first use; readable by its owner only.

    Raises:
        FirstlineError: code ``"simulated_account"`` when the file cannot be written or read.
    """
    path = data_dir / FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_simulated_account(data_dir)
    except OSError as error:
        raise FirstlineError("simulated_account", f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"account_sid": "AC" + secrets.token_hex(16), "auth_token": secrets.token_hex(16)}, file)
    return read_simulated_account(data_dir)


def read_simulated_account(data_dir: Path) -> TwilioSettings:
    """The account that a service of this data folder believes.

    Raises:
        FirstlineError: code ``"simulated_account"`` when there is none; the message says what to do.
    """
    path = data_dir / FILE
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        account_sid, auth_token = str(kept["account_sid"]), str(kept["auth_token"])
    except FileNotFoundError as error:
        raise FirstlineError(
            "simulated_account",
            f"No service without an account has run on {data_dir} yet. Start one with `firstline serve`, give this "
            "command the settings of the one that runs, or let `firstline demo` start one of its own.",
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FirstlineError(
            "simulated_account", f"{path} cannot be read; remove it, and the next `firstline serve` makes a new one."
        ) from error
    return TwilioSettings(account_sid=account_sid, auth_token=SecretStr(auth_token), api_base_url=_NOWHERE)
