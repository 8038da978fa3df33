"""Pages of a file for its course: meetings, milestones, readiness, documents, ledger. Each step is a call to the workflow."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching import radar
from coaching.admin.doors import attempt, attempt_now, page, person
from coaching.enums import DocumentKind, MilestoneKind, MilestoneState, TimeKind
from coaching.forms.course import (
    AskForm,
    BookForm,
    CorrectForm,
    DocumentForm,
    DropForm,
    MeetingForm,
    PlanMilestoneForm,
    ReachForm,
    ReadinessForm,
    VersionForm,
)
from coaching.models import CaseDocument, CaseFile, FundingShare, Milestone, ReadinessScore, TimeEntry, TimeEntryShare
from coaching.models.progress import AREAS, READINESS_MONTHS
from coaching.permissions import case_for_staff
from coaching.shelf import already_there, document_lines
from coaching.workflow.documents import AlreadyThere, add_document, add_version, share_document
from coaching.workflow.ledger import NothingToCorrect, book_time, correct_entry
from coaching.workflow.meetings import record_meeting, score_readiness
from coaching.workflow.milestones import drop_milestone, plan_milestone, reach_milestone, reopen_milestone
from coaching.workflow.tasks import add_task
from promo_portal.accounts.access import note_access, require
from promo_portal.core import clock
from promo_portal.files.handing import hand_out
from promo_portal.files.models import StoredFile
from promo_portal.regions.models import FundingKey, FundingKeyShare

MILESTONE_BADGES = {MilestoneState.REACHED: "good", MilestoneState.OPEN: "waiting", MilestoneState.DROPPED: "neutral"}
View = Callable[..., HttpResponseBase]


class CoursePages:
    """Mixed into the file's admin; uses its shell, its forms' page and its access helper."""

    admin_site: Any
    _shell: Callable[..., dict[str, Any]]
    _form: Callable[..., HttpResponse]
    _form_context: Callable[..., dict[str, Any]]
    _to_write: Callable[[HttpRequest, int], CaseFile]

    def course_pages(self) -> dict[str, tuple[str, View]]:
        """Addresses below a file."""
        both = require_http_methods(["GET", "POST"])
        return {
            "meeting": ("<int:pk>/meeting/", both(self.meeting)),
            "milestones": ("<int:pk>/milestones/", both(self.milestones)),
            "reach": ("<int:pk>/milestones/<int:milestone_pk>/reach/", both(self.reach)),
            "drop_milestone": ("<int:pk>/milestones/<int:milestone_pk>/drop/", both(self.drop)),
            "reopen_milestone": ("<int:pk>/milestones/<int:milestone_pk>/reopen/", both(self.take_back)),
            "readiness": ("<int:pk>/readiness/", both(self.readiness)),
            "documents": ("<int:pk>/documents/", both(self.documents)),
            "ask": ("<int:pk>/documents/ask/", both(self.ask)),
            "document": ("<int:pk>/documents/<int:document_pk>/", both(self.document)),
            "share": ("<int:pk>/documents/<int:document_pk>/share/", require_POST(self.share)),
            "download": ("<int:pk>/documents/<int:document_pk>/file/<int:number>/", require_GET(self.download)),
            "hours": ("<int:pk>/hours/", both(self.hours)),
            "correct": ("<int:pk>/hours/<int:entry_pk>/correct/", both(self.correct)),
        }

    def _posted(self, request: HttpRequest) -> Any:
        return request.POST if request.method == "POST" else None

    def _steps(self, request: HttpRequest, form: Any, step: Callable[[dict[str, Any]], Any], done: str) -> bool:
        """Whether the form was sent, was good, and its step was made."""
        if request.method != "POST" or not form.is_valid():
            return False
        try:
            if not attempt(request, form, lambda: step(form.cleaned_data)):
                return False
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return False
        except NothingToCorrect as refusal:
            form.add_error(None, refusal.message)
            return False
        except AlreadyThere as twin:
            form.add_error("file", already_there(twin))
            return False
        messages.success(request, done)
        return True

    # -- meetings ------------------------------------------------------------------------------------------------------

    def meeting(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Enter a meeting: topics, minutes, time; then agree on the next date if the old one is over."""
        require(request, "case note", "write")
        case = self._to_write(request, pk)
        form = MeetingForm(self._posted(request), case=case, initial={"held_on": clock.today()})
        if self._steps(
            request,
            form,
            lambda values: record_meeting(case=case, **values, by=person(request), now=clock.now()),
            _("Meeting entered, with its time."),
        ):
            if case.next_date is not None and case.next_date <= clock.today():
                messages.info(request, _("Now agree on the next date: the one agreed on is today or has gone by."))
                return redirect("admin:coaching_casefile_move", pk)
            return redirect("admin:coaching_casefile_change", pk)
        context = {**self._form_context(case, _("Enter a meeting"), _("Enter the meeting")), "is_compact": True}
        return self._form(request, form, context)

    # -- milestones ----------------------------------------------------------------------------------------------------

    def milestones(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The four stages with their days and proofs, and the readiness grid."""
        require(request, "case task", "write" if request.method == "POST" else "read")
        case = self._to_write(request, pk) if request.method == "POST" else case_for_staff(request, pk)
        form = PlanMilestoneForm(self._posted(request))
        if self._steps(
            request,
            form,
            lambda values: plan_milestone(case=case, **values, by=person(request), now=clock.now()),
            _("Milestone set, with its reminders."),
        ):
            return redirect("admin:coaching_casefile_milestones", pk)
        found = {row.kind: row for row in Milestone.objects.filter(case_file=case).select_related("proof")}
        today = clock.today()
        scores = list(ReadinessScore.objects.filter(case_file=case).select_related("scored_by").order_by("month"))
        context = {
            **self._shell(case, "milestones"),
            "rows": [_milestone_line(kind, found.get(kind.value), today) for kind in MilestoneKind],
            "radar": radar.picture(scores),
            "judgements": radar.judgements(case) if scores else [],
        }
        return page(self.admin_site, request, "coaching/admin/case_milestones.html", context, form=form)

    def _milestone(self, case: CaseFile, pk: int) -> Milestone:
        return get_object_or_404(Milestone.objects.select_related("case_file"), pk=pk, case_file=case)

    def reach(self, request: HttpRequest, pk: int, milestone_pk: int) -> HttpResponse:
        """Say that a milestone is reached, with its proof."""
        require(request, "case task", "write")
        case = self._to_write(request, pk)
        found = self._milestone(case, milestone_pk)
        form = ReachForm(self._posted(request), case=case, initial={"on": clock.today()})
        if self._steps(
            request,
            form,
            lambda values: reach_milestone(milestone=found, **values, by=person(request), now=clock.now()),
            _("Milestone reached."),
        ):
            return redirect("admin:coaching_casefile_milestones", pk)
        heading = _("%(milestone)s: reached") % {"milestone": found.get_kind_display()}
        return self._form(request, form, self._form_context(case, heading, _("Save the proof"), "milestones"))

    def drop(self, request: HttpRequest, pk: int, milestone_pk: int) -> HttpResponse:
        """The project does not need it."""
        return self._turn(request, pk, milestone_pk, drop_milestone, _("Not needed"))

    def take_back(self, request: HttpRequest, pk: int, milestone_pk: int) -> HttpResponse:
        """It was not reached after all, or is needed after all."""
        return self._turn(request, pk, milestone_pk, reopen_milestone, _("Take up again"))

    def _turn(self, request: HttpRequest, pk: int, milestone_pk: int, step: Any, label: str) -> HttpResponse:
        require(request, "case task", "write")
        case = self._to_write(request, pk)
        found = self._milestone(case, milestone_pk)
        form = DropForm(self._posted(request))
        if self._steps(
            request,
            form,
            lambda values: step(milestone=found, **values, by=person(request), now=clock.now()),
            _("Milestone changed."),
        ):
            return redirect("admin:coaching_casefile_milestones", pk)
        context = self._form_context(case, f"{found.get_kind_display()}: {label.lower()}", label, "milestones")
        return self._form(request, form, context)

    def readiness(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Judge the five areas."""
        require(request, "case note", "write")
        case = self._to_write(request, pk)
        form = ReadinessForm(self._posted(request), initial=_judged_before(case))
        if self._steps(
            request,
            form,
            lambda values: score_readiness(
                case=case,
                month=values["month"],
                values={area: values[area] for area in AREAS},
                comment=values["comment"],
                is_shared=values["is_shared"],
                by=person(request),
                now=clock.now(),
            ),
            _("Readiness saved."),
        ):
            return redirect("admin:coaching_casefile_milestones", pk)
        context = self._form_context(case, _("Judge the readiness"), _("Save the grid"), "milestones")
        context |= {"lead_in": _("From 0 (nothing yet) to 5 (solid)."), "is_compact": True}
        return self._form(request, form, context)

    # -- documents -----------------------------------------------------------------------------------------------------

    def documents(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All documents with their versions and who opened them; a form for the next one."""
        require(request, "case document", "write" if request.method == "POST" else "read")
        case = self._to_write(request, pk) if request.method == "POST" else case_for_staff(request, pk)
        form = DocumentForm(self._posted(request), request.FILES or None)
        if self._steps(
            request,
            form,
            lambda values: add_document(
                case=case,
                title=values["title"],
                kind=values["kind"],
                is_shared=values["is_shared"],
                upload=values["file"],
                by=person(request),
                now=clock.now(),
            ),
            _("Document added."),
        ):
            return redirect("admin:coaching_casefile_documents", pk)
        context = {**self._shell(case, "documents"), "rows": document_lines(case)}
        return page(self.admin_site, request, "coaching/admin/case_documents.html", context, form=form)

    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the founder for a document: a task of theirs, ticked by bringing it."""
        require(request, "case task", "write")
        case = self._to_write(request, pk)
        form = AskForm(self._posted(request), initial={"kind": DocumentKind.BUSINESS_PLAN})
        if self._steps(
            request,
            form,
            lambda values: add_task(
                case=case,
                title=asking_words(values["kind"], case.founder.language),
                detail=values["detail"],
                wanted=values["kind"],
                assignee=case.founder,
                due_on=values["due_on"],
                by=person(request),
                now=clock.now(),
            ),
            _("Asked. The founder is told by mail and reminded."),
        ):
            return redirect("admin:coaching_casefile_documents", pk)
        context = self._form_context(case, _("Ask for a document"), _("Ask the founder"), "documents")
        context["lead_in"] = _("It becomes a task of the founder; bringing the document ticks it.")
        return self._form(request, form, context)

    def _document(self, case: CaseFile, pk: int) -> CaseDocument:
        rows = CaseDocument.objects.select_related("case_file__founder", "case_file__lead", "file")
        return get_object_or_404(rows, pk=pk, case_file=case)

    def document(self, request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
        """Add a version."""
        require(request, "case document", "write")
        case = self._to_write(request, pk)
        found = self._document(case, document_pk)
        form = VersionForm(self._posted(request), request.FILES or None)
        if self._steps(
            request,
            form,
            lambda values: add_version(document=found, upload=values["file"], by=person(request), now=clock.now()),
            _("New version added; the older ones stay."),
        ):
            return redirect("admin:coaching_casefile_documents", pk)
        context = self._form_context(case, found.title, _("Add the version"), "documents")
        return self._form(request, form, context)

    def share(self, request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
        """Open a document to the founder, or close it again."""
        require(request, "case document", "write")
        found = self._document(self._to_write(request, pk), document_pk)
        is_shared = request.POST.get("shared") == "1"
        done = _("The founder may open it.") if is_shared else _("The founder can no longer open it.")
        attempt_now(
            request,
            lambda: share_document(document=found, is_shared=is_shared, by=person(request), now=clock.now()),
            done,
        )
        return redirect("admin:coaching_casefile_documents", pk)

    def download(self, request: HttpRequest, pk: int, document_pk: int, number: int) -> HttpResponseBase:
        """One version of a document; the opening is noted."""
        require(request, "case document")
        found = self._document(case_for_staff(request, pk), document_pk)
        stored = get_object_or_404(StoredFile.objects.all(), series=found.series, version=number)
        note_access(request, found, "download")
        return hand_out(request, stored)

    # -- time and money ------------------------------------------------------------------------------------------------

    def hours(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The ledger, what each funder pays, and a form for time that belongs to no meeting."""
        require(request, "cost ledger", "write" if request.method == "POST" else "read")
        case = self._to_write(request, pk) if request.method == "POST" else case_for_staff(request, pk)
        form = BookForm(self._posted(request), case=case, initial={"worked_on": clock.today()})
        if self._steps(
            request,
            form,
            lambda values: book_time(case=case, **values, by=person(request), now=clock.now()),
            _("Line added to the ledger."),
        ):
            return redirect("admin:coaching_casefile_hours", pk)
        lines = TimeEntry.objects.filter(case_file=case)
        shares = TimeEntryShare.objects.filter(entry__case_file=case)
        by_funder = shares.order_by().values("funder__name_fr", "funder__name_de", "funder__code")
        context = {
            **self._shell(case, "hours"),
            "entries": lines.select_related("person", "funder").order_by("-worked_on", "-pk")[:200],
            "total": lines.aggregate(minutes=Sum("minutes"), amount=Sum("amount")),
            "keys": keys_of(case),
            "funders": [_funder_line(row) for row in by_funder.annotate(total=Sum("amount")).order_by("funder__code")],
        }
        return page(self.admin_site, request, "coaching/admin/case_hours.html", context, form=form)

    def correct(self, request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
        """Put a line right by another."""
        require(request, "cost ledger", "write")
        case = self._to_write(request, pk)
        entry = get_object_or_404(
            TimeEntry.objects.select_related("case_file__association", "funder"),
            pk=entry_pk,
            case_file=case,
            corrects=None,
        )
        is_priced = entry.kind not in {TimeKind.COST, TimeKind.SPECIALIST}
        form = CorrectForm(self._posted(request), is_priced=is_priced, initial=_said_now(entry))
        if self._steps(
            request,
            form,
            lambda values: correct_entry(entry=entry, **values, by=person(request), now=clock.now()),
            _("Corrected by a line of its own."),
        ):
            return redirect("admin:coaching_casefile_hours", pk)
        context = self._form_context(case, _("Correct a line"), _("Save the correction"), "hours")
        context["lead_in"] = _("The old line stays; a new one holds the difference and points to it.")
        return self._form(request, form, context)


def asking_words(kind: str, language: str) -> str:
    """What the task says, in the founder's language."""
    with override(language):
        return _("Bring: %(document)s") % {"document": DocumentKind(kind).label}


def _said_now(entry: TimeEntry) -> dict[str, Any]:
    corrections = entry.corrections.aggregate(minutes=Sum("minutes"), amount=Sum("amount"))
    return {
        "minutes": entry.minutes + (corrections["minutes"] or 0),
        "amount": entry.amount + (corrections["amount"] or 0),
    }


def _milestone_line(kind: MilestoneKind, row: Milestone | None, today: date) -> dict[str, Any]:
    is_late = bool(row and row.state == MilestoneState.OPEN and row.due_on and row.due_on < today)
    badge = MILESTONE_BADGES[MilestoneState(row.state)] if row else "neutral"
    return {"label": kind.label, "row": row, "is_late": is_late, "badge": "problem" if is_late else badge}


def _judged_before(case: CaseFile) -> dict[str, Any]:
    """The next moment to judge, with the values of the last one: only what moved is pressed."""
    scores = list(ReadinessScore.objects.filter(case_file=case).order_by("month"))
    if not scores:
        return {"month": READINESS_MONTHS[0]}
    last, judged = scores[-1], {score.month for score in scores}
    month = next((month for month in READINESS_MONTHS if month not in judged and month > last.month), last.month)
    return {**{area: getattr(last, area) for area in AREAS}, "month": month, "is_shared": last.is_shared}


def keys_of(case: CaseFile) -> list[dict[str, Any]]:
    """By which key the file's costs are divided, and from when to when: its own split, or the association's keys since
    it was opened.
    """
    own = list(FundingShare.objects.filter(case_file=case).select_related("funder"))
    if own:
        return [{"key": None, "shares": own}]
    shares = Prefetch("shares", FundingKeyShare.objects.select_related("funder").order_by("-share", "pk"))
    since = case.opened_at.astimezone(clock.ZURICH).date()
    keys = FundingKey.objects.filter(association_id=case.association_id).exclude(valid_to__lt=since)
    return [
        {"key": key, "shares": list(key.shares.all())} for key in keys.prefetch_related(shares).order_by("-valid_from")
    ]


def _funder_line(row: Mapping[str, Any]) -> dict[str, Any]:
    from promo_portal.regions.models import Funder

    return {"name": str(Funder(name_fr=row["funder__name_fr"], name_de=row["funder__name_de"])), "total": row["total"]}
