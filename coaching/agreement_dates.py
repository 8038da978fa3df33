"""The end of a specialist's agreement in the deadline engine: the manager renews it in time, or lets it end knowingly."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.deadlines import holds_role
from coaching.emails.letter import Letter
from coaching.emails.staff import managers_of
from coaching.models import Engagement, SpecialistTerms
from coaching.models.specialists import OPEN_ENGAGEMENTS
from coaching.workflow.dates import AGREEMENT
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.core.formats import words
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.rendering import absolute
from promo_portal.reminders.kinds import DeadlineKind, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline

BEFORE, LAST_DAY = "-30d", "0d"


def _terms(deadline: Deadline) -> SpecialistTerms:
    rows = SpecialistTerms.objects.select_related("specialist__association")
    return at_hand(deadline, lambda: rows.get(pk=deadline.subject_id))


def _recipients(deadline: Deadline, step: str) -> Iterable[User]:
    return managers_of(_terms(deadline).association_id)


def _is_open(deadline: Deadline) -> bool:
    terms = _terms(deadline)
    return terms.specialist.is_active and terms.agreement_until == deadline.local_date


def _is_entitled(deadline: Deadline, user: User) -> bool:
    return holds_role(user, deadline.association_id, Role.MANAGER)


def _render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    terms = _terms(deadline)
    specialist, day = terms.specialist, words.day(deadline.local_date)
    working = Engagement.objects.filter(specialist=specialist, state__in=OPEN_ENGAGEMENTS).count()
    heading = _("Agreement with %(name)s ends today") if step == LAST_DAY else _("Agreement with %(name)s ends soon")
    others = ngettext(
        "%(count)s engagement is under way; it goes on after that day.",
        "%(count)s engagements are under way; they go on after that day.",
        working,
    )
    return Letter(
        subject=heading % {"name": specialist},
        about=heading % {"name": specialist},
        paragraphs=[
            _(
                "The agreement is valid until %(day)s. From the next day on, nobody can propose this specialist for a file."
            )
            % {"day": day},
            *([others % {"count": working}] if working else []),
            _("Enter the new end once the agreement is renewed, or take the specialist out of the network."),
        ],
        button_url=absolute(reverse("admin:coaching_specialist_change", args=[specialist.pk])),
        button_label=_("Open the specialist’s terms"),
        why=_("You receive this message as manager of the association."),
    ).message(specialist.association)


def register() -> None:
    """Make the ends of agreements known to the engine."""
    register_deadline_kind(
        DeadlineKind(
            name=AGREEMENT,
            label=gettext_lazy("Coaching: end of a specialist’s agreement"),
            steps=(BEFORE, LAST_DAY),
            recipients=_recipients,
            is_open=_is_open,
            is_entitled=_is_entitled,
            render=_render,
            matrix_object="specialist profile",
        )
    )
