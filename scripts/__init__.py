"""Programs for people: train, evaluate, benchmark, load-test. Run as ``python -m scripts.NAME``."""
