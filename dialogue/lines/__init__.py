"""A line: its folder read, checked and compiled."""
