"""Django's PostgreSQL backend, which tells each new transaction on whose behalf it runs."""

from typing import Any

from django.db.backends.postgresql import base

from promo_portal.core.scope import current_scope, tell_database


class DatabaseWrapper(base.DatabaseWrapper):
    """Hands the scope over with ``SET LOCAL`` semantics, so that a pooled session never keeps somebody's rights."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        active: Any = None if autocommit else current_scope()
        if active is not None:
            tell_database(self, active)
