"""What will leave in the next days: planned reminders by day, kind and step, to be read, held and released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from promo_portal.accounts.models import User
from promo_portal.accounts.permissions import may_open
from promo_portal.accounts.rights import Rights
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.scope import Scope, scope
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.emails import works_here
from promo_portal.mailing.kinds import MailKind, Message, register_mail_kind
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.permissions import visible
from promo_portal.mailing.workflow.sending import render_sample
from promo_portal.reminders.calendar import step as parsed
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.models import Reminder, ReminderState
from promo_portal.reminders.tick import outgoing

DAYS = 14
UPCOMING = (ReminderState.PLANNED, ReminderState.HELD)


@dataclass(frozen=True)
class Sending:
    """Reminders that leave together: one kind and step on one day."""

    day: date
    due_at: datetime  # of the first
    kind: str
    step: str
    is_held: bool
    count: int
    sample: int  # a reminder's number
    label: str
    words: str
    held_until: datetime | None = None
    held_reason: str = ""

    @property
    def key(self) -> str:
        """Its name in forms."""
        return f"{self.day.isoformat()}|{self.kind}|{self.step}"


def step_words(name: str) -> str:
    """A step in words: "7 days before"."""
    found = parsed(name)
    if found.amount == 0:
        return _("on the day")
    count = abs(found.amount)
    units = {
        "d": ngettext("%(count)s day", "%(count)s days", count),
        "w": ngettext("%(count)s week", "%(count)s weeks", count),
        "mo": ngettext("%(count)s month", "%(count)s months", count),
        "h": ngettext("%(count)s hour", "%(count)s hours", count),
    }
    span = units[found.unit] % {"count": count}
    return _("%(span)s before") % {"span": span} if found.amount < 0 else _("%(span)s after") % {"span": span}


def visible_reminders(rights: Rights) -> QuerySet[Reminder]:
    """Reminders that have not left, as far as somebody may see them."""
    rows = Reminder.objects.filter(state__in=UPCOMING)
    return visible(rights, rows, association="deadline__association_id", person="user_id")


def sendings(rights: Rights) -> list[Sending]:
    """The next fourteen days, and before them whatever is held, until somebody decides.

    What is due already is the tick's, which sends or drops it within a minute.
    """
    now = clock.now()
    end = now + timedelta(days=DAYS)
    rows = visible_reminders(rights).annotate(day=TruncDate("due_at", tzinfo=clock.ZURICH))
    groups = (
        rows.values("day", "deadline__kind", "step", "state", "held_until", "held_reason")
        .annotate(count=Count("pk"), sample=Min("pk"), due=Min("due_at"))
        .order_by("day", "deadline__kind", "step")
    )
    found = []
    for row in groups:
        is_held = row["state"] == ReminderState.HELD
        if is_held or now < row["due"] <= end:
            kind = deadline_kind(row["deadline__kind"])
            found.append(
                Sending(
                    day=row["day"],
                    due_at=row["due"],
                    kind=row["deadline__kind"],
                    step=row["step"],
                    is_held=is_held,
                    count=row["count"],
                    sample=row["sample"],
                    label=str(kind.label) if kind else row["deadline__kind"],
                    words=step_words(row["step"]),
                    held_until=row["held_until"],
                    held_reason=row["held_reason"],
                )
            )
    return found


def upcoming(rights: Rights) -> QuerySet[Reminder]:
    """Reminders of the next fourteen days and held ones, for the navigation."""
    now = clock.now()
    soon = Q(due_at__gt=now, due_at__lte=now + timedelta(days=DAYS))
    return visible_reminders(rights).filter(soon | Q(state=ReminderState.HELD))


def of_key(rights: Rights, key: str) -> QuerySet[Reminder]:
    """The reminders of a sending that a form names; none for a key that means nothing."""
    day, _bar, rest = key.partition("|")
    kind, _bar, step = rest.rpartition("|")
    rows = visible_reminders(rights)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        return rows.none()
    return rows.annotate(day=TruncDate("due_at", tzinfo=clock.ZURICH)).filter(
        day=wanted, deadline__kind=kind, step=step
    )


@transaction.atomic
def hold(*, rights: Rights, key: str, until: datetime | None, reason: str, by: User) -> int:
    """Keep a sending back until a day or until it is released; those already handed over are gone."""
    chosen = _locked(of_key(rights, key), ReminderState.PLANNED)
    Reminder.objects.filter(pk__in=[row.pk for row in chosen]).update(
        state=ReminderState.HELD, held_until=until, held_reason=reason[:300]
    )
    _record(chosen, "hold", reason, by)
    return len(chosen)


@transaction.atomic
def release(*, rights: Rights, key: str, by: User) -> int:
    """Let a held sending go; what is too late by then expires."""
    chosen = _locked(of_key(rights, key), ReminderState.HELD)
    Reminder.objects.filter(pk__in=[row.pk for row in chosen]).update(
        state=ReminderState.PLANNED, held_until=None, held_reason=""
    )
    _record(chosen, "release", "", by)
    return len(chosen)


def _locked(rows: QuerySet[Reminder], state: ReminderState) -> Sequence[Reminder]:
    numbers = list(rows.filter(state=state).values_list("pk", flat=True))
    found = Reminder.objects.filter(pk__in=numbers, state=state).select_related("deadline")
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _record(chosen: Sequence[Reminder], action: str, reason: str, by: User) -> None:
    """One line per date in its history."""
    Transition.unscoped.bulk_create(
        Transition(
            subject_kind="reminders.deadline",
            subject_id=row.deadline_id,
            association_id=row.deadline.association_id,
            action=f"reminder_{action}",
            reason=reason,
            actor_id=by.pk,
            actor_name=str(by),
            at=clock.now(),
        )
        for row in {row.deadline_id: row for row in chosen}.values()
    )


# -- samples -----------------------------------------------------------------------------------------------------------


def may_read_sample(rights: Rights, reminder: Reminder, person: User) -> bool:
    """A reminder tells of its record: who may not open that, may not read this either."""
    from promo_portal.accounts.enums import Role

    kind = deadline_kind(reminder.deadline.kind)
    if kind is None or not may_open(rights, kind.matrix_object, "read"):
        return False
    return rights.has(Role.MANAGER) or kind.is_entitled(reminder.deadline, person)


def sample_of(reminder: Reminder) -> Message:
    """What a planned reminder would say if it left now."""
    return render_sample(outgoing(reminder, clock.now()))


def send_sample(*, reminder: Reminder, to: User) -> OutgoingMail:
    """Send the text of a planned reminder to the staff member who asks."""
    return queue_mail(
        kind=SAMPLE.name,
        to_user=to,
        language=reminder.language,
        association_id=reminder.deadline.association_id,
        params={"reminder": reminder.pk},
    )


def _sample_mail(mail: OutgoingMail) -> Message:
    reminder = Reminder.objects.select_related("deadline", "user").get(pk=mail.params["reminder"])
    association = reminder.deadline.association_id
    with scope(Scope(associations=frozenset({association} if association else ()))):
        found = sample_of(reminder)
    return Message(
        subject=_("[Sample] %(subject)s") % {"subject": found.subject},
        text=found.text,
        html=found.html,
        sender_name=found.sender_name,
    )


SAMPLE = register_mail_kind(
    MailKind(
        name="reminders.sample",
        label=gettext_lazy("sample of a reminder"),
        mail_class=MailClass.TRANSACTIONAL,
        render=_sample_mail,
        entitled=works_here,
        owners=lambda _mail: (),
    )
)
