from tests.service.conftest import no_settings_from_outside, no_sql_while_calls_are_held

__all__ = ["no_settings_from_outside", "no_sql_while_calls_are_held"]
