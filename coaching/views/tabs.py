"""What all pages of a founder's file share: the file's own tabs, and where they lead."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coaching.enums import EngagementState
from coaching.models import CaseFile, Engagement
from coaching.pages.messages import unread_for

PAGES = ("case", "documents", "plan", "messages", "dates", "consents")


def file_tabs(case: CaseFile, current: str) -> list[dict[str, Any]]:
    """The tabs of a founder's file, with what waits there for the founder."""
    labels = {
        "case": _("Overview"),
        "documents": _("Documents"),
        "plan": _("Financial plan"),
        "messages": pgettext("of a file", "Messages"),
        "dates": _("Dates"),
        "consents": _("Consents"),
    }
    asked = Engagement.objects.filter(case_file=case, state=EngagementState.PROPOSED).count()
    counts = {"messages": unread_for(case, is_staff=False), "consents": asked}
    return [
        {
            "label": labels[name],
            "url": reverse(f"coaching:{name}", args=[case.pk]),
            "current": name == current,
            "count": counts.get(name, 0),
        }
        for name in PAGES
    ]
