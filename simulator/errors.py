"""What can go wrong in the simulator itself, as opposed to in the service it calls."""

from models.errors import FirstlineError


class SimulatorError(FirstlineError):
    """The simulator cannot do what it was asked to do."""


class ScenarioError(SimulatorError):
    """A scenario file has mistakes; the message lists all of them with file and line."""

    def __init__(self, mistakes: list[str]):
        super().__init__("scenario_invalid", "Correct the scenario: " + "; ".join(mistakes))
        self.mistakes = mistakes


class TwimlError(SimulatorError):
    """A document is not TwiML that a carrier would execute."""

    def __init__(self, message: str):
        super().__init__("twiml_invalid", message)
