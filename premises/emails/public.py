"""What people read who asked about an offer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from premises.addresses import offer_url
from premises.enums import EnquiryState
from premises.links import DAYS, SENDER, url_to
from premises.models import Enquiry
from premises.titles import offer_title
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.letter import Letter
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute

ALREADY_CONFIRMED = gettext_noop("The enquiry has been confirmed meanwhile.")
RELATED = ("association", "offer__site__municipality", "offer__unit__building", "offer__plot", "handler")


def enquiry_of(mail: OutgoingMail) -> Enquiry:
    """The enquiry a mail is about."""
    assert mail.subject_id is not None
    return Enquiry.objects.select_related(*RELATED).get(pk=mail.subject_id)


def _queue(kind: str, enquiry: Enquiry) -> None:
    queue_mail(
        kind=kind,
        to_address=enquiry.email,
        language=enquiry.language,
        association_id=enquiry.association_id,
        subject=enquiry,
    )


def _why() -> str:
    return _(
        "You receive this message because somebody asked about premises or land with this address."
        " If it was not you, do nothing."
    )


def queue_confirm_enquiry(enquiry: Enquiry) -> None:
    """Mail the button that sends the enquiry, where the browser could not prove its work."""
    _queue("premises.confirm_enquiry", enquiry)


def confirm_enquiry(mail: OutgoingMail) -> Message:
    """One step remains: press the button behind this link."""
    enquiry = enquiry_of(mail)
    return Letter(
        subject=_("Your enquiry: one step remains"),
        about=_("Your enquiry has not been sent yet"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": enquiry.name},
            _("Open this link and press “Send my enquiry”. The link works for %(days)s days.") % {"days": DAYS[SENDER]},
        ],
        rows=[(_("Object"), offer_title(enquiry.offer))],
        button_url=url_to(SENDER, enquiry.association_id, enquiry.key, language=mail.language),
        button_label=_("Check and send"),
        otherwise=[_("Without this step nothing is sent, and what you typed is deleted after a week.")],
        why=_why(),
    ).message(enquiry.association)


def still_unconfirmed(mail: OutgoingMail) -> str | None:
    """The button makes no sense once it was pressed."""
    return None if enquiry_of(mail).state == EnquiryState.UNCONFIRMED else ALREADY_CONFIRMED


def queue_received(enquiry: Enquiry) -> None:
    """Confirm the enquiry to its sender."""
    _queue("premises.enquiry_received", enquiry)


def received(mail: OutgoingMail) -> Message:
    """Reference, object, and the day of the answer."""
    enquiry = enquiry_of(mail)
    return Letter(
        subject=_("%(reference)s: enquiry received") % {"reference": enquiry.reference},
        about=_("We have received your enquiry"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": enquiry.name},
            _("You hear from us by %(day)s.") % {"day": words.day(enquiry.answer_by)},
        ],
        rows=[
            (_("Reference"), enquiry.reference),
            (_("Object"), offer_title(enquiry.offer)),
            *([(_("Your message"), enquiry.message)] if enquiry.message else []),
        ],
        button_url=absolute(offer_url(enquiry.offer)),
        button_label=_("See the object"),
        otherwise=[_("To add something, answer this message.")],
        why=_why(),
    ).message(enquiry.association)


KINDS = (
    MailKind(
        name="premises.confirm_enquiry",
        label=gettext_lazy("Premises: confirm an enquiry"),
        mail_class=MailClass.TRANSACTIONAL,
        render=confirm_enquiry,
        entitled=still_unconfirmed,
    ),
    MailKind(
        name="premises.enquiry_received",
        label=gettext_lazy("Premises: enquiry received"),
        mail_class=MailClass.TRANSACTIONAL,
        render=received,
    ),
)
