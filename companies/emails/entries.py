"""What companies read about their entry: the yearly question, a link, thanks, and what became of their changes."""

from collections.abc import Sequence

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from companies import entry
from companies.enums import CampaignState, OrganisationState, ProposalState, RecipientState
from companies.links import STOP, token_for, url_to
from companies.models import CampaignRecipient, ChangeProposal, Contact, MailRefusal, Organisation
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.letter import Letter
from promo_portal.mailing.models import MailClass, OutgoingMail

NAME_IN_SUBJECT = 26
ANSWERED = gettext_noop("The entry has been answered for meanwhile.")
NOT_LISTED = gettext_noop("The entry is not in the directory any more.")
NO_MORE = gettext_noop("The company wants no more messages about its entry.")
NOT_THEIRS = gettext_noop("This address has nothing to do with the entry any more.")


def short(name: str) -> str:
    """A name that leaves room in a subject."""
    return Truncator(name).chars(NAME_IN_SUBJECT)


def organisation_of(mail: OutgoingMail) -> Organisation:
    """The entry that a mail is about."""
    assert mail.subject_id is not None
    return Organisation.objects.select_related("association", "municipality__canton").get(pk=mail.subject_id)


def recipient_of(mail: OutgoingMail) -> CampaignRecipient:
    """The line of a campaign that a mail is about."""
    assert mail.subject_id is not None
    related = ("campaign__association", "organisation__municipality__canton", "organisation__association", "contact")
    return CampaignRecipient.objects.select_related(*related).get(pk=mail.subject_id)


def reader_at(organisation: Organisation, address: str) -> int | None:
    """The contact who reads at an address, if it is somebody's own."""
    people = Contact.objects.filter(organisation=organisation, left_on=None, email__iexact=address)
    return people.order_by("-is_main", "pk").values_list("pk", flat=True).first()


def facts_of(organisation: Organisation) -> list[tuple[str, str]]:
    """The entry in the few lines that a mail has room for."""
    place = f"{organisation.postcode} {organisation.locality}".strip()
    activities = "; ".join(link.activity.label for link in organisation.activity_links.select_related("activity"))
    lines = [
        (_("Name"), organisation.name),
        (_("Address"), "\n".join(part for part in (organisation.street, place) if part)),
        (_("Phone"), words.phone(organisation.phone) if organisation.phone else ""),
        (_("Website"), organisation.website),
        (_("Activities"), activities),
    ]
    return [(label, text or _("Not given")) for label, text in lines]


def ask(
    organisation: Organisation, address: str, *, language: str, addition: str = "", about: str = "", lead: str = ""
) -> Letter:
    """The question that campaign, reminder and requested link have in common; the first sentence tells them apart."""
    reader = reader_at(organisation, address)
    if organisation.confirmed_on:
        last = _("Last confirmed on %(day)s.") % {"day": words.day(organisation.confirmed_on)}
    else:
        last = _("The entry has never been confirmed.")
    hidden_on = organisation.fresh_on + relativedelta(months=settings.DIRECTORY_HIDDEN_AFTER_MONTHS)
    if hidden_on > clock.today():
        otherwise = _("Without a confirmation the entry leaves the public list on %(day)s, until you confirm it.")
        otherwise %= {"day": words.day(hidden_on)}
    else:
        otherwise = _(
            "The entry does not stand in the public list at present. Once you confirm it, it is back at once."
        )
    effort = _("If everything is right, one press is enough. Corrections take three minutes, without an account.")
    return Letter(
        subject=_("%(name)s: is your entry still right?") % {"name": short(organisation.name)},
        about=about or _("Is your entry in the company directory still right?"),
        paragraphs=[part for part in (lead, addition, effort) if part],
        rows=facts_of(organisation),
        button_url=url_to("companies:entry", token_for(organisation.pk, reader, address), language=language),
        button_label=_("Check our entry"),
        otherwise=[last, otherwise],
        why=why_listed(organisation),
        unsubscribe_url=url_to(
            "companies:entry_stop", token_for(organisation.pk, reader, address, purpose=STOP), language=language
        ),
        unsubscribe_label=_("No more messages about this entry"),
    )


