"""What callers ask for: fitted in seconds from a line's own examples, calibrated, and able to say "none of these"."""

from models.intent.classifier import FittedIntentClassifier
from models.intent.fitting import fit

__all__ = ["FittedIntentClassifier", "fit"]
