"""Names end: by the rules of ``coaching.retention``, or because the founder asks for it. Figures stay as they were."""

import uuid
from datetime import date, datetime

import structlog
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from coaching.emails.file import HAS_CHANGED
from coaching.enums import CaseState, CheckState
from coaching.models import (
    AgendaItem,
    CaseDocument,
    CaseFile,
    CaseNote,
    CoachingRequest,
    Decision,
    Engagement,
    Meeting,
    Milestone,
    Opinion,
    OutcomeCheck,
    ReadinessScore,
    Recusal,
    SharedDocument,
    Task,
)
from coaching.models.request import new_key
from coaching.models.specialists import OPEN_ENGAGEMENTS
from coaching.retention import ENDED_REQUESTS, due, held
from coaching.workflow.locking import locked
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.files.models import StoredFile
from promo_portal.files.workflow import erase
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.workflow import cancel_waiting
from promo_portal.regions.models import Association
from promo_portal.reminders.models import Reminder

log = structlog.get_logger(__name__)

NOTHING = "–"  # where a constraint wants a word, there is this one
HOST = "anonymised.invalid"  # a name that can never exist (RFC 2606)
CLOCK = "retention"
AT_ONCE = 50


class StillInUse(ValidationError):
    """Work goes on: names are needed until it has ended."""


@transaction.atomic
def hold_request(*, request: CoachingRequest, reason: str, until: date, by: User, now: datetime) -> CoachingRequest:
    """Keep names longer than the rule says, such as for an appeal that is still open."""
    request = locked(request)
    if request.anonymised_at is not None:
        raise StillInUse(_("The names have been removed already."))
    request.hold_reason, request.hold_until = reason, until
    request.version += 1
    request.save(update_fields=["hold_reason", "hold_until", "version"])
    record_transition(
        subject=request, action="hold", from_state=request.state, to_state=request.state, by=by, reason=reason, at=now
    )
    return request


@transaction.atomic
def release_request(*, request: CoachingRequest, by: User, now: datetime) -> CoachingRequest:
    """The reason for keeping names longer is gone."""
    request = locked(request)
    if request.hold_until is None:
        return request
    request.hold_reason, request.hold_until = "", None
    request.version += 1
    request.save(update_fields=["hold_reason", "hold_until", "version"])
    record_transition(
        subject=request, action="release", from_state=request.state, to_state=request.state, by=by, at=now
    )
    return request


def forget_due(*, now: datetime) -> int:
    """Remove the names whose time is over, those on hold left out; returns how many. May run often, and catches up."""
    today, done = now.astimezone(clock.ZURICH).date(), 0
    for pk in Association.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic(), association_scope(pk):
            wanted = list(due(today).filter(association_id=pk).exclude(held(today))[:AT_ONCE])
            for request in wanted:
                done += _forget_or_tell(request, now)
    return done


def _forget_or_tell(request: CoachingRequest, now: datetime) -> bool:
    """One that resists does not keep the others: it stands in the log, and comes up again the next night."""
    try:
        forget(request=request, reason="", by=CLOCK, now=now)
    except DatabaseError:
        log.exception("names_not_removed", request=request.pk)
        return False
    return True


