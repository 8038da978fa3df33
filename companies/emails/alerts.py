"""What readers of the directory get about searches they follow: the button that begins it, and what is new."""

from datetime import date

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from companies.alerts import list_url
from companies.enums import AlertState
from companies.links import ALERT_CONFIRM, ALERT_DAYS, ALERT_MANAGE, ALERT_STOP, alert_token, url_to
from companies.models import AlertReader, Organisation, SavedSearch, SavedSearchAlert
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.letter import Letter
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute

SHOWN = 20  # entries that a mail names; the others are one press away
CONFIRMED = gettext_noop("The search has been confirmed or ended meanwhile.")
ENDED = gettext_noop("The reader does not follow this search any more.")
NOTHING_LEFT = gettext_noop("None of the entries is public any more.")


def _search_of(mail: OutgoingMail) -> SavedSearch:
    assert mail.subject_id is not None
    return SavedSearch.objects.select_related("reader", "association").get(pk=mail.subject_id)


def _manage_url(reader: AlertReader, language: str) -> str:
    return url_to("companies:alerts", alert_token(ALERT_MANAGE, reader.key), language=language)


def nobody(mail: OutgoingMail) -> tuple[()]:
    """A reader's address that does not exist is nobody's work: it gets no more mail, that is all."""
    return ()


# -- the button that begins it -----------------------------------------------------------------------------------------


def queue_confirm(search: SavedSearch) -> None:
    """Mail the button without which nothing begins."""
    queue_mail(
        kind="companies.alert_confirm",
        to_address=search.reader.email,
        language=search.language,
        association_id=search.association_id,
        subject=search,
    )


def confirm(mail: OutgoingMail) -> Message:
    """One step remains."""
    search = _search_of(mail)
    return Letter(
        subject=_("Follow a search: one step remains"),
        about=_("You want to hear what is new in the company directory"),
        paragraphs=[
            _("Open this link and press “Follow this search”. The link works for %(days)s days.")
            % {"days": ALERT_DAYS[ALERT_CONFIRM]}
        ],
        rows=[(_("Search"), search.title), (_("Messages"), _first_big(search.get_rhythm_display()))],
        button_url=url_to("companies:alert_confirm", alert_token(ALERT_CONFIRM, search.key), language=mail.language),
        button_label=_("Check and follow"),
        otherwise=[_("Without this step you get no messages, and your address is deleted after a week.")],
        why=_(
            "You receive this message because somebody entered this address in the company directory."
            " If it was not you, do nothing."
        ),
    ).message(search.association)


def _first_big(text: str) -> str:
    return text[:1].upper() + text[1:]


def still_waiting(mail: OutgoingMail) -> str | None:
    """The button makes no sense once it was pressed."""
    found = SavedSearch.objects.filter(pk=mail.subject_id or 0, state=AlertState.WAITING).exists()
    return None if found else CONFIRMED


# -- who follows it already ----------------------------------------------------------------------------------------------


def queue_known(reader: AlertReader, *, language: str, is_full: bool = False) -> None:
    """Mail the list of a reader's searches, where saving one more changes nothing."""
    queue_mail(
        kind="companies.alert_known",
        to_address=reader.email,
        language=language,
        subject_kind="companies.alertreader",
        subject_id=reader.pk,
        params={"is_full": is_full},
    )


def known(mail: OutgoingMail) -> Message:
    """The searches that the address follows, with the way to change them."""
    reader = AlertReader.objects.get(pk=mail.subject_id or 0)
    live = list(reader.searches.live().order_by("pk"))
    if mail.params.get("is_full"):
        text = ngettext(
            "You follow %(count)s search, and that is as many as one address can. End one to follow another.",
            "You follow %(count)s searches, and that is as many as one address can. End one to follow another.",
            len(live),
        ) % {"count": len(live)}
    else:
        text = _("You follow this search already. Nothing has changed.")
    return Letter(
        subject=_("Your searches in the company directory"),
        about=_("Your searches in the company directory"),
        paragraphs=[text],
        rows=[(row.title, _first_big(row.get_rhythm_display())) for row in live],
        button_url=_manage_url(reader, mail.language),
        button_label=_("See or change my searches"),
        why=_(
            "You receive this message because somebody entered this address in the company directory."
            " If it was not you, do nothing."
        ),
    ).message(None)


