"""The indicators of the mandate for the manager: figures of a period, the list behind each, and both as a table file."""

import csv
import io
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from coaching.admin.doors import page
from coaching.forms.fields import visible
from coaching.indicators import (
    BY_NAME,
    FILES,
    INDICATORS,
    MINUTES,
    REQUESTS,
    Indicator,
    Period,
    figures,
    last_year,
    past_quarter,
    this_year,
)
from promo_portal.accounts.access import note_access, require
from promo_portal.accounts.enums import Role
from promo_portal.core import clock
from promo_portal.core.cells import safe_cell, sheet_cell
from promo_portal.core.forms import DateTextInput, PortalFormMixin
from promo_portal.regions.models import Association

ROWS = 50
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RELATED = {FILES: ("founder", "request__municipality"), REQUESTS: ("municipality",)}


class PeriodForm(PortalFormMixin, forms.Form):
    """From when to when."""

    first = forms.DateField(label=pgettext_lazy("a day", "From"), widget=DateTextInput)
    last = forms.DateField(label=pgettext_lazy("a day", "To"), widget=DateTextInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        if any(day and not 2000 <= day.year <= 2200 for day in (first, last)):  # noqa: PLR2004 - coaching exists since 2002
            self.add_error("first", _("Check the year."))
        return values


class IndicatorPages:
    """Mixed into the admin of files; only managers read figures over all of an association."""

    admin_site: Any

    def indicator_pages(self) -> dict[str, tuple[str, Any]]:
        """Addresses beside the list of files."""
        return {
            "indicators": ("indicators/", require_GET(self.indicators)),
            "indicators_export": ("indicators/export/", require_GET(self.indicators_export)),
            "indicator": ("indicators/<slug:name>/", require_GET(self.indicator)),
        }

    def _association(self, request: HttpRequest) -> Association:
        rights = require(request, "mandate")
        if not rights.has(Role.MANAGER) or rights.association_id is None:
            raise Http404
        return Association.objects.get(pk=rights.association_id)

    def indicators(self, request: HttpRequest) -> HttpResponse:
        """All figures of a period, each leading to its list."""
        association = self._association(request)
        period, form = _period(request)
        query = urlencode({"first": _typed(period.first), "last": _typed(period.last)})
        groups: dict[str, list[dict[str, Any]]] = {}
        found = figures(period)
        for indicator in INDICATORS:
            link = f"{reverse('admin:coaching_casefile_indicator', args=[indicator.name])}?{query}"
            groups.setdefault(str(indicator.group), []).append(
                {"indicator": indicator, "value": shown(indicator, found[indicator.name]), "url": link}
            )
        today = clock.today()
        presets = ((_("this year"), this_year), (_("last quarter"), past_quarter), (_("last year"), last_year))
        context = {
            "title": _("Indicators"),
            "association": association,
            "period": period,
            "groups": [{"label": label, "rows": rows} for label, rows in groups.items()],
            "presets": [
                {"label": label, "url": "?" + urlencode({"first": _typed(found.first), "last": _typed(found.last)})}
                for label, make in presets
                for found in [make(today)]
            ],
            "query": query,
        }
        return page(self.admin_site, request, "coaching/admin/indicators.html", context, form=form)

    def indicator(self, request: HttpRequest, name: str) -> HttpResponse:
        """The rows behind a figure."""
        association = self._association(request)
        found = BY_NAME.get(name)
        if found is None:
            raise Http404
        period, _form = _period(request)
        text = request.GET.get("q", "")
        rows = _searched(found, found.behind(period).select_related(*RELATED.get(found.of, ())), text)
        listed = Paginator(rows, ROWS).get_page(request.GET.get("page"))
        query = {"first": _typed(period.first), "last": _typed(period.last)}
        context = {
            "title": found.label,
            "association": association,
            "indicator": found,
            "period": period,
            "total": shown(found, found.figure(period)),
            "counted": found.behind(period).count(),
            "rows": [_line(found, row) for row in listed.object_list],
            "is_sum": found.unit == MINUTES or found.name.startswith("jobs-"),
            "page_obj": listed,
            "text": text,
            "hidden": query,
            "query": urlencode(query),
        }
        return page(self.admin_site, request, "coaching/admin/indicator.html", context)

    def indicators_export(self, request: HttpRequest) -> HttpResponse:
        """Figures, and the rows behind each, as Excel or CSV; the export is noted."""
        association = self._association(request)
        period, _form = _period(request)
        kind = request.GET.get("format", "xlsx")
        if kind not in {"xlsx", "csv"}:
            raise Http404
        note_access(request, association, "export")
        word = _("indicators")
        name = f"{word}-{association.code}-{period.first.isoformat()}-{period.last.isoformat()}.{kind}"
        content, content_type = (
            (_workbook(period, association), SHEET)
            if kind == "xlsx"
            else (_lines_as_csv(period).encode("utf-8-sig"), "text/csv; charset=utf-8")
        )
        response = HttpResponse(content, content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _period(request: HttpRequest) -> tuple[Period, PeriodForm]:
    """The period of the address, or this year where it says none or nonsense; the form says what is wrong."""
    usual = this_year(clock.today())
    initial = {"first": usual.first, "last": usual.last}
    asked = bool({"first", "last"} & set(request.GET))
    form = PeriodForm(request.GET if asked else None, initial=initial)
    if not asked or not form.is_valid():
        return usual, form
    return Period(form.cleaned_data["first"], form.cleaned_data["last"]), form


def _typed(day: Any) -> str:
    return f"{day:%d.%m.%Y}"


def shown(indicator: Indicator, value: int) -> str:
    """Hours as hours and minutes, all else as a number."""
    return f"{value // 60} h {value % 60:02}" if indicator.unit == MINUTES else str(value)


def _searched(indicator: Indicator, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    fields = {FILES: ("reference", "title"), REQUESTS: ("reference", "first_name", "last_name")}
    for word in visible(text).split()[:5]:
        condition = Q()
        for field in fields.get(indicator.of, ("place",)):
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return rows


def _line(indicator: Indicator, row: Any) -> dict[str, Any]:
    """A row in words, with the address of its own page."""
    value = shown(indicator, row.value)
    if indicator.of == FILES:
        url, place = reverse("admin:coaching_casefile_change", args=[row.pk]), row.request.municipality
        about = " · ".join(part for part in (row.get_state_display(), row.get_outcome_display()) if part)
        return {"number": row.reference, "title": row.title, "about": about, "place": place, "url": url, "value": value}
    if indicator.of == REQUESTS:
        url = reverse("admin:coaching_coachingrequest_change", args=[row.pk])
        return {
            "number": row.reference, "title": row.founder_name, "about": row.get_state_display(),
            "place": row.municipality, "url": url, "value": value,
        }  # fmt: skip
    url = reverse("admin:coaching_commissionsession_change", args=[row.pk])
    return {
        "number": _typed(row.held_on), "title": row.place, "about": row.get_state_display(), "place": "", "url": url,
        "value": value,
    }  # fmt: skip


def _table(period: Period) -> list[list[Any]]:
    """One line per row behind each figure."""
    lines: list[list[Any]] = []
    for indicator in INDICATORS:
        for row in indicator.behind(period).select_related(*RELATED.get(indicator.of, ())):
            line = _line(indicator, row)
            lines.append(
                [
                    str(indicator.label),
                    line["number"],
                    line["title"],
                    line["about"],
                    str(line["place"] or ""),
                    row.value,
                ]
            )
    return lines


def _heads() -> list[str]:
    return [_("Figure"), pgettext("of a record", "Number"), _("Title"), _("State"), _("Municipality"), _("Value")]


def _figures(period: Period) -> list[list[Any]]:
    found = figures(period)
    return [
        [str(indicator.label), found[indicator.name], _("minutes") if indicator.unit == MINUTES else ""]
        for indicator in INDICATORS
    ]


def _lines_as_csv(period: Period) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([safe_cell(head) for head in _heads()])
    for line in _table(period):
        writer.writerow([safe_cell(cell) for cell in line])
    return out.getvalue()


def _workbook(period: Period, association: Association) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    summary, rows = book.create_sheet(_("Figures")), book.create_sheet(_("Rows"))
    summary.append(
        [sheet_cell(summary, f"{association}, {_typed(period.first)}–{_typed(period.last)}", style="Headline 3")]
    )
    for figure in _figures(period):
        summary.append([sheet_cell(summary, cell) for cell in figure])
    rows.freeze_panes = "A2"
    rows.append([sheet_cell(rows, head, style="Headline 4") for head in _heads()])
    for line in _table(period):
        rows.append([sheet_cell(rows, cell) for cell in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
