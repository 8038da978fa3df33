"""Campaigns: whom to ask, a look at the mail before it leaves, the returns as figures with their rows, and the phone list."""

import re
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from companies.admin.doors import CappedPaginator, attempt, page, person
from companies.emails import ask
from companies.enums import CampaignState, Exclusion, RecipientState
from companies.forms.campaigns import CallForm, CampaignForm, CloseForm
from companies.models import Campaign, CampaignRecipient
from companies.permissions import INTERNALS, may_keep, reaches_all
from companies.segments import Segment, counted, with_exclusions
from companies.workflow import tables
from companies.workflow.campaigns import (
    CampaignChanged,
    NothingToSend,
    candidates,
    close_campaign,
    create_campaign,
    edit_campaign,
    figures,
    note_call,
    start_sending,
    why_words,
)
from promo_portal.accounts.access import open_record, require
from promo_portal.accounts.admin_base import PortalModelAdmin
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock
from promo_portal.core.forms.fields import visible
from promo_portal.core.templatetags.ui import badge
from promo_portal.regions.names import plain
from promo_portal.reminders.calendar import working_day_on_or_before

ROWS = 25
LANGUAGES = ("fr", "de", "en")
STATE_BADGES = {
    CampaignState.DRAFT: "neutral",
    CampaignState.SENDING: "waiting",
    CampaignState.RUNNING: "waiting",
    CampaignState.CLOSED: "good",
}
LINE_BADGES = {
    RecipientState.CONFIRMED: "good",
    RecipientState.PROPOSED: "good",
    RecipientState.SENT: "waiting",
    RecipientState.PLANNED: "waiting",
    RecipientState.BOUNCED: "problem",
    RecipientState.UNREACHABLE: "problem",
}
SHOWN = (
    RecipientState.PLANNED, RecipientState.SENT, RecipientState.CONFIRMED, RecipientState.PROPOSED,
    RecipientState.PHONED, RecipientState.BOUNCED, RecipientState.UNREACHABLE, RecipientState.UNSUBSCRIBED,
    RecipientState.DROPPED,
)  # fmt: skip


def campaigns_for_staff(rights: Rights) -> QuerySet[Campaign]:
    """The campaigns of one's association; administrators see all."""
    rows = Campaign.objects.select_related("association")
    return rows if reaches_all(rights) else rows.filter(association_id=rights.association_id or 0)


DAYS_TO_ANSWER = 7  # after the last reminder: whoever reads it on a Monday must not be called that morning


def to_phone(campaign: Campaign, today: date) -> QuerySet[CampaignRecipient]:
    """Lines that mail does not reach, and those who left the last reminder unanswered for a week."""
    last = today - timedelta(days=max(settings.DIRECTORY_REMIND_AFTER_DAYS) + DAYS_TO_ANSWER)
    silent = Q(state=RecipientState.SENT, sent_at__date__lte=last)
    return campaign.recipients.filter(silent | Q(state__in=(RecipientState.UNREACHABLE, RecipientState.BOUNCED)))


