"""Data, grammar and network behind `scripts.train_understanding` and `scripts.evaluate_understanding`."""
