"""Following a search: saved, confirmed from the mailbox, alerted of what is new, changed, ended, forgotten.

Staff never act for a reader; every step here is a reader's own, or the clock's.
"""

from collections.abc import Iterable
from dataclasses import astuple
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import chain

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils.text import Truncator
from django.utils.translation import override

from companies import alerts
from companies.emails import alerts as mails
from companies.enums import AlertState, Rhythm
from companies.models import AlertReader, SavedSearch, SavedSearchAlert, SearchNews
from companies.search.alerting import Asked, Watched, forget_news, new_matches
from companies.workflow import tables
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import next_state

READER = "reader"
MOST_SEARCHES = 20  # that one address may follow
LONGEST_TITLE = 300
MOST_TOLD = 100  # entries of one alert; beyond, the mail says that there are more
FROM_HOUR = 7  # in Zurich: alerts are read over the first coffee
BATCH = 500
DAY = 24 * 3600  # seconds
OVERLAP = timedelta(hours=1)  # changes are written when they begin and seen when they are committed
UNCONFIRMED_KEPT = timedelta(days=7)
ENDED_KEPT = timedelta(days=30)
ALERTS_KEPT = timedelta(days=100)


@transaction.atomic
def save_search(*, email: str, query: str, rhythm: str, language: str, now: datetime) -> SavedSearch | None:
    """Save a search for an address and mail it the button that begins the alerts.

    Whoever follows the search already, or as many as one address may, gets the list of their searches instead: the page
    that called says the same in every case, so that nobody learns whose address is known. ``None`` where nothing was saved.
    """
    reader = _reader(email, now)
    live = reader.searches.live()
    known = live.filter(query=query).first()
    if known is None and live.count() >= MOST_SEARCHES:
        mails.queue_known(reader, language=language, is_full=True)
        return None
    if known is not None and known.state == AlertState.ACTIVE:
        mails.queue_known(reader, language=language)
        return known
    if known is None:
        known = SavedSearch(reader=reader, query=query)
    with override(language):
        asked = alerts.asked_of(query)
        known.title = Truncator(alerts.said(asked)).chars(LONGEST_TITLE)
    known.association = alerts.association_of(asked)
    known.rhythm, known.language, known.created_at = rhythm, language, now
    known.save()
    mails.queue_confirm(known)
    return known


def _reader(email: str, now: datetime) -> AlertReader:
    """The row of an address, locked: two windows of one person come one after the other."""
    small = email.lower()
    AlertReader.objects.bulk_create([AlertReader(email=small, created_at=now)], ignore_conflicts=True)
    return AlertReader.objects.select_for_update().get(email=small)


@transaction.atomic
def confirm_search(*, search: SavedSearch, now: datetime) -> SavedSearch:
    """The reader has pressed the button in their mailbox: from this moment on, what is new counts."""
    search = _locked(search)
    today = now.astimezone(clock.ZURICH).date()
    search.confirmed_at, search.looked_at, search.looked_on = now, now, today
    return _move(search, "confirm", now, "confirmed_at", "looked_at", "looked_on")


@transaction.atomic
def change_rhythm(*, search: SavedSearch, rhythm: Rhythm, now: datetime) -> SavedSearch:
    """Hear of it more or less often."""
    search = _locked(search)
    if search.rhythm == rhythm:
        return search
    search.rhythm = rhythm
    return _move(search, "change", now, "rhythm")


@transaction.atomic
def end_searches(*, searches: Iterable[SavedSearch], now: datetime) -> int:
    """No more alerts about these; what has ended already stays as it is. Returns how many ended now."""
    count = 0
    for row in sorted(searches, key=lambda search: search.pk):
        search = _locked(row)
        if (search.state, "end") in tables.ALERT:
            search.ended_at = now
            _move(search, "end", now, "ended_at")
            count += 1
    return count


def _locked(search: SavedSearch) -> SavedSearch:
    return SavedSearch.objects.select_for_update(of=("self",)).select_related("reader").get(pk=search.pk)


def _move(search: SavedSearch, action: str, now: datetime, *fields: str) -> SavedSearch:
    before = search.state
    search.state = next_state(tables.ALERT, search.state, action)
    search.save(update_fields=["state", *fields])
    record_transition(subject=search, action=action, from_state=before, to_state=search.state, by=READER, at=now)
    return search


# -- the clock's part --------------------------------------------------------------------------------------------------


