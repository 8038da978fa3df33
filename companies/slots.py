"""What the directory brings to the staff's common pages: navigation, My day, search, titles."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies import queues
from companies.enums import DuplicateState, OrganisationState, ProposalState
from companies.models import CampaignRecipient, ChangeProposal, DuplicatePair, Organisation, SavedSearch
from companies.permissions import INTERNALS, SAVED_SEARCH, may_keep, organisations_for_staff
from companies.uid import looks_like_uid
from companies.workflow.alerts import alert_pass
from companies.workflow.sending import freshness_pass
from promo_portal.accounts.permissions import may_open
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock, slots
from promo_portal.core.forms.fields import visible
from promo_portal.core.slots import NavItem, WorkItem
from promo_portal.regions.names import plain

SHOWN = 8
COUNTED = 1_001


def _rights(request: HttpRequest) -> Rights:
    return request.rights  # type: ignore[attr-defined]


def sees_directory(request: HttpRequest) -> bool:
    """Whether the directory's staff pages are for this person."""
    return may_open(_rights(request), INTERNALS)


def sees_saved_searches(request: HttpRequest) -> bool:
    """Whether the list of searches that readers follow is for this person."""
    return may_open(_rights(request), SAVED_SEARCH)


def _open_proposals(request: HttpRequest) -> Any:
    return ChangeProposal.objects.filter(
        state=ProposalState.OPEN, organisation__in=organisations_for_staff(_rights(request))
    )


def waiting_proposals(request: HttpRequest) -> Any:
    """Changes that wait for a decision, no more of them than are counted."""
    return queues.first_of(_open_proposals(request))


def waiting_pairs(request: HttpRequest) -> Any:
    """Possible duplicates that wait."""
    rows = organisations_for_staff(_rights(request))
    return queues.first_of(DuplicatePair.objects.filter(state=DuplicateState.OPEN, first__in=rows))


def my_day(request: HttpRequest) -> Sequence[WorkItem]:
    """Proposals are work that came in: one line, with the oldest's date."""
    if not may_keep(_rights(request)):
        return []
    found = (
        _open_proposals(request)
        .order_by("created_at", "pk")[:COUNTED]
        .aggregate(since=Min("created_at"), count=Count("pk"))
    )
    if found["since"] is None:
        return []
    return [
        WorkItem(
            group="received",
            when=found["since"],
            kind=gettext_lazy("Directory"),
            what=gettext_lazy("Decide on proposed changes"),
            whom=_("%(count)s open") % {"count": found["count"]},
            url=reverse("admin:companies_changeproposal_changelist"),
        )
    ]


def to_confirm_figure(request: HttpRequest) -> dict[str, Any] | None:
    """How many entries of the association wait for their confirmation."""
    rights = _rights(request)
    if not may_keep(rights) or rights.association_id is None:
        return None
    rows = queues.to_confirm(organisations_for_staff(rights), clock.today())
    return {
        "value": queues.first_of(rows, 9_999),
        "label": _("entries to confirm"),
        "url": f"{reverse('admin:companies_organisation_changelist')}?queue=confirm",
    }


def staff_search(request: HttpRequest, text: str) -> Sequence[dict[str, Any]]:
    """Entries by UID, or by the beginning of their name."""
    text = visible(text).strip()[:100]
    beginning = plain(text)
    if len(beginning) < 2 or not sees_directory(request):  # noqa: PLR2004 - one letter finds everything
        return []
    rows = organisations_for_staff(_rights(request))
    if uid := looks_like_uid(text):
        rows = rows.filter(uid=uid)
    else:
        rows = rows.filter(Q(name_key__startswith=beginning) | Q(name_core__startswith=beginning))
    return [
        {
            "kind": row.get_kind_display(),
            "title": row.name,
            "text": f"{row.municipality} {row.uid_display}".strip(),
            "url": reverse("admin:companies_organisation_change", args=[row.pk]),
        }
        for row in rows.select_related("municipality").order_by("name_key", "pk")[:SHOWN]
    ]


def organisation_title(pk: int) -> str | None:
    """An entry's name, for pages that only know its kind and number."""
    return Organisation.objects.filter(pk=pk).values_list("name", flat=True).first()


