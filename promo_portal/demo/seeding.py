"""Loading the demo: places, people, then history by replay. Once; the same seed gives the same history."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.db import connection, transaction
from django.db.models import F

from coaching.models import CaseFile, CoachingRequest
from companies.exports.bulk import nightly_build
from companies.models import Organisation
from companies.search import rebuild as rebuild_search
from companies.vocabulary import load_capabilities
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.scope import Scope, scope
from promo_portal.demo.access import is_allowed
from promo_portal.demo.directory.loader import begin_history, load_organisations
from promo_portal.demo.earlier.told import told as earlier_years
from promo_portal.demo.episodes import Stage, episodes
from promo_portal.demo.models import Seeding
from promo_portal.demo.people import create_cast, equip
from promo_portal.demo.replay import Calendar, Cast, Thread, play, timeline
from promo_portal.demo.stories import stories as all_stories
from promo_portal.demo.stories.plot import Story
from promo_portal.mailing.models import WAITING, MailState, OutgoingMail
from promo_portal.mailing.workflow import send_waiting
from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.tick import due_reminders, tick

DEFAULT_SEED = 1
DEFAULT_ORGANISATIONS = 400
SENDING_SECONDS = 60
PROLOGUE = timedelta(days=1150)  # the cast is there before the first founder


class SeedingRefusedError(Exception):
    """Not a demonstration, or one that already holds something else."""


@dataclass(frozen=True)
class Seeded:
    """What the demo holds now."""

    is_new: bool
    organisations: int
    people: int
    requests: int
    files: int
    mails: int
    waiting: int
    rows: dict[str, int]  # of every model that the staff's site shows


def seed_demo(
    *,
    seed: int = DEFAULT_SEED,
    organisations: int = DEFAULT_ORGANISATIONS,
    stories: Iterable[Story] | None = None,
    earlier: bool | None = None,
    told: Callable[[int], Any] = lambda done: None,
) -> Seeded:
    """Load the demo's data unless they are there; raises ``SeedingRefusedError``.

    The finished files of earlier years come with all stories, with some of them only where ``earlier`` says so.
    A later call with more organisations adds what is missing and leaves everything else as it is.
    """
    if not is_allowed():
        msg = "The demo's data belong to a demonstration only."
        raise SeedingRefusedError(msg)
    done = Seeding.objects.first()
    if done is not None:
        if done.finished_at is None:
            msg = "Loading the demo's data was cut short. Drop them with `make reset` and start again."
            raise SeedingRefusedError(msg)
        added = load_organisations(organisations, seed=done.seed, told=told)
        if added:
            begin_history()
            rebuild_search()
        return _count(is_new=bool(added))
    if User.objects.exists():
        msg = "There are people in this database already: it is not an empty demonstration."
        raise SeedingRefusedError(msg)
    marker = Seeding.objects.create(seed=seed, began_at=clock.real_now())
    load_regions()
    load_capabilities()
    load_organisations(organisations, seed=seed, told=told)
    begin_history()
    chosen = tuple(all_stories() if stories is None else stories)
    _load(seed, chosen, has_past=stories is None if earlier is None else earlier, until=clock.now())
    rebuild_search()
    nightly_build(now=clock.now())  # only asked for: the worker makes the open data files once the first page stands
    marker.finished_at = clock.real_now()
    marker.save()
    return _count(is_new=True)


def _load(seed: int, stories: tuple[Story, ...], *, has_past: bool, until: datetime) -> None:
    with clock.standing_still(until - PROLOGUE):
        people = create_cast()
    cast = Cast(people=people, managers=_managers(), places=_places(stories))
    calendar = Calendar(today=until.astimezone(clock.ZURICH).date(), random=Random(seed))  # noqa: S311 - a story
    threads = [Thread(story, cast, calendar) for story in stories]
    associations = list(Association.objects.values_list("pk", flat=True))
    with _in_a_hurry():
        told = [moment for thread in threads for moment in thread.moments()]
        stage = Stage(Calendar(today=calendar.today, random=Random(seed + 1)), people, seed)  # noqa: S311 - a story
        told += episodes(stage)
        if has_past:
            calendar = Calendar(today=calendar.today, random=Random(seed + 2))  # noqa: S311 - a story
            told += earlier_years(Stage(calendar, people, seed + 2))
        play(timeline(told), until=until, clockwork=_clockwork, association_ids=associations)
    # Sent long ago, so they do not count for the limit of this very minute.
    OutgoingMail.objects.filter(state=MailState.SENT).update(attempted_at=F("sent_at"))
    equip(seed)


def _clockwork() -> None:
    """What beat and worker do at this instant; a look first spares the many passes that would find nothing."""
    now = clock.now()
    if due_reminders(now).exists():
        tick()
    if OutgoingMail.objects.filter(state__in=WAITING, send_after__lte=now).exists():
        send_waiting(seconds=SENDING_SECONDS)


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    """Months of commits and mail in a few seconds: no waiting for the disk, no limit per minute."""
    limit, settings.MAIL_MAX_PER_MINUTE = settings.MAIL_MAX_PER_MINUTE, 0
    _wait_for_disk(wait=False)
    try:
        yield
    finally:
        settings.MAIL_MAX_PER_MINUTE = limit
        _wait_for_disk(wait=True)


def _wait_for_disk(*, wait: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit TO {'on' if wait else 'off'}")


def _managers() -> dict[int, User]:
    held = Membership.objects.filter(role=Role.MANAGER).select_related("user")
    return {membership.association_id: membership.user for membership in held if membership.association_id}


def _places(stories: tuple[Story, ...]) -> dict[int, Municipality]:
    wanted = {story.municipality for story in stories} | {story.forwarded_to for story in stories}
    found = Municipality.objects.filter(bfs__in=wanted).select_related("district__region__association")
    return {place.bfs: place for place in found}


def _count(*, is_new: bool) -> Seeded:
    associations = frozenset(Association.objects.values_list("pk", flat=True))
    with transaction.atomic(), scope(Scope(associations=associations)):
        return Seeded(
            is_new=is_new,
            organisations=Organisation.objects.count(),
            people=User.objects.count(),
            requests=CoachingRequest.unscoped.count(),
            files=CaseFile.unscoped.count(),
            mails=OutgoingMail.objects.filter(state=MailState.SENT).count(),
            waiting=OutgoingMail.objects.filter(state__in=WAITING).count(),
            rows={model._meta.label_lower: rows_of(model) for model in site._registry},  # noqa: SLF001 - no public list
        )


def rows_of(model: Any) -> int:
    """How many rows a model has, whoever may see them; the scope in force must hold every association."""
    return int(getattr(model, "unscoped", model._default_manager).count())  # noqa: SLF001 - whatever it is called
