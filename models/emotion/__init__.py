"""How a caller seems to feel: features, the voice model, and its fusion with the words over a call."""
