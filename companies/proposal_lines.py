"""Proposals as they stand on a page: many entries, few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from companies import entry
from companies.models import (
    Capability,
    ChangeProposal,
    Contact,
    Organisation,
    OrganisationActivity,
    OrganisationCapability,
)
from promo_portal.regions.models import ActivityCode, LegalForm, Municipality


@dataclass(frozen=True)
class Line:
    """One proposal beside what the entry says now, in words."""

    proposal: ChangeProposal
    label: str
    before: str
    after: str
    is_conflict: bool


@dataclass(frozen=True)
class Group:
    """An entry with its open proposals."""

    organisation: Organisation
    lines: list[Line]


def link_texts(numbers: Iterable[int]) -> dict[tuple[int, str], str]:
    """Activities, capabilities and main contacts of many entries as text, in three queries."""
    numbers = list(numbers)
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    activities = OrganisationActivity.objects.filter(organisation__in=numbers).select_related("activity")
    for activity in activities.order_by("organisation_id", "-is_main", "activity__code"):
        found[activity.organisation_id, "activities"].append(activity.activity.code)
    capabilities = OrganisationCapability.objects.filter(organisation__in=numbers).select_related("capability")
    for row in capabilities.order_by("organisation_id", "capability__slug"):
        text = f"{row.capability.slug}={row.detail}" if row.detail else row.capability.slug
        found[row.organisation_id, "capabilities"].append(text)
    between = {"activities": " ", "capabilities": entry.BETWEEN, entry.CONTACT: ""}
    for person in Contact.objects.filter(organisation__in=numbers, is_main=True, left_on=None):
        text = entry.contact_text({part: getattr(person, part) for part in entry.CONTACT_PARTS})
        found[person.organisation_id, entry.CONTACT].append(text)
    return {key: between[key[1]].join(texts) for key, texts in found.items()}


class Words:
    """Shows texts of related rows without asking for each: labels are gathered first."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        by_field: dict[str, set[str]] = defaultdict(set)
        for name, text in texts:
            by_field[name].update(self._keys(name, text))
        self._labels: dict[str, dict[str, str]] = {
            name: self._gather(name, keys) for name, keys in by_field.items() if keys
        }

    def _keys(self, name: str, text: str) -> Iterable[str]:
        if name == "activities":
            return text.split()
        if name == "capabilities":
            return [part.partition("=")[0] for part in text.split(entry.BETWEEN) if part]
        return [text] if name in {"municipality", "legal_form"} and text.isdecimal() else []

    def _gather(self, name: str, keys: set[str]) -> dict[str, str]:
        if name == "activities":
            return {row.code: str(row) for row in ActivityCode.objects.filter(code__in=keys)}
        if name == "capabilities":
            return {row.slug: row.label for row in Capability.objects.filter(slug__in=keys)}
        if name == "municipality":
            return {str(row.pk): str(row) for row in Municipality.objects.filter(pk__in=keys)}
        return {str(row.pk): str(row) for row in LegalForm.objects.filter(pk__in=keys)}

    def shown(self, name: str, text: str) -> str:
        """A stored text as people read it."""
        labels = self._labels.get(name)
        if name == "activities":
            return entry.BETWEEN.join((labels or {}).get(code, code) for code in text.split())
        if name == "capabilities":
            parts = [part.partition("=") for part in text.split(entry.BETWEEN) if part]
            return entry.BETWEEN.join(
                f"{(labels or {}).get(slug, slug)} ({detail})" if detail else (labels or {}).get(slug, slug)
                for slug, _equals, detail in parts
            )
        if name in {"municipality", "legal_form"}:
            return (labels or {}).get(text, text)
        return entry.shown(name, text)


def groups_of(organisations: Sequence[Organisation], proposals: Sequence[ChangeProposal]) -> list[Group]:
    """The proposals of a page by entry, each with what the entry says now."""
    links = link_texts(organisation.pk for organisation in organisations)
    by_number = {organisation.pk: organisation for organisation in organisations}

    def now(proposal: ChangeProposal) -> str:
        if proposal.field in {*entry.LINKS, entry.CONTACT}:
            return links.get((proposal.organisation_id, proposal.field), "")
        return entry.text_of(by_number[proposal.organisation_id], proposal.field)

    present = {proposal.pk: now(proposal) for proposal in proposals}
    words = Words(
        pair
        for proposal in proposals
        for pair in ((proposal.field, proposal.proposed), (proposal.field, present[proposal.pk]))
    )
    lines: dict[int, list[Line]] = defaultdict(list)
    for proposal in proposals:
        lines[proposal.organisation_id].append(
            Line(
                proposal=proposal,
                label=entry.label_of(proposal.field),
                before=words.shown(proposal.field, present[proposal.pk]),
                after=words.shown(proposal.field, proposal.proposed),
                is_conflict=present[proposal.pk] != proposal.current,
            )
        )
    return [Group(organisation, lines[organisation.pk]) for organisation in organisations if lines[organisation.pk]]
