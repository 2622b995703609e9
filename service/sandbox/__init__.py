"""The sample shop's back office: a small service with its own database, so that a refund really changes something."""

from service.sandbox.app import create_app

__all__ = ["create_app"]
