"""The outbox's own mails: an address that does not exist, and the day's failures."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from promo_portal.accounts.enums import ADMIN_ROLES, Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock, slots
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message, UnknownKind, mail_kind, register_mail_kind
from promo_portal.mailing.models import MailClass, MailState, OutgoingMail
from promo_portal.mailing.rendering import absolute, message


def tell_owners(mail: OutgoingMail) -> None:
    """Tell whoever works for this recipient that the address does not take mail; about such a notice nobody is told."""
    if mail.kind == UNDELIVERABLE.name:
        return
    for owner in mail_kind(mail.kind).owners(mail):
        if owner.is_active and owner.pk != mail.to_user_id:
            queue_mail(
                kind=UNDELIVERABLE.name,
                to_user=owner,
                association_id=mail.association_id,
                subject_kind=mail.subject_kind,
                subject_id=mail.subject_id,
                params={"mail": str(mail.pk)},
                idempotency_key=f"undeliverable:{mail.pk}:{owner.pk}",
            )


def works_here(mail: OutgoingMail) -> str | None:
    """Notices about mail go to people who still work for the association."""
    roles = Membership.objects.active(clock.today()).filter(user=mail.to_user, role__in=ADMIN_ROLES)
    if mail.association_id is not None:
        roles = roles.filter(association_id=mail.association_id)
    return None if roles.exists() else NOT_STAFF


NOT_STAFF = gettext_noop("This person no longer works here.")


def _kind_label(mail: OutgoingMail) -> str:
    try:
        return str(mail_kind(mail.kind).label)
    except UnknownKind:
        return mail.kind


def record_title(mail: OutgoingMail) -> str:
    """The title of the record a mail is about, as its app tells it; empty where nobody does."""
    title = slots.subject_titles.get(mail.subject_kind)
    return (title(mail.subject_id) if title and mail.subject_id is not None else None) or ""


def record_url(mail: OutgoingMail) -> str:
    """The staff page of that record, or of the failed mails."""
    url = slots.subject_urls.get(mail.subject_kind)
    path = (url(mail.subject_id) if url and mail.subject_id is not None else None) or reverse("admin:mailing_failed")
    return absolute(path)


def undeliverable(mail: OutgoingMail) -> Message:
    """A mail to a founder or contact came back: somebody must find the right address."""
    returned = OutgoingMail.objects.get(pk=mail.params["mail"])
    return message(
        "mailing/undeliverable",
        subject=_("%(record)s: address without mailbox") % {"record": record_title(returned) or _kind_label(returned)},
        context={
            "returned": returned,
            "record": record_title(returned),
            "kind": _kind_label(returned),
            "button_url": record_url(returned),
            "button_label": _("Open the record"),
        },
    )


def failures(mail: OutgoingMail) -> Message:
    """The day's failed mails, counted by kind; the same list without mail is printed by ``manage.py mail_failures``."""
    rows = failed_by_kind(association_id=mail.association_id)
    count = sum(row["count"] for row in rows)
    return message(
        "mailing/failures",
        subject=_("Mail: %(count)s failed") % {"count": count},
        context={
            "rows": rows,
            "count": count,
            "button_url": absolute(reverse("admin:mailing_failed")),
            "button_label": _("See the failed mails"),
        },
    )


def failed_by_kind(*, association_id: int | None = None) -> list[dict[str, Any]]:
    """Failed and uncertain mails that nobody has dealt with, by kind and reason."""
    from django.db.models import Count

    found = OutgoingMail.objects.filter(state__in=(MailState.FAILED, MailState.UNKNOWN))
    if association_id is not None:
        found = found.filter(association_id=association_id)
    rows = found.values("kind", "state_reason").annotate(count=Count("pk")).order_by("kind", "state_reason")
    kinds = dict(slots.mail_kinds.items())
    counted = rows.values_list("kind", "state_reason", "count")
    return [
        {"kind": kinds[kind].label if kind in kinds else kind, "reason": _(reason) if reason else "–", "count": count}
        for kind, reason, count in counted
    ]


def queue_digest() -> int:
    """Queue the day's digest to managers (their association) and administrators (all); none where nothing failed."""
    today, queued = clock.today(), 0
    for member in (
        Membership.objects.active(today).filter(role__in=(Role.MANAGER, Role.ADMINISTRATOR)).select_related("user")
    ):
        if failed_by_kind(association_id=member.association_id):
            person: User = member.user
            queue_mail(
                kind=FAILURES.name,
                to_user=person,
                association_id=member.association_id,
                idempotency_key=f"failures:{today}:{member.pk}",
            )
            queued += 1
    return queued


UNDELIVERABLE = register_mail_kind(
    MailKind(
        name="mailing.undeliverable",
        label=gettext_lazy("notice of a returned mail"),
        mail_class=MailClass.TRANSACTIONAL,
        render=undeliverable,
        entitled=works_here,
    )
)
FAILURES = register_mail_kind(
    MailKind(
        name="mailing.failures",
        label=gettext_lazy("digest of failed mails"),
        mail_class=MailClass.TRANSACTIONAL,
        render=failures,
        entitled=works_here,
    )
)
