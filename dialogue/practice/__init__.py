"""Simulated callers who talk to a line in text, and what their conversations show of it."""
