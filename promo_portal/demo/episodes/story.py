"""What all episodes share: who acts, on which day, and the names of invented guests."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from companies.models import Organisation
from companies.names import key_of
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.demo.directory.chance import Lots
from promo_portal.demo.directory.entries import Person
from promo_portal.demo.directory.loader import SOURCE
from promo_portal.demo.directory.naming import Naming
from promo_portal.demo.directory.words import words
from promo_portal.demo.replay import Calendar
from promo_portal.regions.models import Association

Act = Callable[[datetime], Any]
Moments = Iterator[tuple[datetime, Act]]


class Stage:
    """The calendar, the staff, and a source of chance of the episodes' own."""

    def __init__(self, calendar: Calendar, people: dict[str, User], seed: int) -> None:
        self.calendar, self.people = calendar, people
        self.lots = Lots(f"{seed}:episodes")
        self.naming = Naming(self.lots, words())
        self.associations = {association.code: association for association in Association.objects.all()}
        held = Membership.objects.filter(role=Role.OFFICER).select_related("user")
        self._officers = {membership.association_id: membership.user for membership in held}

    def officer(self, association: Association | None) -> User:
        """Who keeps the directory, the premises and the clusters there."""
        return self._officers[association.pk if association else self.associations["cep"].pk]

    def at(self, days_ago: int) -> datetime:
        """An instant of a day's office hours."""
        return self.calendar.instant(days_ago, None)

    def in_order(self) -> Callable[[int], datetime]:
        """Instants of things that follow one another, also where a weekend puts two of them on one Friday."""
        last: datetime | None = None

        def at(days_ago: int) -> datetime:
            nonlocal last
            last = self.calendar.instant(days_ago, last)
            return last

        return at

    def guest(self, language: str = "fr") -> tuple[Person, str]:
        """Somebody with an address of their own."""
        person = self.naming.person(language)
        number = int(self.lots.chance() * 90) + 10
        name = f"{key_of(person.first_name)}.{key_of(person.last_name)}".replace(" ", "-")
        return person, f"{name}{number}@courrier.example"

    def organisations(self, code: str, *activities: str) -> list[Organisation]:
        """Published organisations of an association, of these main activities where some are named."""
        rows = Organisation.objects.filter(association=self.associations[code], state="published", source=SOURCE)
        if activities:
            rows = rows.filter(activity_links__is_main=True, activity_links__activity__code__in=activities)
        return list(rows.filter(parent=None).order_by("pk").distinct())
