"""The phone network: carriers, their call control and media."""
