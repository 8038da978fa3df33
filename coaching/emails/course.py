"""What coaches read in the course of a file: a document that the founder has brought, or one that was infected."""

from datetime import UTC, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.emails.file import case_of
from coaching.emails.letter import Letter
from coaching.emails.staff import NOT_RESPONSIBLE, still_coach
from coaching.models import CaseDocument, CaseFile
from promo_portal.files.models import FileState, StoredFile
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, MailState, OutgoingMail
from promo_portal.mailing.rendering import absolute

BROUGHT = "coaching.documents_brought"
COLLECT_FOR = timedelta(minutes=30)


def document_of(mail: OutgoingMail) -> CaseDocument:
    """The document that a mail is about."""
    related = ("case_file__association", "case_file__founder", "case_file__lead", "case_file__deputy", "file")
    assert mail.subject_id is not None
    return CaseDocument.objects.select_related(*related).get(pk=mail.subject_id)


def documents_url(document: CaseDocument) -> str:
    """Where the file's documents stand, for staff."""
    return absolute(reverse("admin:coaching_casefile_documents", args=[document.case_file_id]))


def queue_documents_brought(case: CaseFile, *, now: datetime) -> None:
    """Tell the coach that the founder has brought something: one mail for all that comes within half an hour."""
    waiting = OutgoingMail.objects.filter(
        kind=BROUGHT, subject_kind="coaching.casefile", subject_id=case.pk, to_user=case.lead, state=MailState.QUEUED
    )
    if not waiting.exists():
        params = {"since": int(now.timestamp())}
        queue_mail(
            kind=BROUGHT,
            to_user=case.lead,
            association_id=case.association_id,
            subject=case,
            params=params,
            send_after=now + COLLECT_FOR,
        )


def documents_brought(mail: OutgoingMail) -> Message:
    """Which documents, of which file; the documents themselves stay in the portal."""
    case = case_of(mail)
    since = datetime.fromtimestamp(mail.params["since"], UTC)
    came = StoredFile.objects.filter(uploaded_by_id=case.founder_id, uploaded_at__gte=since)
    versions = dict(came.order_by("version").values_list("series", "version"))
    found = CaseDocument.objects.filter(case_file=case, series__in=list(versions)).order_by("pk")
    titles = [
        _("%(title)s, version %(number)s") % {"title": row.title, "number": versions[row.series]}
        if versions[row.series] > 1
        else row.title
        for row in found
    ]
    counted = ngettext(
        "%(name)s has brought %(count)s document", "%(name)s has brought %(count)s documents", len(titles)
    )
    return Letter(
        subject=_("%(reference)s: documents brought") % {"reference": case.reference},
        about=counted % {"name": case.founder, "count": len(titles)},
        paragraphs=[*titles, _("Project: %(title)s.") % {"title": case.title}],
        button_url=absolute(reverse("admin:coaching_casefile_documents", args=[case.pk])),
        button_label=_("Open the documents"),
        why=_("You receive this message because you lead this file or are its deputy."),
    ).message(case.association)


def _queue(kind: str, document: CaseDocument) -> None:
    case = document.case_file
    queue_mail(kind=kind, to_user=case.lead, association_id=case.association_id, subject=document)


def document_infected(mail: OutgoingMail) -> Message:
    """A virus was found: the file is held back, and somebody has to tell whoever sent it."""
    document = document_of(mail)
    case = document.case_file
    return Letter(
        subject=_("%(reference)s: infected document") % {"reference": case.reference},
        about=_("“%(title)s” carries a virus and is held back") % {"title": document.title},
        paragraphs=[
            _("Nobody can open the file. Tell %(name)s, and ask for a clean copy as a new version.")
            % {"name": document.file.uploaded_by_name}
        ],
        button_url=documents_url(document),
        button_label=_("Open the documents"),
        why=_("You receive this message because you lead this file or are its deputy."),
    ).message(case.association)


def still_leads(mail: OutgoingMail) -> str | None:
    """Only to a coach of the file."""
    coaches = {coach.pk for coach in document_of(mail).case_file.coaches()}
    return None if mail.to_user_id in coaches else NOT_RESPONSIBLE


def on_verdict(row: StoredFile) -> None:
    """The scanner has spoken: staff learn of what is infected."""
    if row.state == FileState.INFECTED:
        for document in CaseDocument.objects.filter(series=row.series).select_related("case_file__lead"):
            _queue("coaching.document_infected", document)


KINDS = (
    MailKind(
        name=BROUGHT,
        label=gettext_lazy("Coaching: documents brought, to the coach"),
        mail_class=MailClass.TRANSACTIONAL,
        render=documents_brought,
        entitled=still_coach,
    ),
    MailKind(
        name="coaching.document_infected",
        label=gettext_lazy("Coaching: infected document, to the coach"),
        mail_class=MailClass.TRANSACTIONAL,
        render=document_infected,
        entitled=still_leads,
    ),
)