def why_listed(organisation: Organisation) -> str:
    """Why somebody is written to."""
    values = {"name": organisation.name}
    return _("You receive this message because %(name)s stands in the company directory.") % values


def is_theirs(organisation: Organisation, address: str) -> bool:
    """Whether an address is one of the entry's, at the moment its mail leaves."""
    own = {organisation.internal_email.lower(), organisation.email.lower()}
    return address.lower() in own or reader_at(organisation, address) is not None


def has_refused(organisation: Organisation, address: str) -> bool:
    """Whether somebody at the address wants no more such messages."""
    return MailRefusal.objects.filter(organisation=organisation, email=address.lower()).exists()


def reason_not_to_ask(organisation: Organisation, address: str) -> str | None:
    """Why the question must not reach an address any more."""
    if organisation.state not in {OrganisationState.PUBLISHED, OrganisationState.HIDDEN}:
        return NOT_LISTED
    if has_refused(organisation, address):
        return NO_MORE
    return None if is_theirs(organisation, address) else NOT_THEIRS


# -- the campaign's mail -------------------------------------------------------------------------------------------------


def campaign_mail(mail: OutgoingMail) -> Message:
    """The yearly question, with the association's own words."""
    recipient = recipient_of(mail)
    addition = recipient.campaign.message_in(mail.language)
    letter = ask(recipient.organisation, mail.to_address, language=mail.language, addition=addition)
    return letter.message(recipient.campaign.association)


def campaign_entitled(mail: OutgoingMail) -> str | None:
    """Asked between claiming and sending: who has answered meanwhile is not asked."""
    recipient = recipient_of(mail)
    if recipient.state != RecipientState.SENT or recipient.campaign.state == CampaignState.CLOSED:
        return ANSWERED
    return reason_not_to_ask(recipient.organisation, mail.to_address)


# -- a link that somebody asked for ----------------------------------------------------------------------------------------


def queue_link(organisation: Organisation, address: str, *, language: str) -> OutgoingMail:
    """Send a fresh link to an address of the entry."""
    return queue_mail(
        kind="companies.entry_link",
        to_address=address,
        language=language,
        association_id=organisation.association_id,
        subject=organisation,
    )


def entry_link(mail: OutgoingMail) -> Message:
    """A link, because somebody asked for one on the portal."""
    organisation = organisation_of(mail)
    lead = _("Somebody asked on the portal for a link to this entry. If it was not you, do nothing.")
    about = _("The link to your entry")
    return ask(organisation, mail.to_address, language=mail.language, about=about, lead=lead).message(
        organisation.association
    )


def still_theirs(mail: OutgoingMail) -> str | None:
    """A link goes to the entry's own people only, as they are when it leaves."""
    return None if is_theirs(organisation_of(mail), mail.to_address) else NOT_THEIRS


# -- thanks, and what happens next -----------------------------------------------------------------------------------------


def queue_thanks(
    organisation: Organisation, address: str, *, language: str, proposals: Sequence[int], key: str
) -> None:
    """Confirm an answer by mail; with ``proposals`` it was a correction."""
    queue_mail(
        kind="companies.entry_answered",
        to_address=address,
        language=language,
        association_id=organisation.association_id,
        subject=organisation,
        params={"proposals": list(proposals)},
        idempotency_key=key,
    )


def _changes(numbers: Sequence[int]) -> list[tuple[str, str]]:
    rows = ChangeProposal.objects.filter(pk__in=numbers).order_by("pk")
    return [(_first_big(entry.label_of(row.field)), entry.shown(row.field, row.proposed) or _("empty")) for row in rows]


def _first_big(text: str) -> str:
    return text[:1].upper() + text[1:]


