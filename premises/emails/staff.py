"""What an association's people read about premises: a new enquiry, an object that its owner calls taken."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from premises.emails.public import enquiry_of
from premises.models import Enquiry, Offer
from premises.titles import offer_title
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.letter import Letter
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute
from promo_portal.regions.models import Association

NOT_RESPONSIBLE = gettext_noop("This person no longer works for the association in that role.")
STAFF = (Role.OFFICER, Role.MANAGER)


def officers_of(association_id: int) -> list[User]:
    """Who looks after the association's premises: its officers, else its managers."""
    held = Membership.objects.active(clock.today()).in_association(association_id, *STAFF)
    rows = list(held.select_related("user").order_by("user_id"))
    officers = [row.user for row in rows if row.role == Role.OFFICER]
    return list(dict.fromkeys(officers or [row.user for row in rows]))


def _queue_for_staff(kind: str, association: Association, subject: models.Model) -> None:
    """To each officer; where an association has nobody yet, to its own address, so that nothing lies unseen."""
    people = officers_of(association.pk)
    for person in people:
        queue_mail(kind=kind, to_user=person, association_id=association.pk, subject=subject)
    if not people and association.email:
        queue_mail(kind=kind, to_address=association.email, association_id=association.pk, subject=subject)


def still_in_office(mail: OutgoingMail) -> str | None:
    """Only to who still works for the association when the mail leaves."""
    if mail.to_user_id is None or mail.association_id is None:
        return None
    held = Membership.objects.active(clock.today()).in_association(mail.association_id, *STAFF)
    return None if held.filter(user_id=mail.to_user_id).exists() else NOT_RESPONSIBLE


def why_staff() -> str:
    """Why somebody of the association gets such a mail."""
    return _("You receive this message because you look after premises and land for the association.")


def queue_new_enquiry(enquiry: Enquiry) -> None:
    """Tell the officers that somebody waits for an answer."""
    _queue_for_staff("premises.new_enquiry", enquiry.association, enquiry)


def new_enquiry(mail: OutgoingMail) -> Message:
    """Who asks about what, and by when the answer is promised; the message itself stays in the portal."""
    enquiry = enquiry_of(mail)
    return Letter(
        subject=_("%(reference)s: new enquiry") % {"reference": enquiry.reference},
        about=_("%(name)s asks about an object") % {"name": enquiry.name},
        paragraphs=[_("Answer promised by %(day)s.") % {"day": words.day(enquiry.answer_by)}],
        rows=[(_("Object"), offer_title(enquiry.offer))],
        button_url=absolute(reverse("admin:premises_enquiry_change", args=[enquiry.pk])),
        button_label=_("Open the enquiry"),
        why=why_staff(),
    ).message(enquiry.association)


def queue_taken(offer: Offer) -> None:
    """Tell the officers that an owner calls an object taken."""
    _queue_for_staff("premises.taken", offer.association, offer)


def taken(mail: OutgoingMail) -> Message:
    """It is reserved for now; how it ended is still to be written down."""
    assert mail.subject_id is not None
    offer = Offer.objects.with_things().get(pk=mail.subject_id)
    return Letter(
        subject=_("Taken, says the owner: %(object)s") % {"object": offer.site.municipality.name},
        about=offer_title(offer),
        paragraphs=[
            _("The owner says that it is no longer free. It is marked as reserved."),
            _("Write down why it ended, through whom, how much of it and how many jobs are planned."),
        ],
        button_url=absolute(reverse("admin:premises_offer_change", args=[offer.pk])),
        button_label=_("Open the offer"),
        why=why_staff(),
    ).message(offer.association)


KINDS = (
    MailKind(
        name="premises.new_enquiry",
        label=gettext_lazy("Premises: new enquiry, to the officer"),
        mail_class=MailClass.TRANSACTIONAL,
        render=new_enquiry,
        entitled=still_in_office,
    ),
    MailKind(
        name="premises.taken",
        label=gettext_lazy("Premises: taken according to the owner, to the officer"),
        mail_class=MailClass.TRANSACTIONAL,
        render=taken,
        entitled=still_in_office,
    ),
)
