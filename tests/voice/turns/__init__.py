"""Tests of the way of a turn."""
