"""Mails about a registration: its confirmation, the waiting list, an offer, and what becomes of the event."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from clusters.enums import ACTIVE, EventState, RegistrationState
from clusters.links import CONFIRM, CONFIRM_DAYS, MANAGE, url_to
from clusters.models import Event, Registration
from clusters.words import place_words, when_words
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message, nobody_objects
from promo_portal.mailing.letter import Letter
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute

HAS_CHANGED = gettext_noop("What this mail is about has changed meanwhile.")
TITLE_HINT = 40  # characters of a title that fit into a subject beside its first words


def queue(kind: str, registration: Registration, *, act: str = "") -> None:
    """Put one mail of a kind about a registration into the outbox; the same act never makes a second."""
    if not registration.email:
        return
    queue_mail(
        kind=kind,
        to_address=registration.email,
        language=registration.language,
        association_id=registration.association_id,
        subject=registration,
        idempotency_key=None if kind == "clusters.link" else f"{kind}:{registration.pk}:{act or registration.version}",
    )


def registration_of(mail: OutgoingMail) -> Registration:
    """The registration a mail is about, as it stands when the mail leaves."""
    related = ("event__association", "event__municipality", "association")
    return Registration.objects.select_related(*related).get(pk=_subject(mail))


def _subject(mail: OutgoingMail) -> int:
    """The number of the registration a mail is about; ours always have one."""
    assert mail.subject_id is not None
    return mail.subject_id


def short_title(event: Event) -> str:
    """An event's title, cut for a subject."""
    return event.title if len(event.title) <= TITLE_HINT else f"{event.title[: TITLE_HINT - 1].rstrip()}…"


def facts(registration: Registration) -> list[tuple[str, str]]:
    """When, where, who: what people look up in the mail on the morning of the event."""
    event = registration.event
    rows = [(_("When"), when_words(event)), (_("Where"), place_words(event)), (_("Price"), price_words(event))]
    if registration.state != RegistrationState.CANCELLED:
        people = ngettext("%(count)s person", "%(count)s people", registration.seats) % {"count": registration.seats}
        rows.append(
            (_("Registered"), f"{registration.name}, {people}" if registration.seats > 1 else registration.name)
        )
    return rows


def price_words(event: Event) -> str:
    """The price per person, or that there is none."""
    return _("%(amount)s a person") % {"amount": words.money(event.price)} if event.price else _("Free of charge")


def _hello(registration: Registration) -> str:
    return _("Hello %(name)s,") % {"name": registration.name}


def _why() -> str:
    return _("You receive this message because you registered for this event.")


def calendar_url(event: Event) -> str:
    """The file that puts the event into a calendar."""
    return absolute(reverse("clusters:event_calendar", args=[event.pk, event.slug]))


def _letter(
    registration: Registration,
    subject: str,
    paragraphs: list[str],
    *,
    button: str = "",
    otherwise: list[str] | None = None,
    with_facts: bool = True,
) -> Message:
    event = registration.event
    return Letter(
        subject=subject % {"title": short_title(event)},
        about=subject % {"title": event.title},
        paragraphs=[_hello(registration), *paragraphs],
        rows=facts(registration) if with_facts else [],
        button_url=url_to(MANAGE, registration) if button else "",
        button_label=button,
        otherwise=otherwise or [],
        why=_why(),
    ).message(event.association)


def _leaving(event: Event) -> str:
    """Until when one can cancel, so that others get the place."""
    until = event.cancel_until or event.starts_at
    return _("If you cannot come, cancel by this link until %(day)s: somebody else gets the place.") % {
        "day": f"{words.day(until)}, {words.hour(until)}"
    }


def confirm(mail: OutgoingMail) -> Message:
    """One step remains where the browser could not prove its work."""
    registration = registration_of(mail)
    event = registration.event
    return Letter(
        subject=_("One step remains: %(title)s") % {"title": short_title(event)},
        about=_("Your registration is not complete yet: %(title)s") % {"title": event.title},
        paragraphs=[
            _hello(registration),
            _("Open this link and press “Confirm my registration”. It works for %(days)s days.")
            % {"days": CONFIRM_DAYS},
            _("Until then no place is held for you."),
        ],
        rows=facts(registration),
        button_url=url_to(CONFIRM, registration),
        button_label=_("Confirm my registration"),
        why=_(
            "You receive this message because somebody registered with this address. If it was not you, do nothing:"
            " the entry will be deleted."
        ),
    ).message(event.association)


def confirmed(mail: OutgoingMail) -> Message:
    """The place is theirs: when, where, the calendar file, and how to cancel."""
    registration = registration_of(mail)
    event = registration.event
    return _letter(
        registration,
        _("Registered: %(title)s"),
        [ngettext("Your place is reserved.", "Your places are reserved.", registration.seats)],
        button=_("See, change or cancel"),
        otherwise=[_("Into your calendar: %(url)s") % {"url": calendar_url(event)}, _leaving(event)],
    )


def changed(mail: OutgoingMail) -> Message:
    """What the registration says now."""
    return _letter(
        registration_of(mail),
        _("Registration changed: %(title)s"),
        [_("Your change is noted. This is what your registration says now.")],
        button=_("See, change or cancel"),
    )


