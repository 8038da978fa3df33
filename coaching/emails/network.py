"""What founder, specialist and coach read of an engagement, step by step."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.emails.file import HAS_CHANGED
from coaching.emails.letter import Letter
from coaching.emails.staff import NOT_RESPONSIBLE
from coaching.engagement_links import engagement_url
from coaching.enums import EngagementState
from coaching.models import Engagement
from promo_portal.accounts.models import User
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute

RELATED = (
    *("case_file__association", "case_file__founder", "case_file__lead", "case_file__deputy"),
    *("specialist__user", "proposed_by"),
)


def engagement_of(mail: OutgoingMail) -> Engagement:
    """The engagement a mail is about."""
    assert mail.subject_id is not None
    return Engagement.objects.select_related(*RELATED).get(pk=mail.subject_id)


def work_url(engagement: Engagement) -> str:
    """The specialist's page of the engagement."""
    return absolute(reverse("coaching:work", args=[engagement.pk]))


def tab_url(engagement: Engagement) -> str:
    """Where the engagement stands in the file, for staff."""
    return absolute(reverse("admin:coaching_casefile_engagements", args=[engagement.case_file_id]))


def _queue(kind: str, engagement: Engagement, people: Iterable[User | None]) -> None:
    for person in people:
        if person is not None:
            queue_mail(kind=kind, to_user=person, association_id=engagement.association_id, subject=engagement)


def queue_engagement_proposed(engagement: Engagement) -> None:
    """Ask the founder whether this very person may be told of the project."""
    _queue("coaching.engagement_proposed", engagement, [engagement.case_file.founder])


def queue_engagement_asked(engagement: Engagement) -> None:
    """Ask the specialist; where they have no account, the coach phones."""
    asked = engagement.specialist.user or engagement.case_file.lead
    _queue("coaching.engagement_asked", engagement, [asked])


def queue_engagement_declined(engagement: Engagement) -> None:
    """Tell the coach that founder or specialist said no."""
    _queue("coaching.engagement_declined", engagement, [engagement.case_file.lead])


def queue_engagement_accepted(engagement: Engagement) -> None:
    """Tell founder and coach that the work begins."""
    case = engagement.case_file
    _queue("coaching.engagement_accepted", engagement, [case.founder, case.lead])


def queue_engagement_reported(engagement: Engagement) -> None:
    """Tell founder and coach that the report is there; the founder is asked how it went."""
    case = engagement.case_file
    _queue("coaching.engagement_reported", engagement, [case.founder, case.lead])


def queue_engagement_ended(engagement: Engagement) -> None:
    """Tell the specialist that the file is closed to them now, and the coach where the founder decided it."""
    case = engagement.case_file
    revoked = engagement.state == EngagementState.REVOKED
    _queue("coaching.engagement_ended", engagement, [engagement.specialist.user, case.lead if revoked else None])


def question_letter(engagement: Engagement) -> Letter:
    """Who, for what, how long, and what that person would read; nothing is shown before the founder agrees."""
    case, person = engagement.case_file, engagement.specialist
    return Letter(
        subject=_("May %(name)s help you?") % {"name": person},
        about=_("We propose a specialist: %(name)s") % {"name": person},
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("Nothing of your file is shown to this person before you agree. You choose the documents."),
        ],
        rows=_facts(engagement),
        button_url=engagement_url(engagement),
        button_label=_("Agree or decline"),
        otherwise=[_("You may take your agreement back at any time, on the same page.")],
        why=_("You receive this message because you are followed by a coach."),
    )


def _facts(engagement: Engagement) -> list[tuple[str, str]]:
    person = engagement.specialist
    hours = _("%(hours)s hours at most") % {"hours": words.number(engagement.hours_agreed)}
    return [
        (_("Specialist"), " · ".join(part for part in (str(person), person.company) if part)),
        (_("Field of knowledge"), engagement.get_field_display()),
        (_("What for"), engagement.mandate),
        (_("How long"), hours),
    ]


def proposed(mail: OutgoingMail) -> Message:
    """To the founder."""
    engagement = engagement_of(mail)
    return question_letter(engagement).message(engagement.case_file.association, person=engagement.case_file.lead)


def asked_letter(engagement: Engagement, *, is_specialist: bool) -> Letter:
    """To the specialist: what is asked, without the founder's name; to the coach where the specialist has no account."""
    case = engagement.case_file
    return Letter(
        subject=_("A request for your help: %(field)s") % {"field": engagement.get_field_display()}
        if is_specialist
        else _("%(reference)s: ask %(name)s") % {"reference": case.reference, "name": engagement.specialist},
        about=_("%(association)s asks for your help") % {"association": case.association}
        if is_specialist
        else _("%(name)s has no account: phone, then enter the answer") % {"name": engagement.specialist},
        paragraphs=[_("The founder has agreed. Once you accept, you see the name and the documents shared with you.")]
        if is_specialist
        else [_("The founder has agreed.")],
        rows=_facts(engagement)[1:],
        button_url=work_url(engagement) if is_specialist else tab_url(engagement),
        button_label=_("Accept or decline") if is_specialist else _("Open the file"),
        why=_("You receive this message as a specialist of the association’s network.")
        if is_specialist
        else _("You receive this message because you lead this file or are its deputy."),
    )


