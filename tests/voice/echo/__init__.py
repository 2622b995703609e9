"""Tests of `voice.echo`."""