def entry_answered(mail: OutgoingMail) -> Message:
    """What the company has told us, and what we do with it."""
    organisation = organisation_of(mail)
    numbers = mail.params.get("proposals", [])
    reader = reader_at(organisation, mail.to_address)
    url = url_to("companies:entry", token_for(organisation.pk, reader, mail.to_address), language=mail.language)
    if numbers:
        letter = Letter(
            subject=_("%(name)s: your changes have arrived") % {"name": short(organisation.name)},
            about=_("Thank you: your changes have arrived"),
            paragraphs=[_("We look at each of them and tell you by mail what became of them.")],
            rows=_changes(numbers),
            button_url=url,
            button_label=_("See our entry"),
            why=why_listed(organisation),
        )
    else:
        next_on = organisation.fresh_on + relativedelta(months=settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
        day = words.day(organisation.confirmed_on) if organisation.confirmed_on else ""
        letter = Letter(
            subject=_("%(name)s: entry confirmed") % {"name": short(organisation.name)},
            about=_("Thank you: your entry is confirmed"),
            paragraphs=[
                _("The public reads: confirmed on %(day)s.") % {"day": day},
                _("We ask again after %(day)s.") % {"day": words.day(next_on)},
            ],
            button_url=url,
            button_label=_("See our entry"),
            otherwise=[_("It was not you? Answer this message, and we put it right.")],
            why=why_listed(organisation),
        )
    return letter.message(organisation.association)


def queue_outcome(organisation: Organisation, address: str, *, language: str, proposals: Sequence[int]) -> None:
    """Tell a company what became of the changes it sent."""
    queue_mail(
        kind="companies.changes_decided",
        to_address=address,
        language=language,
        association_id=organisation.association_id,
        subject=organisation,
        params={"proposals": list(proposals)},
        idempotency_key=f"changes-decided:{'.'.join(str(pk) for pk in proposals)}"[:200],
    )


def changes_decided(mail: OutgoingMail) -> Message:
    """Field by field: taken over, or not and why."""
    organisation = organisation_of(mail)
    rows = ChangeProposal.objects.filter(pk__in=mail.params["proposals"]).order_by("pk")
    lines, taken = [], 0
    for row in rows:
        value = entry.shown(row.field, row.proposed) or _("empty")
        if row.state == ProposalState.ACCEPTED:
            taken += 1
            outcome = _("Taken over: %(value)s") % {"value": value}
        elif row.reason:
            outcome = _("Not taken over: %(value)s. Reason: %(reason)s") % {"value": value, "reason": row.reason}
        else:
            outcome = _("Not taken over: %(value)s") % {"value": value}
        lines.append((_first_big(entry.label_of(row.field)), outcome))
    reader = reader_at(organisation, mail.to_address)
    count = ngettext(
        "%(taken)s of %(all)s change was taken over.", "%(taken)s of %(all)s changes were taken over.", len(lines)
    )
    return Letter(
        subject=_("%(name)s: your changes") % {"name": short(organisation.name)},
        about=_("What became of your changes"),
        paragraphs=[count % {"taken": taken, "all": len(lines)}],
        rows=lines,
        button_url=url_to(
            "companies:entry", token_for(organisation.pk, reader, mail.to_address), language=mail.language
        ),
        button_label=_("See our entry"),
        otherwise=[_("You see it otherwise? Answer this message or call us.")],
        why=_("You receive this message because you sent us changes to your entry."),
    ).message(organisation.association)


KINDS = (
    MailKind(
        name="companies.campaign",
        label=gettext_lazy("Directory: yearly question to a company"),
        mail_class=MailClass.BROADCAST,
        render=campaign_mail,
        entitled=campaign_entitled,
    ),
    MailKind(
        name="companies.entry_link",
        label=gettext_lazy("Directory: link to an entry, as asked for"),
        mail_class=MailClass.TRANSACTIONAL,
        render=entry_link,
        entitled=still_theirs,
    ),
    MailKind(
        name="companies.entry_answered",
        label=gettext_lazy("Directory: thanks for an answer"),
        mail_class=MailClass.TRANSACTIONAL,
        render=entry_answered,
    ),
    MailKind(
        name="companies.changes_decided",
        label=gettext_lazy("Directory: what became of proposed changes"),
        mail_class=MailClass.TRANSACTIONAL,
        render=changes_decided,
    ),
)
