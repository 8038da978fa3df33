"""Floor 0: history and access log."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Keeps its tables append-only."""

    name = "promo_portal.audit"
    label = "audit"
    verbose_name = _("records of access")

    def ready(self) -> None:
        from promo_portal.core import slots

        for table in ("audit_transition", "audit_accesslog"):
            slots.append_only.register(table, table)
