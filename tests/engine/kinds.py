"""Kinds of mail, dates and long work that only the suite knows."""

import time
from collections.abc import Iterable

from django.db import transaction

from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.jobs.kinds import JobKind, ResultFile, WorkFailed
from promo_portal.jobs.kinds import register as register_job_kind
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Progress
from promo_portal.mailing.kinds import MailKind, Message, register_mail_kind
from promo_portal.mailing.models import AddressSuppression, MailClass, OutgoingMail
from promo_portal.mailing.rendering import message
from promo_portal.reminders.kinds import DeadlineKind, register_deadline_kind
from promo_portal.reminders.models import Deadline


def letter(mail: OutgoingMail) -> Message:
    return Message(
        subject=mail.params.get("subject", "Votre demande est arrivée"),
        text=f"Lettre {mail.params.get('number', 0)} à {mail.to_user or 'vous'}\n",
        html=f"<p>Lettre {mail.params.get('number', 0)}</p>",
        sender_name=mail.params.get("sender", ""),
        reply_to=mail.params.get("reply_to", ""),
        unsubscribe_url=mail.params.get("unsubscribe", ""),
    )


def code(mail: OutgoingMail) -> Message:
    return Message(subject="Votre code", text=f"{mail.params['code']}\n")


def templated(mail: OutgoingMail) -> Message:
    """A mail of the usual size, through the portal's own templates."""
    return message(
        "mailing/failures",
        subject="Votre dossier : une échéance jeudi",
        context={"rows": [{"kind": "Rappel", "reason": "-", "count": 1}], "count": 1, "button_url": "https://x.example/a",
                 "button_label": "Ouvrir"},
    )  # fmt: skip


def broken(mail: OutgoingMail) -> Message:
    raise KeyError(mail.params["number"])


def person(deadline: Deadline) -> User:
    return User.objects.get(pk=deadline.subject_id)


def belongs(deadline: Deadline, user: User) -> bool:
    return Membership.objects.active(clock.today()).filter(user=user, association_id=deadline.association_id).exists()


def the_person(deadline: Deadline, step: str) -> Iterable[User]:
    return [person(deadline)]


def reminder(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    return Message(subject=f"Échéance {step}", text=f"{step} du {deadline.local_date:%d.%m.%Y}\n", html="<p>…</p>")


LETTER = MailKind(name="engine.letter", label="letter", mail_class=MailClass.TRANSACTIONAL, render=letter)
BULLETIN = MailKind(name="engine.bulletin", label="bulletin", mail_class=MailClass.BROADCAST, render=letter)
CODE = MailKind(name="engine.code", label="code", mail_class=MailClass.SECRET, render=code, redact=frozenset({"code"}))
BROKEN = MailKind(name="engine.broken", label="broken", mail_class=MailClass.TRANSACTIONAL, render=broken)
TEMPLATED = MailKind(name="engine.templated", label="templated", mail_class=MailClass.REMINDER, render=templated)
DATE = DeadlineKind(
    name="engine.date",
    label="date",
    steps=("-7d", "-1d", "0d", "+3d"),
    recipients=the_person,
    render=reminder,
    is_entitled=belongs,
)
MONTHLY = DeadlineKind(
    name="engine.monthly",
    label="monthly date",
    steps=("-1mo", "-30d", "-2h"),
    recipients=the_person,
    render=reminder,
    is_entitled=belongs,
    is_open=lambda deadline: person(deadline).phone == "",
    expiry={"-2h": "+1h"},
)
EVERYDAY = DeadlineKind(
    name="engine.everyday",
    label="date with Sundays",
    steps=("0d",),
    recipients=the_person,
    render=reminder,
    is_entitled=belongs,
    working_days_only=False,
)


def counted(job: Job, progress: Progress) -> ResultFile:
    """As many rows as asked for, in one transaction; slowly where a test wants to interrupt it."""
    total = job.parameters["steps"]
    progress.at(0, total, "At work")
    with transaction.atomic():
        for number in range(total):
            AddressSuppression.objects.create(email=f"{number}@travail.example", reason="bounced")
            time.sleep(job.parameters.get("pause", 0))
            progress.at(number + 1)
            if number == job.parameters.get("breaks_at"):
                raise KeyError(number)
            if number == job.parameters.get("fails_at"):
                raise WorkFailed("Row %(row)s is wrong.", row=number)
    return ResultFile("résultat.txt", "text/plain", [b"fini ", b"\n"])


COUNTED = JobKind(name="engine.counted", label="counted rows", run=counted, is_resumable=True)
ONCE = JobKind(name="engine.once", label="work done once", run=counted)

_done: list[bool] = []


def register() -> None:
    """Make them known, once per process."""
    if _done:
        return
    _done.append(True)
    for kind in (LETTER, BULLETIN, CODE, BROKEN, TEMPLATED):
        register_mail_kind(kind)
    register_deadline_kind(DATE)
    register_deadline_kind(MONTHLY)
    register_deadline_kind(EVERYDAY)
    register_job_kind(COUNTED)
    register_job_kind(ONCE)
