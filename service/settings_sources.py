"""Where values of settings come from: nested fields may have a variable of their own, such as `TWILIO_AUTH_TOKEN`."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource


class OwnVariables(PydanticBaseSettingsSource):
    """Values of a group's fields that declare their variable as ``validation_alias``; beside an environment source."""

    def __init__(self, settings_class: type[BaseSettings], environment: EnvSettingsSource):
        """Look into the same variables as another source."""
        super().__init__(settings_class)
        self._variables: Mapping[str, str | None] = environment.env_vars

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """A group's fields that are set, by their variables."""
        group = field.annotation
        if not (isinstance(group, type) and issubclass(group, BaseModel)):
            return None, field_name, False
        aliases = [info.validation_alias for info in group.model_fields.values()]
        given = {name: self._variables.get(name.lower()) for name in aliases if isinstance(name, str)}
        return {name: value for name, value in given.items() if value} or None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All groups of which something is set."""
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: values for name, values in found.items() if values}
