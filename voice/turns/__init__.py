"""The way of a turn: from its eager end to what is said about it."""
