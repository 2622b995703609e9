"""Model files and inference: arrays in, labels out. This room has never heard of a call."""
