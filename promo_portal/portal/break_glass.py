"""Break-glass: an administrator opens one association's files for a stated reason and an hour, and its manager is told."""

from datetime import timedelta

from django.db import transaction

from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import BreakGlass
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.mailing.compose import queue_mail
from promo_portal.regions.models import Association

LASTS = timedelta(minutes=60)


class NotAnAdministrator(PermissionError):
    """Only administrators may break the glass."""


@transaction.atomic
def open_session(*, by: User, association: Association, reason: str) -> BreakGlass:
    """Open an association's files for an hour; a session still open is closed first, so there is never more than one.

    Raises ``NotAnAdministrator``. Every manager of the association gets a mail at once.
    """
    today = clock.today()
    if not Membership.objects.active(today).filter(user=by, role=Role.ADMINISTRATOR).exists():
        raise NotAnAdministrator
    for earlier in BreakGlass.objects.select_for_update().filter(actor_id=by.pk, closed_at=None):
        close_session(session=earlier, by=by)
    now = clock.now()
    session = BreakGlass.objects.create(
        actor_id=by.pk,
        actor_name=str(by),
        at=now,
        association_id=association.pk,
        reason=reason.strip(),
        expires_at=now + LASTS,
    )
    record_transition(
        subject=session, action="open", from_state="", to_state="open", by=by, reason=session.reason, at=now
    )
    for manager in Membership.objects.active(today).in_association(association.pk, Role.MANAGER).select_related("user"):
        queue_mail(
            kind="portal.break_glass",
            to_user=manager.user,
            association_id=association.pk,
            subject=session,
            idempotency_key=f"break-glass:{session.pk}:{manager.user_id}",
        )
    return session


@transaction.atomic
def close_session(*, session: BreakGlass, by: User) -> BreakGlass:
    """End a session before its hour is over; a session that has ended stays as it was."""
    row = BreakGlass.objects.select_for_update().get(pk=session.pk)
    now = clock.now()
    if row.closed_at is None and row.expires_at > now:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        record_transition(subject=row, action="close", from_state="open", to_state="closed", by=by, at=now)
    return row
