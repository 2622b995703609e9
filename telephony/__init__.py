"""The phone network: carriers, their call control and media, and the simulator that stands in for them."""
