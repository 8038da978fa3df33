"""Names whose time ends: what falls away within thirty days, what is kept longer and why, and a founder's own wish."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from coaching.admin.doors import attempt, page, person
from coaching.forms.fields import LineField, visible
from coaching.forms.staff import ComingDayField
from coaching.models import CoachingRequest
from coaching.permissions import request_for_staff, requests_for_staff
from coaching.retention import RULES, SOON, candidates, day_of, due, held
from coaching.workflow.forgetting import forget, hold_request, release_request
from promo_portal.accounts.access import require
from promo_portal.accounts.enums import Role
from promo_portal.core import clock
from promo_portal.core.forms import PortalFormMixin

ROWS = 50
LONGEST_HOLD = timedelta(days=3 * 365)


class HoldForm(PortalFormMixin, forms.Form):
    """Why, and until when; nothing is kept for ever."""

    reason = LineField(
        label=gettext_lazy("Why the names are kept longer"),
        max_length=300,
        help_text=gettext_lazy("Such as “appeal of 12.03.2031 still open”."),
    )
    until = ComingDayField(label=gettext_lazy("Kept until"))

    def clean_until(self) -> Any:
        """At most three years; then somebody looks again."""
        until = self.cleaned_data["until"]
        if until > clock.today() + LONGEST_HOLD:
            raise ValidationError(_("Three years at most: then somebody looks at it again."))
        return until


class ForgetForm(PortalFormMixin, forms.Form):
    """Who wished it and when; a tick, since nothing brings the names back."""

    reason = LineField(
        label=gettext_lazy("Who asked for it, and when"),
        max_length=300,
        help_text=gettext_lazy("Without the person’s name: such as “founder’s letter of 12.03.2027”."),
    )
    is_certain = forms.BooleanField(label=gettext_lazy("I know that nothing brings the names back"))


class RetentionPages:
    """Mixed into the admin of requests, since every file has one; the manager's only."""

    admin_site: Any

    def retention_pages(self) -> list[URLPattern]:
        """Addresses beside and below a request."""
        view, both = self.admin_site.admin_view, require_http_methods(["GET", "POST"])
        stem = "coaching_coachingrequest"
        return [
            path("retention/", view(require_GET(self.retention)), name=f"{stem}_retention"),
            path("<int:pk>/hold/", view(both(self.hold)), name=f"{stem}_hold"),
            path("<int:pk>/forget/", view(both(self.forget)), name=f"{stem}_forget"),
        ]

    def _manager(self, request: HttpRequest, act: Any = "read") -> Any:
        rights = require(request, "coaching request", act)
        if not rights.has(Role.MANAGER) or rights.association_id is None:
            raise Http404
        return rights

    def retention(self, request: HttpRequest) -> HttpResponse:
        """The rules, and what they will do."""
        rights, today = self._manager(request), clock.today()
        related = ("case_file", "municipality")
        soon = due(today + SOON)
        numbers = Q(pk__in=soon.order_by().values("pk"))
        tabs = {
            "soon": (_("Next 30 days"), soon.exclude(held(today))),
            "held": (_("Kept longer"), candidates().filter(held(today))),
            "later": (_("Later"), candidates().exclude(numbers).exclude(held(today))),
            "done": (
                _("Names removed"),
                requests_for_staff(rights).exclude(anonymised_at=None).order_by("-anonymised_at"),
            ),
        }
        chosen = request.GET.get("show", "")
        chosen = chosen if chosen in tabs else "soon"
        rows, text = tabs[chosen][1].select_related(*related), request.GET.get("q", "")
        for word in visible(text).split()[:5]:
            rows = rows.filter(Q(reference__icontains=word) | Q(last_name__icontains=word))
        listed = Paginator(rows, ROWS).get_page(request.GET.get("page"))
        context = {
            "title": _("Retention"),
            "rules": RULES,
            "tabs": [
                {"label": label, "count": found.count(), "url": f"?show={key}", "current": key == chosen}
                for key, (label, found) in tabs.items()
            ],
            "chosen": chosen,
            "rows": [
                {
                    "found": row,
                    "case": getattr(row, "case_file", None),
                    "day": None if chosen == "done" else day_of(row),
                }
                for row in listed.object_list
            ],
            "page_obj": listed,
            "query": text,
        }
        return page(self.admin_site, request, "coaching/admin/retention.html", context)

    def hold(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the names longer, or let go of them again."""
        self._manager(request, "write")
        found = request_for_staff(request, pk)
        if request.method == "POST" and "release" in request.POST:
            release_request(request=found, by=person(request), now=clock.now())
            messages.success(request, _("No longer kept: the rule applies again."))
            return redirect("admin:coaching_coachingrequest_retention")
        initial = {"reason": found.hold_reason, "until": found.hold_until}
        form = HoldForm(request.POST if request.method == "POST" else None, initial=initial)
        words = (_("Keep the names longer"), _("Keep longer"), _("Kept longer, with its reason."))
        return self._step(
            request, found, form, lambda values: hold_request(request=found, **values, **_by(request)), words
        )

    def forget(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove the names now, because the founder asks for it."""
        self._manager(request, "write")
        found = request_for_staff(request, pk)
        form = ForgetForm(request.POST if request.method == "POST" else None)
        words = (
            _("Remove the names now"),
            _("Remove the names"),
            _("The names are removed. All figures are as before."),
        )

        def step(values: dict[str, Any]) -> None:
            forget(request=found, reason=values["reason"], **_by(request))

        return self._step(request, found, form, step, words, is_destructive=True)

    def _step(
        self,
        request: HttpRequest,
        found: CoachingRequest,
        form: Any,
        step: Any,
        words: tuple[str, str, str],
        *,
        is_destructive: bool = False,
    ) -> HttpResponse:
        heading, label, done = words
        if request.method == "POST" and form.is_valid():
            try:
                if attempt(request, form, lambda: step(form.cleaned_data)):
                    messages.success(request, done)
                    return redirect("admin:coaching_coachingrequest_retention")
            except ValidationError as refusal:
                form.add_error(None, refusal)
        context = {
            "title": heading,
            "found": found,
            "label": label,
            "is_destructive": is_destructive,
            "is_held": found.hold_until is not None and not is_destructive,
        }
        return page(self.admin_site, request, "coaching/admin/retention_form.html", context, form=form)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": person(request), "now": clock.now()}
