"""Messages between founder and coaches: written, read, told by mail once for what comes together."""

from datetime import datetime

from django.db import transaction

from coaching import emails
from coaching.models import CalendarFeed, CaseFile, CaseMessage
from coaching.workflow import tables
from coaching.workflow.locking import locked
from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import next_state


@transaction.atomic
def write_message(*, case: CaseFile, text: str, by: User, now: datetime) -> CaseMessage:
    """Write into the file's thread; the other side is told by mail. The same words again within a minute count once."""
    with association_scope(case.association_id):
        next_state(tables.CASE, locked(case).state, "write_message")
        last = CaseMessage.objects.filter(case_file=case).order_by("-written_at", "-pk").first()
        if last and last.author_id == by.pk and last.text == text and (now - last.written_at).total_seconds() < 60:  # noqa: PLR2004 - a second press
            return last
        message = CaseMessage(association_id=case.association_id, case_file=case, author=by, text=text, written_at=now)
        message.save()
        emails.queue_message(case, by=by, now=now)
    return message


@transaction.atomic
def mark_read(*, case: CaseFile, by: User, now: datetime) -> int:
    """What the other side wrote has been read; returns how many."""
    with association_scope(case.association_id):
        unread = CaseMessage.objects.filter(case_file=case, read_at=None)
        theirs = (
            unread.exclude(author=case.founder_id)
            if by.pk == case.founder_id
            else unread.filter(author=case.founder_id)
        )
        return theirs.update(read_at=now)


@transaction.atomic
def new_calendar(*, user: User, now: datetime) -> CalendarFeed:
    """A fresh secret address for a person's calendar; the one before answers nothing from now on."""
    withdraw_calendar(user=user, now=now)
    feed = CalendarFeed(user=user, made_at=now)
    feed.save()
    return feed


@transaction.atomic
def withdraw_calendar(*, user: User, now: datetime) -> None:
    """Close the address that a person's calendar program uses."""
    User.objects.select_for_update().get(pk=user.pk)
    CalendarFeed.objects.filter(user=user, withdrawn_at=None).update(withdrawn_at=now)
