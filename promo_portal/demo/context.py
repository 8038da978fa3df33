"""What every page of the demo says at its top: that it is one, and which date it plays."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from promo_portal.core import clock
from promo_portal.core.formats.words import day_prose
from promo_portal.demo.access import is_allowed

MOVED = timedelta(hours=1)


def demo_banner(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the banner, with the date once it has been moved. Asked for only by pages that show it."""
    return {"banner": SimpleLazyObject(_banner)} if is_allowed() else {}


def _banner() -> dict[str, Any]:
    now = clock.now()
    text = _("Demonstration: invented people and firms, nothing leaves this machine.")
    if abs(now - datetime.now(UTC)) > MOVED:
        text = _("Demonstration, played on %(date)s. Nothing leaves this machine.") % {"date": day_prose(now)}
    return {"kind": "demo", "text": text, "url": reverse("demo:start"), "label": _("Roles, mails and date")}
