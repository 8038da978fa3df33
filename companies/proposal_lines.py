"""Proposals as they stand on a page: many entries, few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from companies import entry
from companies.models import (
    Capability,
    ChangeProposal,
    Contact,
    Organisation,
    OrganisationActivity,
    OrganisationCapability,
    OrganisationPicture,
    ProposedPicture,
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
    pictures: tuple["Shown", "Shown"] | None = None  # what is there, and what is proposed


@dataclass(frozen=True)
class Shown:
    """A picture beside its words; without a key there is none, or the scanner has yet to pass it."""

    kind: str
    words: list[str]
    key: UUID | None = None
    width: int = 0
    height: int = 0
    state: str = ""


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


def _present_pictures(proposals: Sequence[ChangeProposal]) -> dict[tuple[int, str], OrganisationPicture]:
    numbers = {row.organisation_id for row in proposals if row.field in entry.PICTURES}
    rows = OrganisationPicture.objects.filter(organisation__in=numbers) if numbers else ()
    return {(row.organisation_id, row.kind): row for row in rows}


def _proposed_pictures(proposals: Sequence[ChangeProposal]) -> dict[int, ProposedPicture]:
    numbers = {row.pk for row in proposals if row.field in entry.PICTURES}
    rows = ProposedPicture.objects.filter(proposal__in=numbers) if numbers else ()
    return {row.proposal_id: row for row in rows}


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


def _beside(kind: str, text: str, picture: OrganisationPicture | ProposedPicture | None) -> Shown:
    said = entry.said_of_picture(text)
    if picture is None:
        return Shown(kind, said)
    return Shown(kind, said, picture.key, picture.width, picture.height, picture.state)


def groups_of(organisations: Sequence[Organisation], proposals: Sequence[ChangeProposal]) -> list[Group]:
    """The proposals of a page by entry, each with what the entry says now."""
    links = link_texts(organisation.pk for organisation in organisations)
    pictures, proposed = _present_pictures(proposals), _proposed_pictures(proposals)
    by_number = {organisation.pk: organisation for organisation in organisations}

    def now(proposal: ChangeProposal) -> str:
        if proposal.field in {*entry.LINKS, entry.CONTACT}:
            return links.get((proposal.organisation_id, proposal.field), "")
        if proposal.field in entry.PICTURES:
            return entry.text_of_picture(pictures.get((proposal.organisation_id, proposal.field)))
        return entry.text_of(by_number[proposal.organisation_id], proposal.field)

    present = {proposal.pk: now(proposal) for proposal in proposals}
    words = Words(
        pair
        for proposal in proposals
        for pair in ((proposal.field, proposal.proposed), (proposal.field, present[proposal.pk]))
    )

    def both(proposal: ChangeProposal) -> tuple[Shown, Shown] | None:
        if proposal.field not in entry.PICTURES:
            return None
        before = pictures.get((proposal.organisation_id, proposal.field))
        after = proposed.get(proposal.pk) or (before if proposal.proposed else None)
        return (
            _beside(proposal.field, present[proposal.pk], before),
            _beside(proposal.field, proposal.proposed, after),
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
                pictures=both(proposal),
            )
        )
    return [Group(organisation, lines[organisation.pk]) for organisation in organisations if lines[organisation.pk]]
