"""The association's ledger as one list with filters and totals, and the keys and prices it rests on."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.admin.annexes import manager_of
from coaching.admin.desk import CaseRowAdmin
from coaching.admin.doors import page, person
from coaching.admin.records import TimeEntryShareInline
from coaching.forms.fields import visible
from coaching.forms.money import KeyForm
from coaching.models import CostRate, TimeEntry, TimeEntryShare
from coaching.quarters import Quarter, quarters
from coaching.workflow.funding import agree_association_key
from coaching.workflow.ledger import NO_MONEY
from promo_portal.accounts.access import require
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.regions.models import Association, Funder, FundingKey, FundingKeyShare, Municipality
from promo_portal.regions.workflow import funder_of

ROWS = 50
PAST_DAYS = timedelta(days=30)
RECENT = "30d"


@admin.register(TimeEntry)
class TimeEntryAdmin(CaseRowAdmin):
    """The ledger: lines are added on their file's page and never changed."""

    inlines = (TimeEntryShareInline,)

    def get_urls(self) -> list[URLPattern]:
        """The keys have an address of their own."""
        both = require_http_methods(["GET", "POST"])
        keys = path("keys/", self.admin_site.admin_view(both(self.keys)), name="coaching_timeentry_keys")
        return [keys, *super().get_urls()]

    # -- the ledger ----------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lines by period, funder, coach and file; the totals are those of all lines that fit, not of the page."""
        rights = require(request, "cost ledger")
        if rights.association_id is None:  # administrators work for none
            raise Http404
        chosen = Chosen(request)
        fitting = chosen.of(self.get_queryset(request))
        total = fitting.order_by().aggregate(minutes=Sum("minutes"), amount=Sum("amount"))
        parts = TimeEntryShare.objects.all()
        if chosen.is_filtered or not rights.has(Role.MANAGER):  # else the scope already says it all
            parts = parts.filter(entry__in=fitting.order_by().values("pk"))
        by_funder = parts.order_by().values("funder_id").annotate(amount=Sum("amount")).order_by("funder__code")
        amounts = {row["funder_id"]: row["amount"] for row in by_funder}
        funders = list(Funder.objects.filter(pk__in=amounts).order_by("code"))
        shares = Prefetch("shares", TimeEntryShare.objects.select_related("funder").order_by("-amount", "pk"))
        related = ("case_file", "person", "funder", "corrects")
        rows = fitting.select_related(*related).prefetch_related(shares).order_by("-worked_on", "-pk")
        listed = Paginator(rows, ROWS).get_page(request.GET.get("page"))
        context = {
            "title": _("Time and costs"),
            "page_obj": listed,
            "rows": [{"entry": row, "shares": list(row.shares.all())} for row in listed.object_list],
            "total": {"minutes": total["minutes"] or 0, "amount": total["amount"] or NO_MONEY},
            "funders": [{"funder": funder, "amount": amounts[funder.pk]} for funder in funders],
            "chosen": chosen,
            "is_manager": rights.has(Role.MANAGER),
            "funder_choices": funders if not chosen.is_filtered else self._payers(),
            **self._choices(request),
        }
        return page(self.admin_site, request, "coaching/admin/ledger.html", context)

    def _choices(self, request: HttpRequest) -> dict[str, Any]:
        """What the filters offer: quarters since the first line, and the people who stand in the ledger."""
        rows, today = self.get_queryset(request).order_by(), clock.today()
        first = rows.order_by("worked_on").values_list("worked_on", flat=True).first() or today
        return {
            "quarters": list(quarters(min(first, today), today)),
            "people": User.objects.filter(pk__in=rows.values("person_id")).order_by("last_name", "first_name", "pk"),
        }

    def _payers(self) -> QuerySet[Funder]:
        """Every funder who stands in the ledger."""
        return Funder.objects.filter(pk__in=TimeEntryShare.objects.order_by().values("funder_id")).order_by("code")

    # -- keys and prices -----------------------------------------------------------------------------------------------

    def keys(self, request: HttpRequest) -> HttpResponse:
        """Who pays which share from when to when, and a form for the next key."""
        association = Association.objects.get(pk=manager_of(request, "write" if request.method == "POST" else "read"))
        today = clock.today()
        form = KeyForm(
            request.POST if request.method == "POST" else None,
            funders=funders_for(association),
            places=Municipality.objects.filter(district__region__association=association, valid_to=None).order_by(
                "official_name"
            ),
            today=today,
        )
        if request.method == "POST" and form.is_valid() and self._agreed(request, association, form):
            messages.success(request, _("The key is in force from that day. Lines in the ledger keep their split."))
            return redirect("admin:coaching_timeentry_keys")
        shares = Prefetch("shares", FundingKeyShare.objects.select_related("funder").order_by("-share", "pk"))
        keys = FundingKey.objects.filter(association=association).prefetch_related(shares).order_by("-valid_from")
        context = {
            "title": _("Funders and keys"),
            "keys": [
                {
                    "key": key,
                    "shares": list(key.shares.all()),
                    "is_now": key.valid_from <= today and (key.valid_to is None or key.valid_to >= today),
                }
                for key in keys
            ],
            "rates": CostRate.objects.filter(association=association).order_by("-valid_from"),
        }
        return page(self.admin_site, request, "coaching/admin/keys.html", context, form=form)

    def _agreed(self, request: HttpRequest, association: Association, form: KeyForm) -> bool:
        shares = form.shares()
        if place := form.cleaned_data["municipality"]:
            payer = funder_of(place)
            shares[payer] = shares.get(payer, 0) + int(form.cleaned_data["municipality_share"] * 100)
        try:
            agree_association_key(
                association=association,
                valid_from=form.cleaned_data["valid_from"],
                shares=shares,
                by=person(request),
                now=clock.now(),
            )
        except ValidationError as refusal:
            for message in refusal.messages:
                form.add_error("valid_from", message)
            return False
        return True


