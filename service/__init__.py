"""Composition: settings, the web app, the command line, health and wiring."""
