"""Addresses that get no more mail."""

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop

from promo_portal.core import clock
from promo_portal.mailing.models import AddressSuppression, MailClass

REASON_SUPPRESSED = gettext_noop("This address gets no more mail.")


def suppressions(address: str, mail_class: str) -> QuerySet[AddressSuppression]:
    """What stops mail of a class to an address, in whatever case it is written.

    Who asks for a sign-in code gets it, whatever they said about other mail, unless the mailbox does not exist.
    """
    found = AddressSuppression.objects.alias(small=Lower("email")).filter(small=address.lower())
    return found.filter(reason=AddressSuppression.Reason.BOUNCED) if mail_class == MailClass.SECRET else found


def is_suppressed(address: str, mail_class: str) -> bool:
    """Whether a mail of this class must not go to the address."""
    return suppressions(address, mail_class).exists()


def suppress(*, address: str, reason: AddressSuppression.Reason, detail: str = "") -> bool:
    """Stop mail to an address, because it does not exist or its owner said so; tells whether that is new."""
    if is_suppressed(address, MailClass.BROADCAST):
        return False
    row = AddressSuppression(email=address.lower(), reason=reason, detail=detail[:300], since=clock.now())
    AddressSuppression.objects.bulk_create([row], ignore_conflicts=True)
    return True