def funders_for(association: Association) -> QuerySet[Funder]:
    """Who may stand in an association's key: Confederation, cantons, itself, and municipalities that paid before."""
    ours = Q(association=association) | Q(association=None, municipality=None)
    paid = Q(
        municipality__isnull=False, pk__in=FundingKeyShare.objects.filter(key__association=association).values("funder")
    )
    return Funder.objects.filter(ours | paid).order_by("kind", "code")


class Chosen:
    """What the ledger's address asks for; what cannot be meant is said and left out."""

    def __init__(self, request: HttpRequest) -> None:
        asked = request.GET
        self.period = asked.get("period", "")
        self.quarter = Quarter.named(self.period)
        self.funder, self.person = _number(asked.get("funder")), _number(asked.get("person"))
        self.charged = asked.get("charged", "") if asked.get("charged", "") in {"yes", "no"} else ""
        self.query = visible(asked.get("q", "")).strip()[:100]
        self.is_recent = self.period == RECENT
        self.is_broken = bool(self.period) and self.quarter is None and not self.is_recent
        self.is_filtered = bool(
            self.quarter or self.is_recent or self.funder or self.person or self.charged or self.query
        )

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The lines that fit."""
        if self.quarter:
            rows = rows.filter(worked_on__range=(self.quarter.first, self.quarter.last))
        if self.is_recent:
            rows = rows.filter(worked_on__gt=clock.today() - PAST_DAYS)
        if self.person:
            rows = rows.filter(person_id=self.person)
        if self.funder:
            rows = rows.filter(Exists(TimeEntryShare.objects.filter(entry=OuterRef("pk"), funder_id=self.funder)))
        if self.charged:
            open_parts = TimeEntryShare.objects.filter(entry=OuterRef("pk"), annex_line__isnull=True)
            rows = rows.filter(Exists(open_parts) if self.charged == "no" else ~Exists(open_parts))
        for word in self.query.split()[:5]:
            rows = rows.filter(
                Q(case_file__reference__icontains=word) | Q(case_file__title__icontains=word) | Q(note__icontains=word)
            )
        return rows


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None  # noqa: PLR2004
