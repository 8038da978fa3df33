"""Changes that somebody proposes and staff decide, field by field or many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from companies import entry
from companies.changed import organisations_changed
from companies.enums import ProposalState
from companies.models import ChangeProposal, ImportRun, MailRefusal, Organisation
from companies.workflow import tables
from companies.workflow.entries import NoSuchPlace, place_of
from companies.workflow.locking import locked, save
from companies.workflow.outcomes import tell_outcomes
from companies.workflow.proposed_pictures import PictureNotReady, let_go_of_picture, take_over
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.regions.models import Municipality

ASKED_BEFORE = (ProposalState.OPEN, ProposalState.REFUSED)


class CannotApply(Exception):
    """The proposed value does not fit the entry; the sentence says why, and nothing was changed."""

    @property
    def message(self) -> str:
        """What a person reads."""
        return str(self)


@dataclass
class Decided:
    """What a decision on many proposals did."""

    done: list[ChangeProposal] = field(default_factory=list)
    skipped: list[tuple[ChangeProposal, str]] = field(default_factory=list)


def is_conflict(proposal: ChangeProposal, organisation: Organisation) -> bool:
    """Whether the entry was changed after the proposal was made: then nobody accepts it unread."""
    return entry.text_of(organisation, proposal.field) != proposal.current


@transaction.atomic
def propose_changes(
    *,
    organisation: Organisation,
    values: Mapping[str, str],
    source: str,
    source_detail: str = "",
    by: Any = None,
    now: datetime,
    import_run: ImportRun | None = None,
    answer_to: str = "",
) -> list[ChangeProposal]:
    """Propose texts for fields. What the entry says already, and what was asked before (still open, or refused),
    is not asked again. ``answer_to`` is the address that hears of the decision.
    """
    organisation = locked(organisation)
    next_state(tables.ORGANISATION, organisation.state, "propose")
    made = []
    before = ChangeProposal.objects.filter(organisation=organisation, state__in=ASKED_BEFORE)
    insisted = Q(state=ProposalState.REFUSED, field__in=entry.STATEMENTS)  # whoever says so again is heard again
    asked = set(before.exclude(insisted).values_list("field", "proposed"))
    for name, text in values.items():
        current = entry.text_of(organisation, name)
        if text == current or (name, text) in asked:
            continue
        made.append(
            ChangeProposal.objects.create(
                organisation=organisation,
                field=entry.BY_NAME[name].name,
                current=current,
                proposed=text,
                source=source,
                source_detail=source_detail,
                import_run=import_run,
                author_id=getattr(by, "pk", None),
                author_name=str(by or ""),
                created_at=now,
                answer_to=answer_to,
            )
        )
    return made


def _apply(organisation: Organisation, name: str, text: str, *, by: Any, now: datetime) -> set[str]:
    """Put a proposed text into the entry in memory (links: into the database); returns the columns to save."""
    if name in {*entry.LINKS, entry.CONTACT}:
        _apply_links(organisation, name, text)
        return set()
    if name in entry.STATEMENTS:
        return _cease(organisation, text, by, now) if name == entry.CEASED else _forget_address(organisation, text)
    if name == "municipality":
        place = Municipality.objects.filter(pk=int(text) if text.isdecimal() else 0).first()
        if place is None:
            raise CannotApply(_("There is no such municipality any more."))
        standing = place_of(place, now.astimezone(clock.ZURICH).date())
        organisation.municipality, organisation.association = standing, standing.association()
        return {"municipality", "association"}
    column = Organisation._meta.get_field(name)
    attribute = column.get_attname()  # type: ignore[union-attr]
    setattr(organisation, attribute, column.clean(entry.from_text(name, text), organisation))  # type: ignore[union-attr]
    return {name}


def _apply_links(organisation: Organisation, name: str, text: str) -> None:
    """What hangs on the entry in rows of its own."""
    if name == "activities":
        entry.set_activities(organisation, text.split())
    elif name == "capabilities":
        entry.set_capabilities(organisation, text)
    else:
        entry.set_contact(organisation, text)


def _cease(organisation: Organisation, text: str, by: Any, now: datetime) -> set[str]:
    """The company has said that it exists no longer, and staff have looked into it."""
    before = organisation.state
    organisation.state = next_state(tables.ORGANISATION, before, "cease")
    organisation.ceased_on = date.fromisoformat(text)
    record_transition(
        subject=organisation, action="cease", from_state=before, to_state=organisation.state, by=by, at=now
    )
    return {"state", "ceased_on"}


def _forget_address(organisation: Organisation, address: str) -> set[str]:
    """An address that reaches somebody else stands nowhere in the entry any more; its people stay, with their phones."""
    columns = {name for name in ("internal_email", "email") if getattr(organisation, name).lower() == address.lower()}
    for name in columns:
        setattr(organisation, name, "")
    organisation.contacts.filter(email__iexact=address).update(email="")
    return columns


def _ask_there_again(proposal: ChangeProposal) -> None:
    """The address is the right one after all: what made it silent goes with the statement."""
    if proposal.field == entry.WRONG_ADDRESS:
        refusals = MailRefusal.objects.filter(organisation=proposal.organisation_id, email=proposal.proposed.lower())
        refusals.filter(since=proposal.created_at).delete()


@transaction.atomic
def accept_proposal(*, proposal: ChangeProposal, by: Any, now: datetime, text: str | None = None) -> ChangeProposal:
    """Take over the proposed value, or the one that staff wrote instead (``text``)."""
    decided = _accept_of_one(proposal.organisation, [proposal], by=by, now=now, texts={proposal.pk: text})
    if decided.skipped:
        raise CannotApply(decided.skipped[0][1])
    tell_outcomes(organisation_ids=[proposal.organisation_id], now=now)
    return decided.done[0]


def _accept_of_one(
    organisation: Organisation,
    proposals: Iterable[ChangeProposal],
    *,
    by: Any,
    now: datetime,
    texts: Mapping[int, str | None],
) -> Decided:
    """Accept several fields of one entry with one save; a place comes in two fields that belong together."""
    organisation = locked(organisation)
    next_state(tables.ORGANISATION, organisation.state, "edit")
    decided: list[ChangeProposal] = []
    columns, result = set[str](), Decided()
    try:
        with transaction.atomic():  # links and pictures are in the database before the save that may be refused
            for proposal in proposals:
                current = ChangeProposal.objects.select_for_update().get(pk=proposal.pk)
                state = next_state(tables.PROPOSAL, current.state, "accept")
                text = texts.get(proposal.pk)
                try:
                    if current.field in entry.PICTURES:
                        take_over(organisation, current, by=by, now=now)
                    else:
                        columns |= _apply(
                            organisation, current.field, current.proposed if text is None else text, by=by, now=now
                        )
                except (CannotApply, NoSuchPlace, PictureNotReady) as refusal:
                    result.skipped.append((current, refusal.message))
                    continue
                except (ValidationError, ValueError):
                    result.skipped.append((current, _("The proposed value does not fit this field.")))
                    continue
                current.state = state
                decided.append(current)
            if not decided:
                return result
            save(organisation, *columns)
    except IntegrityError:
        reason = _("The database refuses the value: another entry has this UID, or a place lacks its other half.")
        result.skipped += [(proposal, reason) for proposal in decided]
        return result
    for current in decided:
        _close(current, by=by, now=now)
        _overtake_others(current, by=by, now=now)
    result.done = decided
    organisations_changed([organisation.pk])
    return result


def _close(proposal: ChangeProposal, *, by: Any, now: datetime, reason: str = "") -> None:
    proposal.decided_at, proposal.reason = now, reason
    proposal.decider_id, proposal.decider_name = getattr(by, "pk", None), str(by or "")
    proposal.save(update_fields=["state", "decided_at", "reason", "decider_id", "decider_name"])
    let_go_of_picture(proposal)


def _overtake_others(accepted: ChangeProposal, *, by: Any, now: datetime) -> None:
    """Older proposals of the same field have had their day; newer ones stay for a decision of their own."""
    others = ChangeProposal.objects.filter(
        organisation=accepted.organisation_id, field=accepted.field, state=ProposalState.OPEN
    )
    for other in others.filter(created_at__lte=accepted.created_at).exclude(pk=accepted.pk):
        other.state = next_state(tables.PROPOSAL, other.state, "overtake")
        _close(other, by=by, now=now)


@transaction.atomic
def accept_many(*, proposals: Iterable[ChangeProposal], by: Any, now: datetime) -> Decided:
    """Accept what has no conflict, entry by entry; what cannot be taken over is named with its reason."""
    by_entry: dict[int, list[ChangeProposal]] = defaultdict(list)
    for proposal in proposals:
        by_entry[proposal.organisation_id].append(proposal)
    result = Decided()
    entries = Organisation.objects.in_bulk(list(by_entry))
    for number, found in sorted(by_entry.items()):
        organisation, fit = entries[number], []
        for proposal in found:
            if proposal.state != ProposalState.OPEN:
                result.skipped.append((proposal, _("Somebody has decided it already.")))
            elif proposal.field in entry.STATEMENTS:
                result.skipped.append((proposal, _("This one is decided by itself, not in one go with others.")))
            elif is_conflict(proposal, organisation):
                result.skipped.append((proposal, _("The entry has changed since: compare it by itself.")))
            else:
                fit.append(proposal)
        try:
            decided = _accept_of_one(organisation, fit, by=by, now=now, texts={}) if fit else Decided()
        except TransitionRefused as refusal:
            decided = Decided(skipped=[(proposal, refusal.message) for proposal in fit])
        result.done += decided.done
        result.skipped += decided.skipped
    tell_outcomes(organisation_ids=by_entry, now=now)
    return result


@transaction.atomic
def decide_fields(
    *,
    organisation: Organisation,
    accept: Iterable[ChangeProposal],
    refuse: Mapping[int, str],
    by: Any,
    now: datetime,
) -> Decided:
    """Decide an entry's changes in one go: some accepted, some refused, each refusal with its reason (by number).

    What cannot be taken over stays open and is named; whoever sent the changes hears of all of them at once.
    """
    locked(organisation)
    result = Decided()
    for proposal in ChangeProposal.objects.filter(organisation=organisation, pk__in=refuse).order_by("pk"):
        try:
            result.done.append(_refuse(proposal, reason=refuse[proposal.pk], by=by, now=now))
        except TransitionRefused as refusal:
            result.skipped.append((proposal, refusal.message))
    chosen = ChangeProposal.objects.filter(organisation=organisation, pk__in=[row.pk for row in accept])
    open_ones = []
    for proposal in chosen.order_by("created_at", "pk"):
        if proposal.state == ProposalState.OPEN:
            open_ones.append(proposal)
        else:
            result.skipped.append((proposal, _("Somebody has decided it already.")))
    if open_ones:
        decided = _accept_of_one(organisation, open_ones, by=by, now=now, texts={})
        result.done += decided.done
        result.skipped += decided.skipped
    tell_outcomes(organisation_ids=[organisation.pk], now=now)
    return result


@transaction.atomic
def refuse_proposal(*, proposal: ChangeProposal, reason: str, by: Any, now: datetime) -> ChangeProposal:
    """Leave the entry as it is, with a reason; the same value is not asked again."""
    current = _refuse(proposal, reason=reason, by=by, now=now)
    tell_outcomes(organisation_ids=[current.organisation_id], now=now)
    return current


def _refuse(proposal: ChangeProposal, *, reason: str, by: Any, now: datetime) -> ChangeProposal:
    current = ChangeProposal.objects.select_for_update().get(pk=proposal.pk)
    current.state = next_state(tables.PROPOSAL, current.state, "refuse")
    _ask_there_again(current)
    _close(current, by=by, now=now, reason=reason)
    return current


@transaction.atomic
def withdraw_proposal(*, proposal: ChangeProposal, by: Any, now: datetime, reason: str = "") -> ChangeProposal:
    """Whoever proposed it takes it back."""
    current = ChangeProposal.objects.select_for_update().get(pk=proposal.pk)
    current.state = next_state(tables.PROPOSAL, current.state, "withdraw")
    _ask_there_again(current)
    _close(current, by=by, now=now, reason=reason)
    return current


@transaction.atomic
def overtake_proposal(*, proposal: ChangeProposal, by: Any, now: datetime, reason: str) -> ChangeProposal:
    """Time has gone over it: nobody decided, and it is no longer asked."""
    current = ChangeProposal.objects.select_for_update().get(pk=proposal.pk)
    current.state = next_state(tables.PROPOSAL, current.state, "overtake")
    _close(current, by=by, now=now, reason=reason)
    return current
