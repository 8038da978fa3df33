"""Later checks on the staff's side: who is asked, who answered, whom to phone, and which jobs are proved."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.admin.desk import CaseRowAdmin
from coaching.admin.doors import attempt, page, person
from coaching.attention import PHONE_AFTER, to_phone
from coaching.enums import CheckState
from coaching.forms.after import PhonedForm, ProveForm, UnreachableForm
from coaching.forms.fields import visible
from coaching.models import OutcomeCheck
from coaching.permissions import check_for_staff
from coaching.timeline import story_of_check
from coaching.workflow.checks import Answer, answer_check, give_up_check, prove_jobs
from coaching.workflow.tables import CHECK
from promo_portal.core import clock

ROWS = 50
SOON = timedelta(days=90)
BADGES = {
    CheckState.ANSWERED: "good",
    CheckState.ASKED: "waiting",
    CheckState.UNREACHABLE: "problem",
}
RELATED = ("case_file__founder", "case_file__lead", "proof_document", "taken_by")


def _tabs(today: date) -> list[tuple[str, Any, Q]]:
    return [
        ("phone", _("To phone"), to_phone(today)),
        ("asked", _("Asked"), Q(state=CheckState.ASKED) & ~to_phone(today)),
        ("soon", _("Next 90 days"), Q(state=CheckState.PLANNED, due_on__lte=today + SOON)),
        ("answered", _("Answered"), Q(state=CheckState.ANSWERED)),
        ("prove", _("Jobs to prove"), Q(state=CheckState.ANSWERED, jobs_promised__gt=0, jobs_proved=None)),
        ("unreachable", _("Not reached"), Q(state=CheckState.UNREACHABLE)),
        ("later", _("Later"), Q(state=CheckState.PLANNED, due_on__gt=today + SOON)),
    ]


@admin.register(OutcomeCheck)
class OutcomeCheckAdmin(CaseRowAdmin):
    """What became of the companies; jobs planned, promised and proved stand in columns of their own, everywhere."""

    search_fields = CaseRowAdmin.case_search

    def get_urls(self) -> list[URLPattern]:
        """The stock addresses lead to our pages; each step has one of its own."""
        view, both = self.admin_site.admin_view, require_http_methods(["GET", "POST"])
        pages = {"phone": self.phone, "prove": self.prove, "give_up": self.give_up}
        ours = [
            path(f"<int:pk>/{name.replace('_', '-')}/", view(both(shown)), name=f"coaching_outcomecheck_{name}")
            for name, shown in pages.items()
        ]
        return [*ours, *super().get_urls()]

    # -- the list ------------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One line per check; first those whose founder waits for a call."""
        if not self.has_view_permission(request):
            raise Http404
        today = clock.today()
        tabs = _tabs(today)
        rows = self._searched(self.get_queryset(request).order_by(), request.GET.get("q", ""))
        counts = rows.aggregate(**{key: Count("pk", filter=condition) for key, _label, condition in tabs})
        chosen = request.GET.get("show", "")
        if chosen not in counts:
            chosen = next((key for key in ("phone", "asked", "soon") if counts[key]), "answered")
        condition = next(condition for key, _label, condition in tabs if key == chosen)
        order = ("-answered_at", "-pk") if chosen == "answered" else ("due_on", "pk")
        found = rows.filter(condition).select_related(*RELATED).order_by(*order)
        listed = Paginator(found, ROWS).get_page(request.GET.get("page"))
        context = {
            "title": _("Later checks"),
            "page_obj": listed,
            "rows": [_line(row) for row in listed.object_list],
            "tabs": [
                {"label": label, "count": counts[key], "url": f"?show={key}", "current": key == chosen}
                for key, label, _condition in tabs
            ],
            "query": request.GET.get("q", ""),
            "chosen": chosen,
        }
        return page(self.admin_site, request, "coaching/admin/checks.html", context)

    def _searched(self, rows: QuerySet[OutcomeCheck], text: str) -> QuerySet[OutcomeCheck]:
        for word in visible(text).split()[:5]:
            rows = rows.filter(
                Q(case_file__reference__icontains=word)
                | Q(case_file__title__icontains=word)
                | Q(case_file__founder__first_name__icontains=word)
                | Q(case_file__founder__last_name__icontains=word)
            )
        return rows

    # -- one check -----------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was answered, by whom and when; what is proved; the steps that are possible."""
        if request.method != "GET" or not object_id.isdigit():
            raise Http404
        check = check_for_staff(request, int(object_id))
        context = {
            "title": check.case_file.title,
            "check": check,
            "case": check.case_file,
            "badge": BADGES.get(CheckState(check.state), "neutral"),
            "is_silent": check.state == CheckState.ASKED and check.due_on <= clock.today() - PHONE_AFTER,
            "can": {action for state, action in CHECK if state == check.state},
            "story": story_of_check(check),
            "others": OutcomeCheck.objects.filter(case_file=check.case_file).order_by("months"),
        }
        return page(self.admin_site, request, "coaching/admin/check.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on the check's own page."""
        return self.change_view(request, object_id)

    def _step(
        self, request: HttpRequest, check: OutcomeCheck, form: Any, step: Any, words: tuple[str, str, str]
    ) -> HttpResponse:
        """A page with one form: heading, button, and what is said when it is done."""
        heading, label, done = words
        if request.method == "POST" and form.is_valid() and attempt(request, form, lambda: step(form.cleaned_data)):
            messages.success(request, done)
            return redirect("admin:coaching_outcomecheck_change", check.pk)
        context = {
            "title": heading,
            "check": check,
            "case": check.case_file,
            "label": label,
            "facts": _said_before(check),
        }
        return page(self.admin_site, request, "coaching/admin/check_form.html", context, form=form)

    def phone(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Type in what the founder says on the phone."""
        check = check_for_staff(request, pk, act="write")
        initial = {
            "version": check.version,
            "told_by": check.told_by or str(check.case_file.founder),
            "told_on": clock.today(),
            "is_active": "" if check.is_active is None else "yes" if check.is_active else "no",
            "jobs": check.jobs_promised,
            "comment": check.comment,
        }
        form = PhonedForm(request.POST if request.method == "POST" else None, initial=initial)

        def save(values: dict[str, Any]) -> None:
            said = Answer(
                is_active=values["is_active"],
                jobs=values["jobs"],
                comment=values["comment"],
                told_by=values["told_by"],
                taken_by=person(request),
            )
            now = clock.now()
            on_that_day = datetime.combine(values["told_on"], time(12), clock.ZURICH)
            answer_check(
                check=check,
                answer=said,
                by=person(request),
                now=now,
                at=min(now, on_that_day),
                version=values["version"],
            )

        words = (_("An answer by phone"), _("Save the answer"), _("Answer saved."))
        return self._step(request, check, form, save, words)

    def prove(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say how many jobs are proved, and by what."""
        check = check_for_staff(request, pk, act="write")
        initial = {
            "version": check.version,
            "jobs": check.jobs_proved,
            "document": check.proof_document_id,
            "proof": check.proof,
        }
        form = ProveForm(request.POST if request.method == "POST" else None, check=check, initial=initial)

        def save(values: dict[str, Any]) -> None:
            prove_jobs(check=check, **values, by=person(request), now=clock.now())

        words = (_("Proved jobs"), _("Save the proof"), _("Proof saved."))
        return self._step(request, check, form, save, words)

    def give_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Nobody answers any more."""
        check = check_for_staff(request, pk, act="write")
        form = UnreachableForm(request.POST if request.method == "POST" else None, initial={"version": check.version})

        def save(values: dict[str, Any]) -> None:
            give_up_check(check=check, **values, by=person(request), now=clock.now())

        words = (_("Nobody can be reached"), _("Give up asking"), _("Noted. A late answer still counts."))
        return self._step(request, check, form, save, words)


def _line(row: OutcomeCheck) -> dict[str, Any]:
    return {"check": row, "case": row.case_file, "badge": BADGES.get(CheckState(row.state), "neutral")}


def _said_before(check: OutcomeCheck) -> list[dict[str, Any]]:
    """The three figures beside each other, never added up."""
    rows = [
        (_("Jobs planned"), check.jobs_planned),
        (_("Jobs promised"), check.jobs_promised),
        (_("Jobs proved"), check.jobs_proved),
    ]
    return [{"label": label, "value": "–" if value is None else str(value)} for label, value in rows]
