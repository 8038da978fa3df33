"""What known entries can do and who is there, beside what a file says of it: read only where a batch says something."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper

from companies import entry
from companies.imports import people
from companies.imports.further import More
from companies.imports.skills import detail_of

_CAPABILITIES = """
SELECT l.organisation_id, c.slug, l.detail
  FROM companies_organisationcapability l JOIN companies_capability c ON c.id = l.capability_id
 WHERE l.organisation_id = ANY(%s) ORDER BY l.organisation_id, c.slug
"""
_PEOPLE = f"""
SELECT organisation_id, is_main, left_on IS NOT NULL, {", ".join(entry.CONTACT_PARTS)}
  FROM companies_contact WHERE organisation_id = ANY(%s) ORDER BY organisation_id, is_main DESC, id
"""  # noqa: S608 - names of columns


class Links:
    """Capabilities and people of the entries of a batch."""

    def __init__(self) -> None:
        self._can: dict[int, dict[str, str]] = defaultdict(dict)
        self._people: dict[int, list[people.Known]] = defaultdict(list)

    def read(self, cursor: CursorWrapper, numbers: list[int], rows: Sequence[More]) -> None:
        """Ask for what the rows speak of."""
        if any(more.capabilities for more in rows):
            cursor.execute(_CAPABILITIES, [numbers])
            for number, slug, detail in cursor.fetchall():
                self._can[number][slug] = detail
        if any(more.person for more in rows):
            cursor.execute(_PEOPLE, [numbers])
            for number, is_main, has_left, *parts in cursor.fetchall():
                known = people.Known(
                    dict(zip(entry.CONTACT_PARTS, parts, strict=True)), is_main and not has_left, has_left
                )
                self._people[number].append(known)

    def changes(self, number: int, more: More) -> dict[str, tuple[str, str]]:
        """What a row says otherwise of an entry, as texts. Nothing is taken away: a file rarely names everything."""
        changes = {}
        has = self._can.get(number, {})
        wanted = has | {
            slug: detail
            for slug, detail in more.capabilities.items()
            if slug not in has or (detail and detail != detail_of(has[slug]))
        }
        if wanted != has:
            changes["capabilities"] = as_capabilities(has), as_capabilities(wanted)
        if more.person and (pair := self._person(number, more.person)):
            changes[entry.CONTACT] = pair
        return changes

    def _person(self, number: int, person: people.Person) -> tuple[str, str] | None:
        known = self._people.get(number, [])
        found = people.find(person, known)
        main = next((entry.contact_text(one.parts) for one in known if one.is_main), "")
        if found is None:
            return (main, entry.contact_text(person)) if person.get("last_name") else None
        before, after = entry.contact_text(found.parts), entry.contact_text(people.completed(found, person))
        return None if found.has_left or before == after else (main, after)

    def remark(self, number: int, person: people.Person) -> list[Any] | None:
        """Why nobody is asked about a person: too little is said of them, or they have left."""
        found = people.find(person, self._people.get(number, []))
        if found is None:
            return None if person.get("last_name") else people.nameless(person)
        return ["has_left", {"name": found.name}] if found.has_left else None

    def lacking(self, number: int, more: More) -> More:
        """What an entry does not have yet; nobody is put beside people who are there."""
        has, known = self._can.get(number, {}), self._people.get(number, [])
        person = more.person if more.person.get("last_name") and not known else {}
        return More(
            capabilities={slug: detail for slug, detail in more.capabilities.items() if slug not in has}, person=person
        )


def as_capabilities(can: Mapping[str, str]) -> str:
    """As ``entry.text_of`` writes capabilities."""
    return entry.BETWEEN.join(f"{slug}={detail}" if detail else slug for slug, detail in can.items())