@transaction.atomic
def forget(*, request: CoachingRequest, reason: str, by: User | str, now: datetime) -> CoachingRequest:
    """Remove the names of a request and of its file for good. Doing it again changes nothing.

    The same for a rule and for a founder's wish; raises ``StillInUse`` as long as somebody works on it.
    """
    request = locked(request)
    if request.anonymised_at is not None:
        return request
    case = CaseFile.objects.select_for_update(of=("self",)).filter(request=request).first()
    if case.state != CaseState.CLOSED if case else request.state not in ENDED_REQUESTS:
        raise StillInUse(_("Close the file or end the request first: somebody still works on it."))
    person, email = (case.founder if case else None), request.email
    mails = _mails_of(request, case)
    if case:
        _forget_parts(case)
        _forget_file(case, now)
    _forget_request(request, now)
    Reminder.objects.filter(recipient=f"mail:{email.lower()}").update(recipient=f"mail:{request.email}")
    mails.update(to_address=f"anonymised@{HOST}", to_user=None, subject="", params={}, last_error="")
    if person and _may_forget_person(person, request.association_id, email):
        _forget_person(person, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coaching_forget_plan(%s)", [request.pk])
        cursor.execute("SELECT coaching_forget(%s, %s)", [request.pk, person.pk if person else None])
    for subject in (request, case) if case else (request,):
        record_transition(
            subject=subject, action="anonymise", from_state=subject.state, to_state=subject.state, by=by, reason=reason,
            at=now,
        )  # fmt: skip
    return request


def _mails_of(request: CoachingRequest, case: CaseFile | None) -> QuerySet[OutgoingMail]:
    """What was sent about it; what still waits does not leave any more."""
    about = Q(subject_kind="coaching.coachingrequest", subject_id=request.pk) | Q(to_address__iexact=request.email)
    if case:
        about |= Q(subject_kind="coaching.casefile", subject_id=case.pk)
        for model in (Task, OutcomeCheck, Engagement, CaseDocument):
            numbers = list(model.objects.filter(case_file=case).values_list("pk", flat=True))
            about |= Q(subject_kind=model._meta.label_lower, subject_id__in=numbers)
    ours = Q(association_id=request.association_id) | Q(association=None)
    rows = OutgoingMail.objects.filter(about, ours).exclude(state=MailState.SENDING)
    found = OutgoingMail.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    cancel_waiting(found, reason=HAS_CHANGED)
    return found


def _forget_parts(case: CaseFile) -> None:
    """Words go, figures stay; what is only words goes whole."""
    of_case = {"case_file": case}
    Milestone.objects.filter(**of_case, proof__isnull=False).update(proof=None, proof_text=NOTHING)
    Milestone.objects.filter(**of_case).exclude(proof_text="").update(proof_text=NOTHING)
    checks = OutcomeCheck.objects.filter(**of_case)
    checks.filter(state__in=(CheckState.PLANNED, CheckState.ASKED)).update(state=CheckState.CANCELLED)
    checks.filter(Q(proof_document__isnull=False) | ~Q(proof="")).update(proof_document=None, proof=NOTHING)
    checks.exclude(told_by="").update(told_by=NOTHING)
    checks.update(comment="")
    for check in checks:
        OutcomeCheck.objects.filter(pk=check.pk).update(key=f"gone-{uuid.uuid4().hex[:30]}")
    engaged = Engagement.objects.filter(**of_case)
    engaged.filter(state__in=OPEN_ENGAGEMENTS).update(state="cancelled")
    SharedDocument.objects.filter(engagement__in=engaged).delete()
    engaged.exclude(report="").update(report=NOTHING)
    engaged.exclude(consent_text="").update(consent_text=NOTHING)
    engaged.update(mandate=NOTHING, end_reason="", satisfaction_text="")
    Meeting.objects.filter(**of_case).exclude(text="").update(text=NOTHING)
    ReadinessScore.objects.filter(**of_case).update(comment="")
    CaseNote.objects.filter(**of_case).delete()
    Task.objects.filter(**of_case).delete()
    _erase_documents(case)


def _erase_documents(case: CaseFile) -> None:
    """The rows and, once that is certain, the bytes of every version."""
    documents = list(CaseDocument.objects.filter(case_file=case))
    CaseDocument.objects.filter(pk__in=[row.pk for row in documents]).delete()
    erase(StoredFile.objects.filter(series__in=[row.series for row in documents]))


def _forget_file(case: CaseFile, now: datetime) -> None:
    case.title, case.state_reason, case.next_what = NOTHING, NOTHING, ""
    case.founder = nobody()
    case.anonymised_at = now
    case.version += 1
    case.save()


def _forget_request(request: CoachingRequest, now: datetime) -> None:
    request.first_name, request.last_name, request.phone = "", NOTHING, ""
    request.email = f"request-{request.pk}@{HOST}"
    request.idea = request.start = request.need_detail = ""
    request.key, request.anonymised_at = new_key(), now
    request.hold_reason, request.hold_until = "", None
    request.version += 1
    request.save()
    Decision.objects.filter(request=request).update(reasons=NOTHING, conditions="", addresses="")
    items = AgendaItem.objects.filter(request=request)
    # A doubt keeps a word, and a decision its reasons: the database insists.
    Opinion.objects.filter(item__in=items).exclude(text="").update(text=NOTHING)
    Recusal.objects.filter(item__in=items).update(reason=NOTHING)
    items.exclude(reasons="").update(reasons=NOTHING)
    items.update(title=NOTHING, summary="", conditions="", addresses="", first_what="")


def nobody() -> User:
    """Who stands for founders whose names were removed; nobody can sign in as them."""
    found = User.objects.filter(email=f"nobody@{HOST}").first()
    if found is None:
        found = User(email=f"nobody@{HOST}", first_name=NOTHING, is_active=False)
        found.set_unusable_password()
        found.save()
    return found


def _may_forget_person(person: User, association_id: int | None, email: str) -> bool:
    """Whether the account serves nothing else: no other role, no other file or request, here or elsewhere."""
    if person.email.endswith(HOST):
        return False
    others = Membership.objects.filter(user=person).exclude(role=Role.FOUNDER, association_id=association_id or 0)
    files = CaseFile.objects.filter(founder=person, anonymised_at=None)
    requests = CoachingRequest.objects.filter(email__iexact=email, anonymised_at=None)
    return not (others.exists() or files.exists() or requests.exists())


def _forget_person(person: User, now: datetime) -> None:
    """The account stays as a number; nobody signs in with it."""
    Membership.objects.filter(user=person, valid_to=None).update(valid_to=now.astimezone(clock.ZURICH).date())
    EmailAddress.objects.filter(user=person).delete()
    person.first_name = person.last_name = person.phone = ""
    person.email, person.is_active = f"person-{person.pk}@{HOST}", False
    person.session_generation += 1
    person.set_unusable_password()
    person.save()