def asked(mail: OutgoingMail) -> Message:
    """To the specialist, or to the coach."""
    engagement = engagement_of(mail)
    letter = asked_letter(engagement, is_specialist=mail.to_user_id == engagement.specialist.user_id)
    return letter.message(engagement.case_file.association, person=engagement.case_file.lead)


def _to_both(mail: OutgoingMail, subject: str, about: str, text: str, label: str) -> Message:
    engagement = engagement_of(mail)
    case = engagement.case_file
    is_founder = mail.to_user_id == case.founder_id
    return Letter(
        subject=subject if is_founder else f"{case.reference}: {subject}",
        about=about,
        paragraphs=[text, _("Project: %(title)s.") % {"title": case.title}],
        rows=_facts(engagement),
        button_url=engagement_url(engagement) if is_founder else tab_url(engagement),
        button_label=label if is_founder else _("Open the file"),
        why=_("You receive this message because you are followed by a coach.")
        if is_founder
        else _("You receive this message because you lead this file or are its deputy."),
    ).message(case.association, person=case.lead if is_founder else None)


def accepted(mail: OutgoingMail) -> Message:
    """To founder and coach."""
    name = str(engagement_of(mail).specialist)
    return _to_both(
        mail,
        _("%(name)s accepts") % {"name": name},
        _("%(name)s works with you from now on") % {"name": name},
        _("From now on the documents that you chose are open to this person, and nothing else."),
        _("See or end the engagement"),
    )


def reported(mail: OutgoingMail) -> Message:
    """To founder and coach: the report itself stays in the portal."""
    name = str(engagement_of(mail).specialist)
    return _to_both(
        mail,
        _("Report of %(name)s") % {"name": name},
        _("%(name)s has handed in the report") % {"name": name},
        _("Read it on the page, and tell us in one press how it went."),
        _("Read the report"),
    )


def declined(mail: OutgoingMail) -> Message:
    """To the coach: who said no, and why if a reason was given."""
    engagement = engagement_of(mail)
    case, reason = engagement.case_file, engagement.end_reason
    return Letter(
        subject=_("%(reference)s: no to %(name)s") % {"reference": case.reference, "name": engagement.specialist},
        about=_("The engagement of %(name)s does not come about") % {"name": engagement.specialist},
        paragraphs=[
            _("Project: %(title)s.") % {"title": case.title},
            *([_("Reason: %(reason)s") % {"reason": reason}] if reason else []),
        ],
        button_url=tab_url(engagement),
        button_label=_("Open the file"),
        why=_("You receive this message because you lead this file or are its deputy."),
    ).message(case.association)


def ended(mail: OutgoingMail) -> Message:
    """To the specialist: nothing of the file is open any more. To the coach: the founder took the agreement back."""
    engagement = engagement_of(mail)
    case = engagement.case_file
    is_specialist = mail.to_user_id == engagement.specialist.user_id
    revoked = engagement.state == EngagementState.REVOKED
    about = _("The founder has taken the agreement back") if revoked else _("Your engagement has ended")
    return Letter(
        subject=about if is_specialist else f"{case.reference}: {about}",
        about=about,
        paragraphs=[
            _("The file is closed to you from now on. Delete what you have saved of it.")
            if is_specialist
            else _("%(name)s sees nothing of the file any more.") % {"name": engagement.specialist}
        ],
        rows=_facts(engagement)[1:],
        button_url=absolute(reverse("portal:space")) if is_specialist else tab_url(engagement),
        button_label=_("My space") if is_specialist else _("Open the file"),
        why=_("You receive this message as a specialist of the association’s network.")
        if is_specialist
        else _("You receive this message because you lead this file or are its deputy."),
    ).message(case.association, person=case.lead)


def _still(*states: EngagementState) -> object:
    """A mail of a step leaves only as long as that step is the last one, and to who still has a part in it."""

    def objection(mail: OutgoingMail) -> str | None:
        engagement = engagement_of(mail)
        case = engagement.case_file
        if engagement.state not in states:
            return HAS_CHANGED
        people = {case.founder_id, engagement.specialist.user_id, *(coach.pk for coach in case.coaches())}
        return None if mail.to_user_id in people else NOT_RESPONSIBLE

    return objection


def _kind(name: str, label: object, render: object, *states: EngagementState) -> MailKind:
    return MailKind(
        name=f"coaching.engagement_{name}",
        label=label,  # type: ignore[arg-type]
        mail_class=MailClass.TRANSACTIONAL,
        render=render,  # type: ignore[arg-type]
        entitled=_still(*states),  # type: ignore[arg-type]
    )


_S = EngagementState
KINDS = (
    _kind("proposed", gettext_lazy("Coaching: specialist proposed, to the founder"), proposed, _S.PROPOSED),
    _kind("asked", gettext_lazy("Coaching: specialist asked"), asked, _S.CONSENTED),
    _kind("declined", gettext_lazy("Coaching: specialist declined, to the coach"), declined, _S.DECLINED),
    _kind("accepted", gettext_lazy("Coaching: specialist accepts"), accepted, _S.ACTIVE),
    _kind("reported", gettext_lazy("Coaching: specialist’s report"), reported, _S.REPORTED, _S.ENDED),
    _kind("ended", gettext_lazy("Coaching: engagement ended"), ended, _S.ENDED, _S.REVOKED, _S.CANCELLED),
)
