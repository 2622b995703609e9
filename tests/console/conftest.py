from tests.service.conftest import no_settings_from_outside

__all__ = ["no_settings_from_outside"]