@admin.register(Campaign)
class CampaignAdmin(PortalModelAdmin):
    """All pages are our own: a campaign is prepared, sent, followed and closed, never edited behind its back."""

    matrix_object = INTERNALS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return campaigns_for_staff(request.rights)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """The steps of a campaign."""
        view, both = self.admin_site.admin_view, require_http_methods(["GET", "POST"])
        own: list[URLPattern] = [
            path("count/", view(require_GET(self.count)), name="companies_campaign_count"),
            path("<int:pk>/edit/", view(both(self.edit)), name="companies_campaign_edit"),
            path("<int:pk>/recipients/", view(require_GET(self.recipients)), name="companies_campaign_recipients"),
            path("<int:pk>/phone/", view(require_GET(self.phone)), name="companies_campaign_phone"),
            path("<int:pk>/preview/", view(require_GET(self.preview)), name="companies_campaign_preview"),
            path("<int:pk>/send/", view(require_POST(self.send)), name="companies_campaign_send"),
            path("<int:pk>/close/", view(both(self.close)), name="companies_campaign_close"),
            path("<int:pk>/call/<int:line_pk>/", view(both(self.call)), name="companies_campaign_call"),
        ]
        return [*own, *super().get_urls()]

    def _found(self, request: HttpRequest, pk: int, *, act: Any = "read") -> Campaign:
        if act == "write":
            require(request, INTERNALS, "write")
        return open_record(request, self.get_queryset(request), INTERNALS, act=act, log=None, pk=pk)

    # -- list ----------------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The newest first, each with how many were asked and answered."""
        rights = require(request, INTERNALS)
        answered = Q(recipients__state__in=(RecipientState.CONFIRMED, RecipientState.PROPOSED))
        rows = campaigns_for_staff(rights).annotate(
            asked=Count("recipients"), answered=Count("recipients", filter=answered)
        )
        listed = Paginator(rows.order_by("-year", "-pk"), ROWS).get_page(request.GET.get("page"))
        lines = [
            {"row": row, "state": badge(STATE_BADGES[CampaignState(row.state)], row.get_state_display())}
            for row in listed.object_list
        ]
        context = {
            "title": _("Campaigns"),
            "lines": lines,
            "page_obj": listed,
            "may_decide": may_keep(rights),
            "shows_association": reaches_all(rights),
        }
        return page(self.admin_site, request, "companies/admin/campaigns/list.html", context)

    # -- preparing -----------------------------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new one, for one's own association."""
        rights = require(request, INTERNALS, "write")
        today = clock.today()
        data = request.POST if request.method == "POST" else None
        year = {"title": _("Is your entry still right? %(year)s") % {"year": today.year}, "year": today.year}
        form = CampaignForm(data, initial=year, association_id=rights.association_id, today=today)
        if data is not None and form.is_valid() and "count" not in request.POST:
            if rights.association_id is None:
                form.add_error(None, _("A campaign belongs to an association. Work for one first."))
            else:
                made = create_campaign(
                    association=rights.association_id,
                    values=form.values(),
                    segment=form.segment,
                    by=person(request),
                    now=clock.now(),
                )
                return redirect("admin:companies_campaign_change", made.pk)
        return self._form_page(request, form, rights.association_id, None)

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Texts and segment, as long as nobody was asked."""
        found = self._found(request, pk, act="write")
        if (found.state, "edit") not in tables.CAMPAIGN:
            messages.warning(request, _("The campaign was sent: what it says cannot be changed any more."))
            return redirect("admin:companies_campaign_change", pk)
        form = CampaignForm.of(found, clock.today(), request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and "count" not in request.POST:
            try:
                done = attempt(
                    request,
                    lambda: edit_campaign(
                        campaign=found,
                        values=form.values(),
                        segment=form.segment,
                        by=person(request),
                        now=clock.now(),
                        version=form.cleaned_data["seen_version"],
                    ),
                    form=form,
                )
            except CampaignChanged as refusal:
                done = False
                typed = form.data.copy()  # type: ignore[attr-defined]
                found.refresh_from_db()
                typed["seen_version"] = str(found.version)
                form = CampaignForm.of(found, clock.today(), typed)
                form.is_valid()
                form.add_error(None, refusal.message)
            if done:
                return redirect("admin:companies_campaign_change", pk)
        return self._form_page(request, form, found.association_id, found)

    def _form_page(
        self, request: HttpRequest, form: CampaignForm, association_id: int | None, found: Campaign | None
    ) -> HttpResponse:
        segment = form.segment if form.is_bound and form.is_valid() else None
        if segment is None:
            segment = Segment.of(found.segment) if found else Segment()
        context = {
            "title": _("Edit the campaign") if found else _("New campaign"),
            "found": found,
            "count_words": _count_words(segment, association_id, found),
        }
        return page(self.admin_site, request, "companies/admin/campaigns/form.html", context, form=form)

    def count(self, request: HttpRequest) -> HttpResponse:
        """How many the choice asks, for the line under the form while it is being filled in."""
        rights = require(request, INTERNALS, "write")
        form = CampaignForm(request.GET, association_id=rights.association_id, today=clock.today())
        form.is_valid()
        return JsonResponse({"text": _count_words(form.segment, rights.association_id, None)})

    # -- the campaign --------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Where it stands, what came back, and what can be done next."""
        if request.method != "GET" or not object_id.isdecimal():
            raise Http404
        found = self._found(request, int(object_id))
        may_decide = may_keep(request.rights)  # type: ignore[attr-defined]
        context = {
            "title": str(found),
            "found": found,
            "state_badge": badge(STATE_BADGES[CampaignState(found.state)], found.get_state_display()),
            "segment": [{"label": label, "value": value} for label, value in Segment.of(found.segment).in_words()],
            "is_draft": found.state == CampaignState.DRAFT,
            "is_closed": found.state == CampaignState.CLOSED,
            "may_edit": may_decide and (found.state, "edit") in tables.CAMPAIGN,
            "may_close": may_decide and (found.state, "close") in tables.CAMPAIGN,
            **(self._plan(found) if found.state == CampaignState.DRAFT else self._returns(found)),
        }
        return page(self.admin_site, request, "companies/admin/campaigns/campaign.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its transitions and changes."""
        return super().history_view(request, object_id, extra_context)

    def _plan(self, found: Campaign) -> dict[str, Any]:
        counts = counted(candidates(found, clock.today()))
        list_url = reverse("admin:companies_campaign_recipients", args=[found.pk])
        lines = [
            {"value": counts.get(reason.value, 0), "label": reason.label, "url": f"{list_url}?why={reason.value}"}
            for reason in Exclusion
        ]
        asked = {"value": counts.get("", 0), "label": _("asked by mail"), "url": f"{list_url}?why=asked"}
        by_phone = counts.get(Exclusion.NO_ADDRESS, 0) + counts.get(Exclusion.SUPPRESSED, 0)
        return {
            "figures": [asked, *(line for line in lines if line["value"])],
            "by_mail": counts.get("", 0),
            "by_phone": by_phone,
            "steps": [],
        }

    def _returns(self, found: Campaign) -> dict[str, Any]:
        today = clock.today()
        counts = found.summary if found.state == CampaignState.CLOSED else figures(found)
        list_url = reverse("admin:companies_campaign_recipients", args=[found.pk])
        shown = [
            {"value": counts[state], "label": state.label, "url": f"{list_url}?state={state.value}"}
            for state in SHOWN
            if counts.get(state)
        ]
        answered = counts.get(RecipientState.CONFIRMED, 0) + counts.get(RecipientState.PROPOSED, 0)
        sent_on = found.sent_at.astimezone(clock.ZURICH).date() if found.sent_at else None
        reach = settings.DIRECTORY_REMIND_AFTER_DAYS if sent_on else ()
        # They leave on working days: as the engine of deadlines reckons it.
        steps = [working_day_on_or_before(sent_on + timedelta(days=days)) for days in reach if sent_on]
        return {
            "figures": shown,
            "answered": answered,
            "all": sum(counts.values()),
            "phone_count": to_phone(found, today).count() if found.state != CampaignState.CLOSED else 0,
            "steps": [{"day": day, "is_over": day < today} for day in steps],
        }

    # -- who is asked --------------------------------------------------------------------------------------------------

    def recipients(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Before sending: everybody of the segment, with why somebody is left out. Later: the lines and their answers."""
        found = self._found(request, pk)
        text = plain(visible(request.GET.get("q", ""))[:100])
        pages = self._planned_page if found.state == CampaignState.DRAFT else self._lines_page
        context = pages(request, found, text)
        context |= {"found": found, "q": request.GET.get("q", "")[:100], "base_url": request.path}
        return page(self.admin_site, request, "companies/admin/campaigns/recipients.html", context)

    def _planned_page(self, request: HttpRequest, found: Campaign, text: str) -> dict[str, Any]:
        rows = candidates(found, clock.today()).select_related("municipality").order_by("name_key", "pk")
        if text:
            rows = rows.filter(name_key__startswith=text)
        why = request.GET.get("why", "")
        if why == "asked":
            rows = rows.filter(exclusion="")
        elif why in Exclusion.values:
            rows = rows.filter(exclusion=why)
        listed = CappedPaginator(rows, ROWS).get_page(request.GET.get("page"))
        lines = [
            {
                "organisation": row,
                "place": row.municipality,
                "address": row.address,
                "state": badge("neutral", Exclusion(row.exclusion).label) if row.exclusion else _("by mail"),
                "more": "",
                "call_url": "",
            }
            for row in listed.object_list
        ]
        choices = [("asked", _("asked by mail")), *Exclusion.choices]
        return {
            "title": _("Who is asked"),
            "page_obj": listed,
            "lines": lines,
            "choices": choices,
            "chosen": why,
            "parameter": "why",
            "is_plan": True,
        }

    def _lines_page(self, request: HttpRequest, found: Campaign, text: str) -> dict[str, Any]:
        rows = found.recipients.select_related("organisation__municipality", "contact", "mail")
        if text:
            rows = rows.filter(organisation__name_key__startswith=text)
        state = request.GET.get("state", "")
        if state in RecipientState.values:
            rows = rows.filter(state=state)
        listed = CappedPaginator(rows.order_by("organisation__name_key", "pk"), ROWS).get_page(request.GET.get("page"))
        return {
            "title": _("Recipients and answers"),
            "page_obj": listed,
            "lines": [self._line(request, found, row) for row in listed.object_list],
            "choices": [(one.value, one.label) for one in SHOWN],
            "chosen": state,
            "parameter": "state",
            "is_plan": False,
        }

    def _line(self, request: HttpRequest, found: Campaign, row: CampaignRecipient) -> dict[str, Any]:
        may_call = may_keep(request.rights) and (row.state, "phone") in tables.RECIPIENT  # type: ignore[attr-defined]
        open_still = found.state in {CampaignState.SENDING, CampaignState.RUNNING}
        state = RecipientState(row.state)
        more = why_words(row)
        if row.mail is not None and state == RecipientState.SENT:
            more = row.mail.get_state_display()
        return {
            "organisation": row.organisation,
            "place": row.organisation.municipality,
            "address": row.address,
            "phone": (row.contact.phone if row.contact else "") or row.organisation.phone,
            "contact": row.contact or "",
            "state": badge(LINE_BADGES.get(state, "neutral"), state.label),
            "more": more,
            "calls": row.calls,
            "called_at": row.called_at,
            "call_note": row.call_note,
            "sent_at": row.sent_at,
            "call_url": reverse("admin:companies_campaign_call", args=[found.pk, row.pk])
            if may_call and open_still
            else "",
        }

    def phone(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Whom to call: those without an address, those whose mail came back, those silent after the last reminder."""
        found = self._found(request, pk)
        rows = to_phone(found, clock.today()) if found.state != CampaignState.CLOSED else found.recipients.none()
        rows = rows.select_related("organisation__municipality", "contact", "mail")
        ordered = rows.order_by(F("called_at").asc(nulls_first=True), "organisation__name_key", "pk")
        listed = Paginator(ordered, ROWS).get_page(request.GET.get("page"))
        context = {
            "title": _("To phone"),
            "found": found,
            "page_obj": listed,
            "lines": [self._line(request, found, row) for row in listed.object_list],
        }
        return page(self.admin_site, request, "companies/admin/campaigns/phone.html", context)

    # -- the mail ------------------------------------------------------------------------------------------------------

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail as one of the recipients would get it, in each language; its link is not a real one."""
        found = self._found(request, pk)
        language = request.GET.get("language", "fr")
        language = language if language in LANGUAGES else "fr"
        sample = self._sample(found, language)
        message = None
        if sample is not None:
            entry, address = sample
            with translation.override(language):
                letter = ask(entry, address, language=language, addition=found.message_in(language))
                message = letter.message(found.association)
        context = {
            "title": _("The mail"),
            "found": found,
            "language": language,
            "tabs": [
                {"label": name, "url": f"?language={code}", "current": code == language, "count": None}
                for code, name in (("fr", "Français"), ("de", "Deutsch"), ("en", "English"))
            ],
            "subject": message.subject if message else "",
            "text": _without_links(message.text) if message else "",
            "sender": message.sender_name if message else "",
            "sample": sample[0] if sample else None,
        }
        return page(self.admin_site, request, "companies/admin/campaigns/preview.html", context)

    def _sample(self, found: Campaign, language: str) -> tuple[Any, str] | None:
        if found.state == CampaignState.DRAFT:
            rows = candidates(found, clock.today()).filter(exclusion="").select_related("association", "municipality")
            same = rows.filter(Q(reader_language=language) | Q(reader_language=None, language=language))
            entry = same.order_by("pk").first() or rows.order_by("pk").first()
            return (entry, entry.address) if entry else None
        lines = found.recipients.exclude(address="").select_related("organisation__association")
        line = lines.filter(language=language).order_by("pk").first() or lines.order_by("pk").first()
        return (line.organisation, line.address) if line else None

    # -- steps ---------------------------------------------------------------------------------------------------------

    def send(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Settle who is asked; the clockwork sends in blocks. A double click finds it sent and says so."""
        found = self._found(request, pk, act="write")
        if found.state in {CampaignState.SENDING, CampaignState.RUNNING}:
            messages.info(request, _("The campaign was sent already; nobody is asked twice."))
            return redirect("admin:companies_campaign_change", pk)
        try:
            attempt(
                request,
                lambda: start_sending(campaign=found, by=person(request), now=clock.now()),
                _("The mails leave in blocks within the next minutes. You may close this page."),
            )
        except NothingToSend as refusal:
            messages.warning(request, refusal.message)
        return redirect("admin:companies_campaign_change", pk)

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End it; the figures are kept."""
        found = self._found(request, pk, act="write")
        if (found.state, "close") not in tables.CAMPAIGN:
            messages.info(request, _("The campaign is closed already."))
            return redirect("admin:companies_campaign_change", pk)
        form = CloseForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            attempt(
                request,
                lambda: close_campaign(campaign=found, by=person(request), now=clock.now(), reason=reason),
                _("The campaign is closed. Its figures stay as they are now."),
            )
            return redirect("admin:companies_campaign_change", pk)
        counts = figures(found)
        context = {
            "title": _("Close the campaign"),
            "found": found,
            "rows": [{"label": state.label, "value": counts[state]} for state in SHOWN if counts.get(state)],
        }
        return page(self.admin_site, request, "companies/admin/campaigns/close.html", context, form=form)

    def call(self, request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
        """Note what was said on the phone."""
        found = self._found(request, pk, act="write")
        rows = CampaignRecipient.objects.select_related("organisation__municipality", "contact", "mail")
        line = open_record(request, rows.filter(campaign=found), INTERNALS, act="write", log=None, pk=line_pk)
        form = CallForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                done = attempt(
                    request,
                    lambda: note_call(
                        recipient=line,
                        result=form.cleaned_data["result"],
                        note=form.cleaned_data["note"],
                        by=person(request),
                        now=clock.now(),
                    ),
                    _("Noted: %(entry)s") % {"entry": line.organisation},
                )
            return redirect("admin:companies_campaign_phone" if done else "admin:companies_campaign_change", pk)
        context = {"title": _("Note a call"), "found": found, "line": self._line(request, found, line)}
        return page(self.admin_site, request, "companies/admin/campaigns/call.html", context, form=form)


def _count_words(segment: Segment, association_id: int | None, found: Campaign | None) -> str:
    """How many entries a choice holds, and how many of them a mail reaches."""
    today = clock.today()
    rows = with_exclusions(segment.rows(association_id or 0, today), today, campaign_id=found.pk if found else None)
    counts = counted(rows)
    everybody, by_mail = sum(counts.values()), counts.get("", 0)
    text = ngettext(
        "%(all)s entry in this choice, %(mail)s of them asked by mail.",
        "%(all)s entries in this choice, %(mail)s of them asked by mail.",
        everybody,
    )
    return text % {"all": everybody, "mail": by_mail}


def _without_links(text: str) -> str:
    """The text with its signatures cut: whoever reads a preview must not be able to answer for the company."""
    return re.sub(r"/[^/\s]+~\d+~[^/\s]+/?", "/…", text)
