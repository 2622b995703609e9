"""The root of Firstline's typed errors: a stable code, and a message that says what to do next."""


class FirstlineError(Exception):
    """An error with a stable, greppable code.

    Attributes:
        code: Stable identifier such as ``"model_hash_mismatch"``; clients and tests rely on it.
        message: One sentence on what is wrong and what to do. Never holds secrets or personal data.
    """

    def __init__(self, code: str, message: str):
        super().__init__(f"[{code}] {message}")
        self.code = code
        self.message = message


class ModelError(FirstlineError):
    """A model cannot be loaded, was given input it does not take, or failed."""


class ModelBusyError(ModelError):
    """A bounded model queue is full; the caller of the model decides what to do without it."""

    def __init__(self, name: str, bound: int):
        super().__init__(
            "model_busy", f"The queue of {name} is full ({bound} waiting); admit fewer calls or add workers."
        )