def still_known(mail: OutgoingMail) -> str | None:
    """Whoever has ended everything meanwhile is not written to."""
    return None if AlertReader.objects.filter(pk=mail.subject_id or 0).exists() else ENDED


# -- what is new -----------------------------------------------------------------------------------------------------------


def queue_alert(search: SavedSearch, alert: SavedSearchAlert) -> None:
    """Mail what is new in a search; twice on one day is the same mail."""
    queue_mail(
        kind="companies.alert",
        to_address=search.reader.email,
        language=search.language,
        association_id=search.association_id,
        subject=search,
        params={"alert": alert.pk},
        idempotency_key=f"alert:{search.pk}:{alert.day}",
    )


def entries_of(alert: SavedSearchAlert) -> list[Organisation]:
    """The entries of an alert that the public sees at the moment it is read, by name."""
    rows = Organisation.objects.published(clock.today()).filter(pk__in=alert.organisations)
    return list(rows.order_by("name_key", "pk"))


def alert(mail: OutgoingMail) -> Message:
    """Names and places, each with its page; the search itself behind the button."""
    search = _search_of(mail)
    told = SavedSearchAlert.objects.get(pk=mail.params["alert"], search=search)
    found = entries_of(told)
    if told.is_cut:
        count = _("More than %(count)s new entries") % {"count": words.number(len(told.organisations))}
    else:
        count = ngettext("%(count)s new entry", "%(count)s new entries", len(found)) % {
            "count": words.number(len(found))
        }
    rest = len(found) - SHOWN
    return Letter(
        subject=_("Company directory: %(count)s") % {"count": _first_small(count)},
        about=search.title,
        paragraphs=[
            _("%(count)s since %(day)s. They were added, or have begun to fit your search.")
            % {"count": count, "day": words.day(_since(search, told))}
        ],
        links=[
            (
                one.name,
                f"{one.postcode} {one.locality}".strip(),
                _page_of(one, mail.language),
            )
            for one in found[:SHOWN]
        ],
        button_url=list_url(search.query, language=mail.language),
        button_label=_("See the whole search"),
        otherwise=[
            *([_("And %(count)s more.") % {"count": words.number(rest)}] if rest > 0 else []),
            _("Change or end your searches: %(url)s") % {"url": _manage_url(search.reader, mail.language)},
        ],
        why=_("You receive this message because you follow this search in the company directory."),
        unsubscribe_url=url_to("companies:alert_stop", alert_token(ALERT_STOP, search.key), language=mail.language),
        unsubscribe_label=_("No more messages about this search"),
    ).message(search.association)


def _since(search: SavedSearch, told: SavedSearchAlert) -> date:
    """The day of the alert before, or the one on which the search was confirmed."""
    before = search.alerts.filter(day__lt=told.day).order_by("-day").values_list("day", flat=True).first()
    assert search.confirmed_at is not None
    return before or search.confirmed_at.astimezone(clock.ZURICH).date()


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _page_of(entry: Organisation, language: str) -> str:
    with translation.override(language):
        return absolute(reverse("companies:detail", args=[entry.pk, entry.slug]))


def still_followed(mail: OutgoingMail) -> str | None:
    """Asked between claiming and sending: who has ended the search gets nothing, nor who would read an empty list."""
    search = SavedSearch.objects.filter(pk=mail.subject_id or 0, state=AlertState.ACTIVE).first()
    told = SavedSearchAlert.objects.filter(pk=mail.params["alert"]).first()
    if search is None or told is None:
        return ENDED
    return None if entries_of(told) else NOTHING_LEFT


KINDS = (
    MailKind(
        name="companies.alert_confirm",
        label=gettext_lazy("Directory: confirm a saved search"),
        mail_class=MailClass.TRANSACTIONAL,
        render=confirm,
        entitled=still_waiting,
        owners=nobody,
    ),
    MailKind(
        name="companies.alert_known",
        label=gettext_lazy("Directory: list of saved searches"),
        mail_class=MailClass.TRANSACTIONAL,
        render=known,
        entitled=still_known,
        owners=nobody,
    ),
    MailKind(
        name="companies.alert",
        label=gettext_lazy("Directory: what is new in a saved search"),
        mail_class=MailClass.BROADCAST,
        render=alert,
        entitled=still_followed,
        owners=nobody,
    ),
)
