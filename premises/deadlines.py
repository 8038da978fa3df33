"""Dates of premises: whom each step reaches, when it has become pointless, and what it says."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premises.emails.staff import STAFF, officers_of, why_staff
from premises.links import OWNER, url_to
from premises.models import Enquiry, Offer, OwnerContact
from premises.models.offer import ON_THE_MARKET
from premises.titles import offer_title, price_words
from premises.workflow.dates import ANSWER, CONFIRM
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.letter import Letter
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.rendering import absolute
from promo_portal.reminders.kinds import DeadlineKind, Recipient, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline


def _offer(deadline: Deadline) -> Offer:
    return at_hand(deadline, lambda: Offer.objects.with_things().get(pk=deadline.subject_id))


def _enquiry(deadline: Deadline) -> Enquiry:
    related = ("association", "handler", "offer__site__municipality", "offer__unit__building", "offer__plot")
    return at_hand(deadline, lambda: Enquiry.objects.select_related(*related).get(pk=deadline.subject_id))


def holds_office(user: User, association_id: int | None) -> bool:
    """Whether the person looks after the association's premises today."""
    held = Membership.objects.active(clock.today()).in_association(association_id or 0, *STAFF)
    return held.filter(user=user).exists()


def _in_office(deadline: Deadline, user: User) -> bool:
    return holds_office(user, deadline.association_id)


# -- the owner's monthly confirmation ------------------------------------------------------------------------------------


def _confirm_recipients(deadline: Deadline, step: str) -> Iterable[User | Recipient]:
    """The owner, where we know an address; the officers where we do not, since somebody has to call."""
    contact = OwnerContact.objects.filter(offer_id=deadline.subject_id).first()
    if contact is not None and contact.email:
        return [Recipient(address=contact.email, language=contact.language)]
    return officers_of(deadline.association_id) if deadline.association_id else []


def _confirm_is_open(deadline: Deadline) -> bool:
    return _offer(deadline).state in ON_THE_MARKET


def _confirm_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    offer = _offer(deadline)
    rows = [
        (_("Object"), f"{offer_title(offer)} · {offer.thing.name}"),
        (_("Price"), price_words(offer) or _("Not communicated")),
        (_("Free from"), words.day(offer.available_on) or _("Not communicated")),
    ]
    hidden_on = words.day(deadline.local_date + (_hidden_after() - _confirm_every()))
    if mail.to_user_id:
        return Letter(
            subject=_("%(place)s: call the owner") % {"place": offer.site.municipality.name},
            about=_("Is this object still free?"),
            paragraphs=[_("No mail address of the owner is known. Call, then press “Confirmed by phone”.")],
            rows=rows,
            button_url=absolute(reverse("admin:premises_offer_change", args=[offer.pk])),
            button_label=_("Open the offer"),
            why=why_staff(),
        ).message(offer.association)
    return Letter(
        subject=_("Your offer in %(place)s: still free?") % {"place": offer.site.municipality.name},
        about=_("Is your object still free, and are its facts right?"),
        paragraphs=[_("One press is enough. It takes ten seconds, once a month.")],
        rows=rows,
        button_url=url_to(OWNER, offer.association_id, str(offer.pk), language=mail.language),
        button_label=_("Answer"),
        otherwise=[
            _("Without an answer the offer is hidden on %(day)s, until you confirm it.") % {"day": hidden_on},
            _("To correct a price or a date, answer this message."),
        ],
        why=_("You receive this message because you offer premises or land on this portal."),
    ).message(offer.association)


def _confirm_every() -> timedelta:
    return timedelta(days=settings.PREMISES_CONFIRM_EVERY_DAYS)


def _hidden_after() -> timedelta:
    return timedelta(days=settings.PREMISES_HIDDEN_AFTER_DAYS)


# -- the promised answer -------------------------------------------------------------------------------------------------


def _answer_recipients(deadline: Deadline, step: str) -> Iterable[User]:
    enquiry = _enquiry(deadline)
    if enquiry.handler and not step.startswith("+"):
        return [enquiry.handler]
    return officers_of(enquiry.association_id)


def _answer_is_open(deadline: Deadline) -> bool:
    return _enquiry(deadline).awaits_answer


def _answer_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    enquiry, day = _enquiry(deadline), words.day(deadline.local_date)
    late = step.startswith("+")
    subject = _("%(reference)s: answer was due on %(day)s") if late else _("%(reference)s: answer due by %(day)s")
    return Letter(
        subject=subject % {"reference": enquiry.reference, "day": day},
        about=_("%(name)s waits for an answer") % {"name": enquiry.name},
        paragraphs=[_("Call or write, then note how you answered.")],
        rows=[(_("Object"), offer_title(enquiry.offer))],
        button_url=absolute(reverse("admin:premises_enquiry_change", args=[enquiry.pk])),
        button_label=_("Open the enquiry"),
        why=why_staff(),
    ).message(enquiry.association)


KINDS = (
    DeadlineKind(
        name=CONFIRM,
        label=gettext_lazy("Premises: confirmation by the owner"),
        # on the day, when the badge appears, and a week before it is hidden
        steps=("0d", "+15d", "+53d"),
        recipients=_confirm_recipients,
        is_open=_confirm_is_open,
        is_entitled=_in_office,
        render=_confirm_render,
        matrix_object="premises internals",
    ),
    DeadlineKind(
        name=ANSWER,
        label=gettext_lazy("Premises: promised answer"),
        steps=("0d", "+1d"),
        recipients=_answer_recipients,
        is_open=_answer_is_open,
        is_entitled=_in_office,
        render=_answer_render,
        matrix_object="space search",
    ),
)


def register() -> None:
    """Make these dates known to the engine."""
    for kind in KINDS:
        register_deadline_kind(kind)
