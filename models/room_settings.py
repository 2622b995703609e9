"""What every room's settings have in common: one typed, frozen object, each field with a default and its sentence.

The sentence is the docstring below the field, and becomes the field's description: `firstline settings` prints it. A
name's ending is its unit: ``_ms``, ``_s``, ``_db``.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Milliseconds = Annotated[int, Field(ge=0)]
"""A time, ms."""
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
"""0 to 1."""


class RoomSettings(BaseModel):
    """Inherit, and declare the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