def organisation_url(pk: int) -> str | None:
    """The entry's page for staff."""
    return reverse("admin:companies_organisation_change", args=[pk])


def organisation_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Names and addresses of entries on a list."""
    rows = Organisation.objects.filter(pk__in=pks).exclude(state=OrganisationState.MERGED).order_by("pk")
    return {
        pk: (name, reverse("admin:companies_organisation_change", args=[pk]))
        for pk, name in rows.values_list("pk", "name")
    }


def line_title(pk: int) -> str | None:
    """Who is asked by a campaign."""
    return CampaignRecipient.objects.filter(pk=pk).values_list("organisation__name", flat=True).first()


def line_url(pk: int) -> str | None:
    """The campaign that asks."""
    found = CampaignRecipient.objects.filter(pk=pk).values_list("campaign", flat=True).first()
    return reverse("admin:companies_campaign_change", args=[found]) if found else None


def line_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """The same for a list."""
    rows = CampaignRecipient.objects.filter(pk__in=pks).order_by("pk")
    return {
        pk: (name, reverse("admin:companies_campaign_change", args=[campaign]))
        for pk, name, campaign in rows.values_list("pk", "organisation__name", "campaign")
    }


def saved_search_title(pk: int) -> str | None:
    """A saved search in words."""
    return SavedSearch.objects.filter(pk=pk).values_list("title", flat=True).first()


def saved_search_url(pk: int) -> str | None:
    """The page of a saved search for staff."""
    return reverse("admin:companies_savedsearch_change", args=[pk])


def register() -> None:
    """Put all of it into place."""
    slots.my_day.register("companies", my_day)
    slots.my_day_figures.register("companies.to_confirm", to_confirm_figure)
    entries: tuple[tuple[str, NavItem], ...] = (
        (
            "companies.proposals",
            NavItem(
                "to_handle",
                20,
                gettext_lazy("Proposed changes"),
                "admin:companies_changeproposal_changelist",
                waiting_proposals,
                sees_directory,
            ),
        ),
        (
            "companies.duplicates",
            NavItem(
                "to_handle",
                30,
                gettext_lazy("Possible duplicates"),
                "admin:companies_duplicatepair_changelist",
                waiting_pairs,
                sees_directory,
            ),
        ),
        (
            "companies.organisations",
            NavItem(
                "directory",
                10,
                gettext_lazy("Organisations"),
                "admin:companies_organisation_changelist",
                None,
                sees_directory,
            ),
        ),
        (
            "companies.imports",
            NavItem(
                "directory", 15, gettext_lazy("Imports"), "admin:companies_importrun_changelist", None, sees_directory
            ),
        ),
        (
            "companies.campaigns",
            NavItem(
                "directory",
                15,
                gettext_lazy("Campaigns"),
                "admin:companies_campaign_changelist",
                None,
                sees_directory,
            ),
        ),
        (
            "companies.embeds",
            NavItem(
                "directory",
                22,
                gettext_lazy("Embedded lists"),
                "admin:companies_embed_changelist",
                None,
                sees_directory,
            ),
        ),
        (
            "companies.saved_searches",
            NavItem(
                "directory",
                23,
                gettext_lazy("Saved searches"),
                "admin:companies_savedsearch_changelist",
                None,
                sees_saved_searches,
            ),
        ),
        (
            "companies.capabilities",
            NavItem(
                "directory",
                20,
                gettext_lazy("Capabilities"),
                "admin:companies_capability_changelist",
                None,
                sees_directory,
            ),
        ),
    )
    for key, item in entries:
        slots.staff_nav.register(key, item)
    slots.staff_search.register("companies", staff_search)
    slots.subject_titles.register("companies.organisation", organisation_title)
    slots.subject_urls.register("companies.organisation", organisation_url)
    slots.subject_lines.register("companies.organisation", organisation_lines)
    slots.subject_titles.register("companies.campaignrecipient", line_title)
    slots.subject_urls.register("companies.campaignrecipient", line_url)
    slots.subject_lines.register("companies.campaignrecipient", line_lines)
    slots.clock_work.register("companies.freshness", freshness_pass)
    slots.clock_work.register("companies.alerts", alert_pass)
    slots.subject_titles.register("companies.savedsearch", saved_search_title)
    slots.subject_urls.register("companies.savedsearch", saved_search_url)
