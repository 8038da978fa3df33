"""Two dates of an entry: a campaign's question that waits for its answer, and the day the last confirmation turns old.

Their reminders follow the same steps (``DIRECTORY_REMIND_AFTER_DAYS``); an answer of any kind ends both.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.emails import ask, reason_not_to_ask
from companies.enums import CampaignState, OrganisationState, RecipientState
from companies.models import CampaignRecipient, Organisation
from companies.segments import mail_language, with_exclusions
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.kinds import DeadlineKind, Recipient, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline

CAMPAIGN_ANSWER = "companies.campaign_answer"
ENTRY_DUE = "companies.entry_due"
STEPS = tuple(f"+{days}d" for days in settings.DIRECTORY_REMIND_AFTER_DAYS)
LASTS = "+14d"  # a reminder that leaves after an outage of two weeks is still of use


def nobody_signed_in(deadline: Deadline, user: User) -> bool:
    """These reminders go to addresses of companies, never to people with an account."""
    return False


def _asked(deadline: Deadline) -> CampaignRecipient:
    related = ("campaign__association", "organisation__association", "organisation__municipality__canton")
    return at_hand(deadline, lambda: CampaignRecipient.objects.select_related(*related).get(pk=deadline.subject_id))


def _asked_recipients(deadline: Deadline, step: str) -> Iterable[User | Recipient]:
    asked = _asked(deadline)
    return [Recipient(address=asked.address, language=asked.language)] if asked.address else []


def _asked_is_open(deadline: Deadline) -> bool:
    asked = _asked(deadline)
    waits = asked.state == RecipientState.SENT and asked.campaign.state != CampaignState.CLOSED
    return waits and reason_not_to_ask(asked.organisation, asked.address) is None


def _asked_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    asked = _asked(deadline)
    lead = _("We asked you on %(day)s and have had no answer yet.") % {"day": words.day(deadline.local_date)}
    if step == STEPS[-1]:
        last = _("This is our last message about it; after it we call you.")
        lead = f"{lead} {last}"
    addition = asked.campaign.message_in(mail.language) if step == STEPS[0] else ""
    letter = ask(asked.organisation, mail.to_address, language=mail.language, addition=addition, lead=lead)
    return letter.message(asked.campaign.association)


def _entry(deadline: Deadline) -> Organisation:
    related = ("association", "municipality__canton")
    return at_hand(deadline, lambda: Organisation.objects.select_related(*related).get(pk=deadline.subject_id))


def _due_recipients(deadline: Deadline, step: str) -> Iterable[User | Recipient]:
    rows = with_exclusions(Organisation.objects.filter(pk=deadline.subject_id), clock.today())
    return [Recipient(address=row.address, language=mail_language(row)) for row in rows if not row.exclusion]


def _due_is_open(deadline: Deadline) -> bool:
    organisation = _entry(deadline)
    is_late = organisation.confirmed_on is None or organisation.confirmed_on < deadline.local_date
    return organisation.state == OrganisationState.PUBLISHED and is_late


def _due_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    organisation = _entry(deadline)
    lead = _("The last confirmation lies more than a year back; the public reads “to be confirmed” beside your name.")
    if organisation.confirmed_on is None:
        lead = _("Nobody has confirmed the entry yet; the public reads “to be confirmed” beside your name.")
    return ask(organisation, mail.to_address, language=mail.language, lead=lead).message(organisation.association)


KINDS = (
    DeadlineKind(
        name=CAMPAIGN_ANSWER,
        label=gettext_lazy("Directory: answer to a campaign"),
        steps=STEPS,
        recipients=_asked_recipients,
        is_open=_asked_is_open,
        is_entitled=nobody_signed_in,
        render=_asked_render,
        expiry={STEPS[-1]: LASTS},
        matrix_object="organisation internals",
    ),
    DeadlineKind(
        name=ENTRY_DUE,
        label=gettext_lazy("Directory: confirmation of an entry due"),
        steps=STEPS,
        recipients=_due_recipients,
        is_open=_due_is_open,
        is_entitled=nobody_signed_in,
        render=_due_render,
        expiry={STEPS[-1]: LASTS},
        matrix_object="organisation internals",
    ),
)


def register() -> None:
    """Make these dates known to the engine."""
    for kind in KINDS:
        register_deadline_kind(kind)
