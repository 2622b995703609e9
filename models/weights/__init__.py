"""Weights we trained and the registry's entries and cards: one ``NAME.toml`` and ``NAME.md`` a model."""