def alert_pass(*, now: datetime | None = None) -> int:
    """Once a day per search, from seven in the morning: queue a mail wherever something new fits. Returns how many mails.

    May run at any time, twice, late, and several times at once: each search is looked at under its lock and marked with
    the day in the transaction that queues its mail.
    """
    moment = now or clock.now()
    local = moment.astimezone(clock.ZURICH)
    if local.hour < FROM_HOUR:
        return 0
    queued = 0
    while (made := _next_batch(local.date(), moment)) is not None:
        queued += made
    with transaction.atomic():
        _forget_news()
    return queued


@transaction.atomic
def _next_batch(today: date, moment: datetime) -> int | None:
    """Look through some of the searches that are due; ``None`` where none is left (or others hold the rest)."""
    rows = SavedSearch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("reader")
    batch = list(rows.due(today).order_by("pk")[:BATCH])
    if not batch:
        return None
    newest = SearchNews.objects.filter(at__lte=moment).aggregate(at=Max("at"))["at"]
    told = _told(batch) if newest else {}
    watched = _watched({search.query for search in batch}) if newest else {}
    asked = []
    for number, search in enumerate(batch):
        assert search.looked_at is not None
        assert search.confirmed_at is not None
        since = max(search.looked_at - OVERLAP, search.confirmed_at)
        if newest is not None and newest > since:
            asked.append(Asked(number, watched[search.query], since, told.get(search.pk, [])))
    made = 0
    if asked:
        with connection.cursor() as cursor:
            found = new_matches(cursor, asked, until=moment, limit=MOST_TOLD + 1)
        made = sum(_tell(search, today, found[number]) for number, search in enumerate(batch) if number in found)
    SavedSearch.objects.filter(pk__in=[search.pk for search in batch]).update(looked_at=moment, looked_on=today)
    return made


def _watched(queries: set[str]) -> dict[str, Watched]:
    """What the searches ask of documents. Asking the vocabulary is nine tenths of the work, so its answer is kept for
    some days, each search's for another while: a new synonym reaches a followed search within nine days.
    """
    keys = {f"alert:{sha256(query.encode()).hexdigest()}": query for query in queries}
    kept = cache.get_many(keys)
    found: dict[str, Watched] = {}
    meant: dict[str, str] = {}
    for key, query in keys.items():
        if key in kept:
            found[query] = Watched(*kept[key])
            continue
        asked = alerts.asked_of(query)
        # Who follows a cluster that was withdrawn did not ask for the news of the whole directory.
        found[query] = Watched(is_empty=True) if asked.lost else Watched.of(asked.criteria, meant)
        cache.set(key, astuple(found[query]), (5 + int(key[-4:], 16) % 5) * DAY)
    return found


def _told(batch: list[SavedSearch]) -> dict[int, list[int]]:
    """What each reader has heard of lately: an entry that comes and goes is told once."""
    found: dict[int, list[int]] = {}
    rows = SavedSearchAlert.objects.filter(search__in=batch).order_by("pk").values_list("search_id", "organisations")
    for pk, numbers in rows:
        found[pk] = list(chain(found.get(pk, []), numbers))
    return found


def _tell(search: SavedSearch, today: date, found: list[int]) -> int:
    alert, is_new = SavedSearchAlert.objects.get_or_create(
        search=search, day=today, defaults={"organisations": found[:MOST_TOLD], "is_cut": len(found) > MOST_TOLD}
    )
    if is_new:
        mails.queue_alert(search, alert)
    return int(is_new)


def _forget_news() -> None:
    oldest = SavedSearch.objects.filter(state=AlertState.ACTIVE).aggregate(at=Min("looked_at"))["at"]
    with connection.cursor() as cursor:
        forget_news(cursor, oldest - OVERLAP if oldest else None)


@transaction.atomic
def forget_searches(*, now: datetime) -> int:
    """Delete what was never confirmed within a week, what ended a month ago, and addresses without any search."""
    old = SavedSearch.objects.filter(state=AlertState.WAITING, created_at__lt=now - UNCONFIRMED_KEPT)
    ended = SavedSearch.objects.filter(state=AlertState.ENDED, ended_at__lt=now - ENDED_KEPT)
    count = old.delete()[1].get("companies.SavedSearch", 0) + ended.delete()[1].get("companies.SavedSearch", 0)
    SavedSearchAlert.objects.filter(day__lt=(now - ALERTS_KEPT).date()).delete()
    AlertReader.objects.filter(searches=None, created_at__lt=now - timedelta(hours=1)).delete()
    return count