def waiting(mail: OutgoingMail) -> Message:
    """The house is full; the number, and the rule by which places are given."""
    registration = registration_of(mail)
    return _letter(
        registration,
        _("Waiting list: %(title)s"),
        [
            _("All places are taken. You are on the waiting list with number %(number)s.")
            % {"number": registration.waiting_number},
            _("As soon as a place becomes free it is offered to the first in the queue, for 48 hours, by mail."),
        ],
        button=_("See where I stand"),
        otherwise=[_("If you no longer want to come, leave the waiting list by the same link.")],
    )


def offer(mail: OutgoingMail) -> Message:
    """A place is free: accept it in time, or it goes to the next."""
    registration = registration_of(mail)
    until = registration.offer_until
    assert until is not None
    return _letter(
        registration,
        _("A place for you: %(title)s"),
        [
            _("A place has become free. It is held for you until %(when)s.")
            % {"when": f"{words.weekday(until)}, {words.hour(until)}"},
        ],
        button=_("Accept the place"),
        otherwise=[_("Without your answer it then goes to the next in the queue.")],
    )


def lapsed(mail: OutgoingMail) -> Message:
    """The time to accept is over."""
    registration = registration_of(mail)
    return _letter(
        registration,
        _("The offered place has lapsed: %(title)s"),
        [
            _("We had no answer, so the place goes to the next in the queue. Your registration has ended."),
            _("You can register again as long as registration is open."),
        ],
        with_facts=False,
    )


def cancelled(mail: OutgoingMail) -> Message:
    """The person is no longer expected."""
    return _letter(
        registration_of(mail),
        _("Cancelled: %(title)s"),
        [_("Your registration is cancelled. Somebody else gets the place.")],
        with_facts=False,
    )


def link(mail: OutgoingMail) -> Message:
    """Somebody registered again under an address that is registered."""
    return _letter(
        registration_of(mail),
        _("You are registered: %(title)s"),
        [_("A registration stands under this address already. This link shows, changes or cancels it.")],
        button=_("See my registration"),
    )


def event_cancelled(mail: OutgoingMail) -> Message:
    """The event does not take place, and why."""
    registration = registration_of(mail)
    return _letter(
        registration,
        _("Does not take place: %(title)s"),
        [
            _("The event of %(day)s has been called off.") % {"day": words.day(registration.event.starts_at)},
            _("Reason: %(reason)s") % {"reason": registration.event.state_reason},
            _("You need not do anything; your registration has ended with it."),
        ],
        with_facts=False,
    )


def event_changed(mail: OutgoingMail) -> Message:
    """Another date or place; the registration stays."""
    return _letter(
        registration_of(mail),
        _("New date or place: %(title)s"),
        [_("The event has changed. Your registration stays as it is; this is what holds now.")],
        button=_("See, change or cancel"),
    )


def reminder_message(registration: Registration) -> Message:
    """The event is near: when, where, how to cancel."""
    event = registration.event
    return _letter(
        registration,
        _("Soon: %(title)s"),
        [_("We look forward to seeing you on %(day)s.") % {"day": words.weekday(event.starts_at)}],
        button=_("See, change or cancel"),
        otherwise=[_leaving(event)],
    )


def only_while(
    *states: RegistrationState, event: EventState = EventState.PUBLISHED
) -> Callable[[OutgoingMail], str | None]:
    """Some mails make no sense once the registration or the event has moved on."""

    def entitled(mail: OutgoingMail) -> str | None:
        found = Registration.objects.select_related("event").filter(pk=_subject(mail)).first()
        still = found is not None and found.state in states and found.event.state == event
        return None if still else HAS_CHANGED

    return entitled


def _kind(
    name: str, label: object, render: Callable[[OutgoingMail], Message], entitled: Callable[[OutgoingMail], str | None]
) -> MailKind:
    return MailKind(
        name=f"clusters.{name}",
        label=label,  # type: ignore[arg-type]
        mail_class=MailClass.TRANSACTIONAL,
        render=render,
        entitled=entitled,
    )


KINDS = (
    _kind("confirm", gettext_lazy("registration: to be confirmed"), confirm, only_while(RegistrationState.PENDING)),
    _kind("confirmed", gettext_lazy("registration: confirmed"), confirmed, only_while(RegistrationState.CONFIRMED)),
    _kind("changed", gettext_lazy("registration: changed"), changed, only_while(*ACTIVE)),
    _kind("waiting", gettext_lazy("registration: waiting list"), waiting, only_while(RegistrationState.WAITING)),
    _kind("offer", gettext_lazy("registration: place offered"), offer, only_while(RegistrationState.OFFERED)),
    _kind("lapsed", gettext_lazy("registration: offer lapsed"), lapsed, nobody_objects),
    _kind("cancelled", gettext_lazy("registration: cancelled"), cancelled, nobody_objects),
    _kind("link", gettext_lazy("registration: link sent again"), link, only_while(*ACTIVE)),
    _kind("event_cancelled", gettext_lazy("event: called off"), event_cancelled, nobody_objects),
    _kind("event_changed", gettext_lazy("event: changed"), event_changed, only_while(*ACTIVE)),
)
