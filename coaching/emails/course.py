"""What coaches read in the course of a file: a document that the founder has brought, or one that was infected."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.emails.letter import Letter
from coaching.emails.staff import NOT_RESPONSIBLE
from coaching.models import CaseDocument
from promo_portal.files.models import FileState, StoredFile
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute


def document_of(mail: OutgoingMail) -> CaseDocument:
    """The document that a mail is about."""
    related = ("case_file__association", "case_file__founder", "case_file__lead", "case_file__deputy", "file")
    assert mail.subject_id is not None
    return CaseDocument.objects.select_related(*related).get(pk=mail.subject_id)


def documents_url(document: CaseDocument) -> str:
    """Where the file's documents stand, for staff."""
    return absolute(reverse("admin:coaching_casefile_documents", args=[document.case_file_id]))


def queue_document_brought(document: CaseDocument) -> None:
    """Tell the coach that the founder has brought something."""
    _queue("coaching.document_brought", document)


def _queue(kind: str, document: CaseDocument) -> None:
    case = document.case_file
    queue_mail(kind=kind, to_user=case.lead, association_id=case.association_id, subject=document)


def document_brought(mail: OutgoingMail) -> Message:
    """Which document, of which file; the document itself stays in the portal."""
    document = document_of(mail)
    case = document.case_file
    return Letter(
        subject=_("%(reference)s: new document") % {"reference": case.reference},
        about=_("%(name)s has brought “%(title)s”") % {"name": case.founder, "title": document.title},
        paragraphs=[_("Project: %(title)s.") % {"title": case.title}],
        button_url=documents_url(document),
        button_label=_("Open the documents"),
        why=_("You receive this message because you lead this file or are its deputy."),
    ).message(case.association)


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
        name="coaching.document_brought",
        label=gettext_lazy("Coaching: document brought, to the coach"),
        mail_class=MailClass.TRANSACTIONAL,
        render=document_brought,
        entitled=still_leads,
    ),
    MailKind(
        name="coaching.document_infected",
        label=gettext_lazy("Coaching: infected document, to the coach"),
        mail_class=MailClass.TRANSACTIONAL,
        render=document_infected,
        entitled=still_leads,
    ),
)
