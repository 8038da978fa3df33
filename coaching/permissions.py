"""Who may open which file: one helper per object, and the same 404 for a stranger as for a missing number."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from coaching.enums import EngagementState, ItemState, SessionState
from coaching.models import (
    AgendaItem,
    CaseFile,
    CoachingRequest,
    CommissionSession,
    Engagement,
    OutcomeCheck,
    Recusal,
    Specialist,
    Task,
)
from coaching.models.specialists import READING_ENGAGEMENTS
from promo_portal.accounts.access import note_access, open_record, require
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership
from promo_portal.accounts.permissions import may
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock
from promo_portal.core.scope import association_scope

CASE_RELATED = ("association", "lead", "deputy", "founder", "request__municipality")


def case_for_user(request: HttpRequest, pk: int) -> CaseFile:
    """The founder's own file, as long as their membership lasts; staff use the admin."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    if not rights.has(Role.FOUNDER):
        raise Http404
    own = CaseFile.objects.filter(founder_id=rights.user_id).select_related(*CASE_RELATED)
    return open_record(request, own, "case file", log=None, pk=pk)


def task_for_user(request: HttpRequest, case: CaseFile, pk: int) -> Task:
    """A task of the founder's file, whoever must do it."""
    rows = Task.objects.filter(case_file=case).select_related("assignee", "case_file")
    return open_record(request, rows, "case task", log=None, pk=pk)


def may_read_figures(rights: Rights) -> bool:
    """Whether somebody reads figures of files without the files: the canton."""
    return any("figures" in grant.reach for grant in may(rights, "case file", "read"))


def requests_for_staff(rights: Rights) -> QuerySet[CoachingRequest]:
    """The requests that the association has received; drafts are nobody's business but the founder's."""
    return CoachingRequest.objects.exclude(submitted_at=None)


def files_for_staff(rights: Rights) -> QuerySet[CaseFile]:
    """The files a staff member may open: managers all of the association, coaches those they lead or stand in for,
    unless the association lets its coaches see all.
    """
    rows = CaseFile.objects.all()
    if rights.has(Role.MANAGER) or rights.break_glass:
        return rows
    return rows.filter(
        Q(lead_id=rights.user_id) | Q(deputy_id=rights.user_id) | Q(association__coaches_see_all_files=True)
    )


def request_for_staff(request: HttpRequest, pk: int) -> CoachingRequest:
    """A request of the association on the desk; the opening is noted."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    related = ("association", "municipality__canton", "reviewer", "forwarded_to__association")
    return open_record(request, requests_for_staff(rights).select_related(*related), "coaching request", pk=pk)


def case_for_staff(request: HttpRequest, pk: int, *, act: str = "read") -> CaseFile:
    """A file that the staff member may open; reading it is noted, a change is told by the history."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    rows = files_for_staff(rights).select_related(*CASE_RELATED)
    found = open_record(request, rows, "case file", act=act, log=None, pk=pk)  # type: ignore[arg-type]
    if request.method == "GET":
        note_access(request, found)
    return found


# -- the commission -----------------------------------------------------------------------------------------------------


def session_for_staff(request: HttpRequest, pk: int, *, act: str = "read") -> CommissionSession:
    """A session of the association on the desk; only the manager changes anything about it."""
    rows = CommissionSession.objects.select_related("association", "approved_by")
    return open_record(request, rows, "commission decision", act=act, log=None, pk=pk)  # type: ignore[arg-type]


def own_items(rights: Rights) -> Q:
    """Which items of an agenda a coach may read: of requests they took up or are to lead, or all by the setting."""
    if rights.has(Role.MANAGER) or rights.break_glass:
        return Q()
    mine = Q(request__reviewer_id=rights.user_id) | Q(lead_id=rights.user_id) | Q(deputy_id=rights.user_id)
    return mine | Q(association__coaches_see_all_files=True)


@contextmanager
def seat_of(request: HttpRequest) -> Iterator[Rights]:
    """Work as a member of the commission: within, the association's rows are open, and every query names the person.

    Members have no scope of their own, since they see neither files nor lists; 404 for everybody else.
    """
    rights = require(request, "commission decision")
    if not rights.has(Role.COMMISSION_MEMBER) or rights.association is None:
        raise Http404
    with association_scope(rights.association.pk):
        yield rights


def sessions_for_member(rights: Rights) -> QuerySet[CommissionSession]:
    """The sessions that the member was invited to."""
    return CommissionSession.objects.filter(seats__member_id=rights.user_id).select_related("association")


def session_for_member(request: HttpRequest, rights: Rights, pk: int) -> CommissionSession:
    """A session that the member was invited to, within ``seat_of``."""
    return open_record(request, sessions_for_member(rights), "commission decision", log=None, pk=pk)


def items_for_member(session: CommissionSession, user_id: int | None) -> QuerySet[AgendaItem]:
    """The items that a member may read: the agenda once it was sent, without what they stand aside from."""
    rows = AgendaItem.objects.filter(session=session).exclude(state=ItemState.REMOVED)
    if session.state in {SessionState.PLANNED, SessionState.CANCELLED}:
        rows = rows.none()
    aside = Recusal.objects.filter(member_id=user_id).values("item_id")
    related = ("request__municipality", "association", "session")
    return rows.exclude(pk__in=aside).select_related(*related).order_by("position", "pk")


def item_for_member(request: HttpRequest, session: CommissionSession, pk: int) -> AgendaItem:
    """One item with its dossier; whoever stands aside gets the same 404 as for one that does not exist."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    found = open_record(request, items_for_member(session, rights.user_id), "commission decision", log=None, pk=pk)
    note_access(request, found)
    return found


def check_for_staff(request: HttpRequest, pk: int, *, act: str = "read") -> OutcomeCheck:
    """A later check of a file that the staff member may open; reading it is noted."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    related = (*(f"case_file__{name}" for name in CASE_RELATED), "proof_document", "taken_by")
    rows = OutcomeCheck.objects.filter(case_file__in=files_for_staff(rights)).select_related(*related)
    found = open_record(request, rows, "outcome check", act=act, log=None, pk=pk)  # type: ignore[arg-type]
    if request.method == "GET":
        note_access(request, found)
    return found


def profiles_of(rights: Rights) -> QuerySet[Specialist]:
    """The profiles of the person who asks, in the associations where they are a specialist today."""
    if not rights.has(Role.SPECIALIST) or rights.user_id is None:
        return Specialist.objects.none()
    held = Membership.objects.active(clock.today()).filter(user_id=rights.user_id, role=Role.SPECIALIST)
    mine = Specialist.objects.filter(user_id=rights.user_id, is_active=True)
    return mine.filter(association_id__in=held.values("association_id")).select_related("association").order_by("pk")


def own_profile(request: HttpRequest) -> Specialist:
    """The profile of the specialist who asks; of several, the first."""
    rights = require(request, "specialist profile", "write")
    found = profiles_of(rights).first()
    if found is None:
        raise Http404
    return found


def engagement_for_specialist(request: HttpRequest, pk: int) -> Engagement:
    """An engagement of the specialist who asks, as long as it waits for them or lasts; 404 from the moment it ends."""
    own = list(profiles_of(require(request, "case file")))
    if not own:
        raise Http404
    related = ("case_file__founder", "case_file__lead", "case_file__association", "specialist")
    with association_scope(*(profile.association_id for profile in own)):
        rows = Engagement.objects.filter(
            specialist__in=own, state__in=(EngagementState.CONSENTED, *READING_ENGAGEMENTS)
        )
        return get_object_or_404(rows.select_related(*related), pk=pk)
