"""What every page of the admin knows: navigation with counts, the association on the desk, search, and one banner."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from promo_portal.accounts.enums import Role
from promo_portal.accounts.rights import Rights
from promo_portal.core import slots
from promo_portal.core.counting import count_together
from promo_portal.core.formats.words import hour
from promo_portal.regions.models import Association
from promo_portal.reminders.health import health_summary

GROUPS = (
    ("", gettext_lazy("My day")),
    ("to_handle", gettext_lazy("To handle")),
    ("files", gettext_lazy("Files")),
    ("directory", gettext_lazy("Directory")),
    ("steering", gettext_lazy("Steering")),
)


def of(request: HttpRequest) -> dict[str, Any]:
    """Context for ``AdminSite.each_context``."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return {
        "staff_nav": navigation(request),
        "staff_new": [],
        "staff_search_url": reverse("admin:search"),
        "association_name": rights.association.name if rights.association else "",
        "associations": [
            {"id": choice.pk, "name": choice.name, "current": choice == rights.association}
            for choice in (rights.associations if len(rights.associations) > 1 else ())
        ],
        "association_url": reverse("accounts:switch_association"),
        "keyboard_shortcuts": request.user.keyboard_shortcuts,  # type: ignore[union-attr]
        **banner(rights),
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the staff navigation with their entries, the present page marked."""
    entries = sorted((entry for entry in slots.staff_nav if entry.visible(request)), key=lambda entry: entry.order)
    urls = {id(entry): _url(entry.url_name) for entry in entries}
    here = max((url for url in urls.values() if url and request.path.startswith(url)), key=len, default="")
    index = reverse("admin:index")
    asked = [entry for entry in entries if entry.count and urls[id(entry)]]
    counts = dict(
        zip(map(id, asked), count_together([entry.count(request) for entry in asked if entry.count]), strict=True)
    )
    groups = []
    for key, label in GROUPS:
        items = [
            {
                "label": entry.label,
                "url": urls[id(entry)],
                "count": counts.get(id(entry)),
                "current": urls[id(entry)] == here,
                "is_my_day": False,
            }
            for entry in entries
            if entry.group == key and urls[id(entry)]
        ]
        if key == "":
            day = {
                "label": _("My day"),
                "url": index,
                "count": None,
                "current": request.path == index,
                "is_my_day": True,
            }
            items = [day, *items]
        if items:
            groups.append({"label": label if key else "", "items": items})
    return groups


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def banner(rights: Rights) -> dict[str, Any]:
    """One banner: the open break-glass session, so that nobody forgets whose files are on the screen, else what fails."""
    if rights.break_glass is None or not rights.has(Role.ADMINISTRATOR):
        sentences = health_summary()
        if not sentences:
            return {}
        return {
            "banner": {
                "kind": "problem",
                "text": " ".join(sentences),
                "url": reverse("admin:mailing_failed"),
                "label": _("Look at the mails"),
            }
        }
    association = Association.objects.get(pk=rights.break_glass.association_id)
    text = _("Break-glass: the files of %(association)s are open until %(hour)s. Every page you open is recorded.")
    return {
        "banner": {
            "kind": "impersonation",
            "text": text % {"association": association.name, "hour": hour(rights.break_glass.expires_at)},
            "url": reverse("admin:break_glass"),
            "label": _("Close"),
        }
    }
