"""How a caller seems to feel: features, the voice model, and its fusion with the words over a call."""

from models.interfaces import Emotion

EMOTIONS = (Emotion.ANGER, Emotion.DISTRESS, Emotion.JOY, Emotion.NEUTRAL)
"""The order of all emotion arrays."""
