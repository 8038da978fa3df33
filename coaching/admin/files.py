"""A coaching file on the staff's side: next date, journal, tasks, reminders, history, each under its own address."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.admin.board import AttentionFilter, BoardPages
from coaching.admin.closing import closing
from coaching.admin.course import CoursePages
from coaching.admin.doors import attempt, attempt_now, page, person
from coaching.admin.handover import HandOverPages
from coaching.admin.indicators import IndicatorPages
from coaching.admin.journal import journal_of
from coaching.admin.network import NetworkPages
from coaching.admin.plan import PlanPages
from coaching.enums import CaseState, TaskState
from coaching.forms.staff import EditCaseForm, EditTaskForm, NextDateForm, NoteForm, ReopenForm, RestForm, TaskForm
from coaching.models import CaseFile, Task
from coaching.pages.messages import unread_for
from coaching.permissions import case_for_staff, files_for_staff
from coaching.timeline import story_of_case
from coaching.views.file import STATE_BADGES
from coaching.workflow.files import add_note, edit_case, move_next_date, pause_case, reopen_case
from coaching.workflow.tables import CASE, CASE_ACTIONS
from coaching.workflow.tasks import add_task, complete_task, drop_task, edit_task, reopen_task
from promo_portal.accounts.admin_base import AssociationAdmin
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.core.templatetags.ui import badge
from promo_portal.mailing.models import MailState
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.models import Reminder, ReminderState
from promo_portal.reminders.preview import step_words

ENTRIES = 50


@admin.register(CaseFile)
class CaseFileAdmin(CoursePages, BoardPages, HandOverPages, PlanPages, NetworkPages, IndicatorPages, AssociationAdmin):
    """Files of the association on the desk; a coach sees those they lead or stand in for, unless all are open to them."""

    confidential = True
    list_display = ("shown_title", "founder", "shown_state", "phase", "shown_next_date", "next_what", "lead")
    list_select_related = ("founder", "lead")
    list_filter = ("state", "phase", "lead", AttentionFilter)
    search_fields = ("reference", "title", "founder__first_name", "founder__last_name")
    search_help_text = gettext_lazy("Number, project or founder")
    ordering = ("next_date", "pk")
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A file is opened by accepting a request, never by hand."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What the person on duty may open."""
        rows, ordering = files_for_staff(request.rights), self.get_ordering(request)  # type: ignore[attr-defined]
        return rows.order_by(*ordering) if ordering else rows

    @admin.display(description=gettext_lazy("file"), ordering="reference")
    def shown_title(self, case: CaseFile) -> str:
        """Number and project."""
        return f"{case.reference} {case.title}"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, case: CaseFile) -> SafeString:
        """The normal case is quiet."""
        return badge(STATE_BADGES[CaseState(case.state)], case.get_state_display(), quiet=case.state == CaseState.OPEN)

    @admin.display(description=gettext_lazy("next date"), ordering="next_date")
    def shown_next_date(self, case: CaseFile) -> str | SafeString:
        """Late ones stand out."""
        if case.next_date is None:
            return "–"
        day = words.day(case.next_date)
        return format_html('<span class="late">{}</span>', day) if case.is_late(clock.today()) else day

    def get_urls(self) -> list[URLPattern]:
        """The stock addresses lead to our pages; tabs and steps have addresses of their own."""
        view = self.admin_site.admin_view
        pages = {
            "note": ("<int:pk>/note/", require_POST(self.note)),
            "tasks": ("<int:pk>/tasks/", _get_or_post(self.tasks)),
            "task": ("<int:pk>/tasks/<int:task_pk>/", require_POST(self.task)),
            "task_edit": ("<int:pk>/tasks/<int:task_pk>/edit/", _get_or_post(self.task_edit)),
            "reminders": ("<int:pk>/reminders/", require_GET(self.reminders)),
            "edit": ("<int:pk>/edit/", _get_or_post(self.edit)),
            "move": ("<int:pk>/move/", _get_or_post(self.move)),
            "pause": ("<int:pk>/pause/", _get_or_post(self.pause)),
            "close": ("<int:pk>/close/", _get_or_post(self.close)),
            "reopen": ("<int:pk>/reopen/", _get_or_post(self.reopen)),
            **self.course_pages(),
            **self.board_pages(),
            **self.hand_over_pages(),
            **self.plan_pages(),
            **self.network_pages(),
            **self.indicator_pages(),
        }
        ours = [path(route, view(shown), name=f"coaching_casefile_{name}") for name, (route, shown) in pages.items()]
        return [*ours, *super().get_urls()]

    # -- tabs ----------------------------------------------------------------------------------------------------------

    def _shell(self, case: CaseFile, tab: str, *, tasks_open: int | None = None) -> dict[str, Any]:
        """What every tab shows above itself; a tab that has read the open tasks says how many they are."""
        unread = unread_for(case, is_staff=True)
        if tasks_open is None:
            tasks_open = Task.objects.filter(case_file=case, state=TaskState.OPEN).count()
        tabs = (
            ("journal", _("Journal"), "admin:coaching_casefile_change", 0),
            ("tasks", _("Tasks"), "admin:coaching_casefile_tasks", tasks_open),
            ("milestones", _("Milestones"), "admin:coaching_casefile_milestones", 0),
            ("documents", _("Documents"), "admin:coaching_casefile_documents", 0),
            ("plan", _("Financial plan"), "admin:coaching_casefile_plan", 0),
            ("messages", pgettext("of a file", "Messages"), "admin:coaching_casefile_messages", unread),
            ("engagements", _("Specialists"), "admin:coaching_casefile_engagements", 0),
            ("hours", _("Hours"), "admin:coaching_casefile_hours", 0),
            ("reminders", _("Reminders"), "admin:coaching_casefile_reminders", 0),
            ("history", _("History"), "admin:coaching_casefile_history", 0),
        )
        can = {action for action in CASE_ACTIONS if (case.state, action) in CASE}
        return {
            "title": case.title,
            "case": case,
            "badge": STATE_BADGES[CaseState(case.state)],
            "is_late": case.is_late(clock.today()),
            "tabs": [
                {"label": label, "url": reverse(name, args=[case.pk]), "current": key == tab, "count": count}
                for key, label, name, count in tabs
            ],
            "can": can,
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The journal, with the quick note on top."""
        if request.method != "GET" or not object_id.isdigit():
            raise Http404
        return self._journal(request, case_for_staff(request, int(object_id)), NoteForm())

    def _journal(self, request: HttpRequest, case: CaseFile, form: NoteForm) -> HttpResponse:
        entries, listed = journal_of(case, request.GET.get("page"))
        tasks = list(Task.objects.filter(case_file=case, state=TaskState.OPEN).select_related("assignee"))
        shell = self._shell(case, "journal", tasks_open=len(tasks))
        context = {**shell, "entries": entries, "page_obj": listed, "tasks": tasks[:5]}
        return page(self.admin_site, request, "coaching/admin/case_journal.html", context, form=form)

    def note(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a note: one field, one choice, one press."""
        case, form = self._to_write(request, pk), NoteForm(request.POST)
        if not form.is_valid():
            return self._journal(request, case, form)
        values = form.cleaned_data
        done = _("Note added and shared with the founder.") if values["is_shared"] else _("Note added, internal.")
        attempt_now(
            request,
            lambda: add_note(
                case=case,
                text=values["text"],
                is_shared=values["is_shared"],
                by=person(request),
                now=clock.now(),
            ),
            done,
        )
        if case.state == CaseState.OPEN and case.next_date is not None and case.next_date <= clock.today():
            messages.info(request, _("Now agree on the next date: the one agreed on is today or has gone by."))
            return redirect("admin:coaching_casefile_move", pk)
        return redirect("admin:coaching_casefile_change", pk)

    def _to_write(self, request: HttpRequest, pk: int) -> CaseFile:
        return case_for_staff(request, pk, act="write")

    def tasks(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tasks of both sides, and a form for the next one."""
        case = self._to_write(request, pk) if request.method == "POST" else case_for_staff(request, pk)
        form = TaskForm(
            request.POST if request.method == "POST" else None, case=case, initial={"assignee": case.founder_id}
        )
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            if attempt(
                request,
                form,
                lambda: add_task(
                    case=case,
                    title=values["title"],
                    detail=values["detail"],
                    assignee=values["assignee"],
                    due_on=values["due_on"],
                    by=person(request),
                    now=clock.now(),
                ),
            ):
                messages.success(request, _("Task added, with its reminders."))
                return redirect("admin:coaching_casefile_tasks", pk)
        today = clock.today()
        rows = Task.objects.filter(case_file=case).select_related("assignee").order_by("due_on", "pk")
        found: list[dict[str, Any]] = [{"task": row, "is_late": row.is_late(today)} for row in rows]
        context = {
            **self._shell(case, "tasks"),
            "open_tasks": [row for row in found if row["task"].state == TaskState.OPEN],
            "ended_tasks": [row for row in found if row["task"].state != TaskState.OPEN],
        }
        return page(self.admin_site, request, "coaching/admin/case_tasks.html", context, form=form)

    def reminders(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is planned, what was sent, what was replaced: nobody has to wonder who was told."""
        case = case_for_staff(request, pk)
        tasks = list(Task.objects.filter(case_file=case).order_by("pk").values_list("pk", flat=True))
        about = Q(deadline__subject_kind="coaching.casefile", deadline__subject_id=case.pk)
        about |= Q(deadline__subject_kind="coaching.task", deadline__subject_id__in=tasks)
        about |= Q(deadline__subject_kind="coaching.coachingrequest", deadline__subject_id=case.request_id)
        every = Reminder.objects.filter(about).select_related("deadline", "user", "mail").order_by("-due_at", "-pk")
        void = Q(state=ReminderState.CANCELLED) | Q(mail__state=MailState.CANCELLED)
        show_all = request.GET.get("all") == "1"
        listed = Paginator(every if show_all else every.exclude(void), ENTRIES).get_page(request.GET.get("page"))
        titles = dict(Task.objects.filter(pk__in=tasks).values_list("pk", "title"))
        lines = [
            {
                "row": row,
                "kind": kind.label if (kind := deadline_kind(row.deadline.kind)) else row.deadline.kind,
                "step": step_words(row.step),
                "is_current": row.deadline_version == row.deadline.version,
                "what": titles.get(row.deadline.subject_id) if row.deadline.subject_kind == "coaching.task" else "",
            }
            for row in listed.object_list
        ]
        context = {**self._shell(case, "reminders"), "lines": lines, "page_obj": listed, "show_all": show_all}
        return page(self.admin_site, request, "coaching/admin/case_reminders.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The whole story: request, decision, dates, notes, tasks, mails."""
        if not object_id.isdigit():
            raise Http404
        case = case_for_staff(request, int(object_id))
        listed = Paginator(story_of_case(case), ENTRIES).get_page(request.GET.get("page"))
        context = {**self._shell(case, "history"), "entries": listed, "page_obj": listed}
        return page(self.admin_site, request, "coaching/admin/case_history.html", context)

    # -- tasks ---------------------------------------------------------------------------------------------------------

    def task(self, request: HttpRequest, pk: int, task_pk: int) -> HttpResponse:
        """Tick, drop or take up again."""
        case = self._to_write(request, pk)
        found = get_object_or_404(Task.objects.select_related("case_file"), pk=task_pk, case_file=case)
        step, done = {
            "drop": (drop_task, _("Task dropped: %(task)s")),
            "reopen": (reopen_task, _("Task taken up again: %(task)s")),
        }.get(request.POST.get("action", ""), (complete_task, _("Task done: %(task)s")))
        attempt_now(
            request,
            lambda: step(task=found, by=person(request), now=clock.now()),
            done % {"task": found.title},
        )
        return redirect("admin:coaching_casefile_tasks", pk)

    def task_edit(self, request: HttpRequest, pk: int, task_pk: int) -> HttpResponse:
        """Change what, who or until when."""
        case = self._to_write(request, pk)
        related = ("case_file__founder", "case_file__lead", "case_file__deputy")
        found = get_object_or_404(Task.objects.select_related(*related), pk=task_pk, case_file=case)
        initial = {
            "title": found.title,
            "detail": found.detail,
            "assignee": found.assignee_id,
            "due_on": found.due_on,
            "version": found.version,
        }
        form = EditTaskForm(request.POST if request.method == "POST" else None, task=found, initial=initial)
        values = form.cleaned_data if request.method == "POST" and form.is_valid() else None
        if values is not None and attempt(
            request,
            form,
            lambda: edit_task(
                task=found, values=values, by=person(request), now=clock.now(), version=values["version"]
            ),
        ):
            messages.success(request, _("Task changed."))
            return redirect("admin:coaching_casefile_tasks", pk)
        context = self._form_context(case, _("Change the task"), _("Save the task"), "tasks")
        return self._form(request, form, context, TASK_FIELDS)

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _form_context(self, case: CaseFile, heading: str, label: str, back: str = "change") -> dict[str, Any]:
        return {
            "title": heading,
            "case": case,
            "label": label,
            "back_url": reverse(f"admin:coaching_casefile_{back}", args=[case.pk]),
            "is_destructive": False,
            "lead_in": "",
            "is_compact": False,
        }

    def _form(
        self, request: HttpRequest, form: Any, context: dict[str, Any], compared: tuple[str, ...] = ()
    ) -> HttpResponse:
        """A page with one form; after a conflict it also shows what the colleague saved."""
        current = getattr(form, "changed_meanwhile", None)
        differences = []
        if current is not None:
            for name in compared:
                saved, typed = getattr(current, name), form.cleaned_data.get(name)
                if saved != typed:
                    choices = dict(getattr(form.fields[name], "choices", []))
                    differences.append(
                        {
                            "label": form.fields[name].label,
                            "saved": _said(choices.get(saved, saved)),
                            "typed": _said(choices.get(typed, typed)),
                        }
                    )
        return page(
            self.admin_site,
            request,
            "coaching/admin/case_form.html",
            {**context, "differences": differences},
            form=form,
        )

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Title, phase, coaches; two people at once lose nothing."""
        case = self._to_write(request, pk)
        initial = {
            "title": case.title,
            "phase": case.phase,
            "lead": case.lead_id,
            "deputy": case.deputy_id,
            "version": case.version,
        }
        form = EditCaseForm(request.POST if request.method == "POST" else None, case=case, initial=initial)
        values = form.cleaned_data if request.method == "POST" and form.is_valid() else None
        if values is not None and attempt(
            request,
            form,
            lambda: edit_case(case=case, values=values, by=person(request), now=clock.now(), version=values["version"]),
        ):
            messages.success(request, _("File changed."))
            if not files_for_staff(request.rights).filter(pk=pk).exists():  # type: ignore[attr-defined]
                return redirect("admin:coaching_casefile_changelist")
            return redirect("admin:coaching_casefile_change", pk)
        context = self._form_context(case, _("Change the file"), _("Save the file"))
        return self._form(request, form, context, ("title", "phase", "lead", "deputy"))

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Agree on another next date."""
        case = self._to_write(request, pk)
        initial = {"version": case.version, "what": case.next_what, "at": case.next_time}
        form = NextDateForm(request.POST if request.method == "POST" else None, initial=initial)
        values = form.cleaned_data if request.method == "POST" and form.is_valid() else None
        if values is not None and attempt(
            request,
            form,
            lambda: move_next_date(
                case=case,
                on=values["on"],
                at=values["at"],
                what=values["what"],
                reason=values["reason"],
                by=person(request),
                now=clock.now(),
                version=values["version"],
            ),
        ):
            messages.success(
                request, _("Next date: %(day)s. The founder is told by mail.") % {"day": words.day(values["on"])}
            )
            return redirect("admin:coaching_casefile_change", pk)
        context = self._form_context(case, _("Move the next date"), _("Save the date"))
        current = getattr(form, "changed_meanwhile", None)
        if current is not None:
            context["lead_in"] = _("A colleague has set %(day)s meanwhile.") % {"day": words.day(current.next_date)}
        return self._form(request, form, context)

    def pause(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rest the file with a reason."""
        return self._rest(
            request, pk, pause_case, _("Pause the file"), _("No reminder leaves until the file is taken up again.")
        )

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The closing: what it led to, how satisfied the founder is, when we ask again."""
        return closing(self, request, self._to_write(request, pk))

    def _rest(self, request: HttpRequest, pk: int, step: Any, label: str, lead_in: str) -> HttpResponse:
        case = self._to_write(request, pk)
        form = RestForm(request.POST if request.method == "POST" else None)
        if (
            request.method == "POST"
            and form.is_valid()
            and attempt(
                request,
                form,
                lambda: step(case=case, reason=form.cleaned_data["reason"], by=person(request), now=clock.now()),
            )
        ):
            messages.success(request, _("Done. The founder is told by mail."))
            return redirect("admin:coaching_casefile_change", pk)
        context = {**self._form_context(case, label, label), "is_destructive": True, "lead_in": lead_in}
        return self._form(request, form, context)

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a paused or closed file up again."""
        case = self._to_write(request, pk)
        form = ReopenForm(request.POST if request.method == "POST" else None)
        if (
            request.method == "POST"
            and form.is_valid()
            and attempt(
                request,
                form,
                lambda: reopen_case(
                    case=case,
                    on=form.cleaned_data["on"],
                    what=form.cleaned_data["what"],
                    reason=form.cleaned_data["reason"],
                    by=person(request),
                    now=clock.now(),
                ),
            )
        ):
            messages.success(request, _("The file is open again."))
            return redirect("admin:coaching_casefile_change", pk)
        context = self._form_context(case, _("Take the file up again"), _("Take the file up again"))
        return self._form(request, form, context)


TASK_FIELDS = ("title", "detail", "assignee", "due_on")


def _said(value: Any) -> str:
    """A value as the page writes it."""
    return words.day(value) if hasattr(value, "isoformat") else str(value if value not in (None, "") else "–")


def _get_or_post(view: Any) -> Any:
    return require_http_methods(["GET", "POST"])(view)
