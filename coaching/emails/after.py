"""What founders read at the end of a coaching and long after it: the closing letter, and the three questions."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.check_links import DAYS, check_url
from coaching.emails.file import HAS_CHANGED, case_of, file_url
from coaching.emails.letter import Letter
from coaching.enums import CaseState, CheckState
from coaching.models import CaseFile, OutcomeCheck
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute


def check_of(mail: OutgoingMail) -> OutcomeCheck:
    """The later check that a mail is about."""
    related = ("case_file__association", "case_file__founder", "case_file__lead")
    assert mail.subject_id is not None
    return OutcomeCheck.objects.select_related(*related).get(pk=mail.subject_id)


def check_staff_url(check: OutcomeCheck) -> str:
    """Where staff enter an answer."""
    return absolute(reverse("admin:coaching_outcomecheck_change", args=[check.pk]))


# -- the end ------------------------------------------------------------------------------------------------------------


def queue_closed(case: CaseFile) -> None:
    """Tell the founder that the coaching has come to its end, with what was agreed on."""
    queue_mail(kind="coaching.closed", to_user=case.founder, association_id=case.association_id, subject=case)


def closed(mail: OutgoingMail) -> Message:
    """What it led to, in both people's words, and on which days we ask what became of it."""
    case = case_of(mail)
    pending = (CheckState.PLANNED, CheckState.ASKED)
    days = list(
        OutcomeCheck.objects.filter(case_file=case, state__in=pending)
        .order_by("due_on")
        .values_list("due_on", flat=True)
    )
    said = [
        (_("Outcome"), case.get_outcome_display()),
        (_("In our words"), case.state_reason),
        (_("Jobs planned"), "" if case.jobs_planned is None else str(case.jobs_planned)),
        (
            _("Your satisfaction"),
            "" if case.satisfaction is None else _("%(value)s out of 5") % {"value": case.satisfaction},
        ),
        (_("We ask again on"), ", ".join(words.day(day) for day in days)),
    ]
    return Letter(
        subject=_("Your coaching file is closed"),
        about=_("Your coaching has come to its end"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("Thank you for the way we went together. This is what we agreed on at the end."),
        ],
        rows=[(label, value) for label, value in said if value],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[
            *([_("Each time it is three questions and takes two minutes.")] if days else []),
            _("To take it up again, answer this message or call us."),
        ],
        why=_("You receive this message because you are followed by a coach."),
    ).message(case.association, person=case.lead)


def still_closed(mail: OutgoingMail) -> str | None:
    """Not if the file was opened again meanwhile."""
    return None if case_of(mail).state == CaseState.CLOSED else HAS_CHANGED


# -- the three questions ------------------------------------------------------------------------------------------------


def question_letter(check: OutcomeCheck, *, is_reminder: bool = False) -> Letter:
    """Three questions, one link; whoever has answered already may look at it and put it right."""
    case = check.case_file
    asked = _("%(months)s months after your coaching: three questions") % {"months": check.months}
    return Letter(
        subject=_("Reminder: three questions about your company") if is_reminder else asked,
        about=asked,
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("At the end of your coaching you agreed that we ask what became of it. It takes two minutes."),
            _("Project: %(title)s.") % {"title": case.title},
        ],
        button_url=check_url(check),
        button_label=_("Answer the three questions"),
        otherwise=[
            _("Nothing is saved before you press the button on that page. The link works for %(days)s days.")
            % {"days": DAYS},
            _("If you would rather talk: answer this message, and we call you."),
        ],
        why=_("You receive this message because you agreed to it when your coaching ended."),
    )


def queue_check_link(check: OutcomeCheck) -> None:
    """Mail a fresh link to the three questions."""
    queue_mail(
        kind="coaching.check_link",
        to_user=check.case_file.founder,
        association_id=check.association_id,
        subject=check,
    )


def check_link(mail: OutgoingMail) -> Message:
    """The questions again, since the first link has ended or was lost."""
    check = check_of(mail)
    return question_letter(check).message(check.case_file.association, person=check.case_file.lead)


def still_asked(mail: OutgoingMail) -> str | None:
    """Not once the coaching goes on: then the check has fallen away."""
    return HAS_CHANGED if check_of(mail).state == CheckState.CANCELLED else None


KINDS = (
    MailKind(
        name="coaching.closed",
        label=gettext_lazy("Coaching: file closed, to the founder"),
        mail_class=MailClass.TRANSACTIONAL,
        render=closed,
        entitled=still_closed,
    ),
    MailKind(
        name="coaching.check_link",
        label=gettext_lazy("Coaching: link to the three questions"),
        mail_class=MailClass.TRANSACTIONAL,
        render=check_link,
        entitled=still_asked,
    ),
)
