"""The space of founders, company contacts, specialists, commission members, municipalities and the canton.

Each app puts its own panels here (``core.slots.space_panels``); this page knows who somebody is, and says what will
appear as long as nothing does.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from promo_portal.accounts.enums import Role
from promo_portal.accounts.rights import Rights
from promo_portal.core import slots
from promo_portal.regions.models import Municipality


@dataclass(frozen=True)
class Expectation:
    """What belongs here for a role, as long as there is none of it, and one way on."""

    title: Promise
    text: Promise
    url_name: str = ""
    action: Promise | str = ""


STAFF = Expectation(
    _("Your work is in My day"),
    _("Requests, files and dates of your association stand there."),
    "admin:index",
    _("Go to my day"),
)
EXPECTATIONS = {
    **dict.fromkeys((Role.COACH, Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR), STAFF),
    Role.FOUNDER: Expectation(
        _("No project yet"),
        _("Your coaching request, your tasks and your dates will stand here."),
        "coaching:start",
        _("Request coaching"),
    ),
    Role.COMPANY_CONTACT: Expectation(
        _("No entry yet"),
        _("Your company's entry in the directory will stand here, to confirm or correct."),
        "portal:contact",
        _("Contact us"),
    ),
    Role.SPECIALIST: Expectation(
        _("No engagement at present"),
        _("When a coach asks for you and the founder agrees, the file's shared part will stand here."),
        "portal:contact",
        _("Contact us"),
    ),
    Role.COMMISSION_MEMBER: Expectation(
        _("No session on the agenda"),
        _("Requests for the commission's next session will stand here, without names."),
    ),
    Role.MUNICIPALITY_DELEGATE: Expectation(
        _("No figures yet"),
        _("Figures of your municipality will stand here, from five cases upwards."),
        "portal:contact",
        _("Contact us"),
    ),
}


@never_cache
@require_safe
def space(request: HttpRequest) -> HttpResponse:
    """One's own things, most urgent first as each app orders them; honest words where there is nothing."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    panels = _panels(request)
    context = {
        "panels": panels,
        "expected": [] if panels else _expected(rights),
        "roles": [role.label for role in Role if role in rights.roles and role != Role.VISITOR],
        "municipalities": list(Municipality.objects.filter(pk__in=rights.municipality_ids))
        if rights.municipality_ids
        else [],
        "association": rights.association,
        "account_links": _account_links(),
    }
    return render(request, "portal/space.html", context)


def _panels(request: HttpRequest) -> list[str]:
    """Render what each app has to show to this person."""
    rendered: list[str] = []
    for panel in sorted(slots.space_panels, key=lambda panel: panel.order):
        context = panel.context(request, None)
        if context is not None:
            rendered.append(render_to_string(panel.template, context, request))
    return rendered


def _expected(rights: Rights) -> list[dict[str, Any]]:
    fitting = dict.fromkeys(expectation for role, expectation in EXPECTATIONS.items() if role in rights.roles)
    return [
        {
            "title": expectation.title,
            "text": expectation.text,
            "url": reverse(expectation.url_name) if expectation.url_name else "",
            "action": expectation.action,
        }
        for expectation in fitting
    ]


def _account_links() -> list[dict[str, Any]]:
    """One's own settings; what the installation does not offer is left out."""
    links = []
    for name, label in (
        ("accounts:profile", _("Name, phone and language")),
        ("mfa_index", _("Second factor and passkeys")),
        ("usersessions_list", _("Where I am signed in")),
    ):
        try:
            links.append({"url": reverse(name), "label": label})
        except NoReverseMatch:
            continue
    return links
