"""The commission's members: their sessions, the agenda, each file they may read, their word on it, and the papers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.agendas import OUTCOME_BADGES, SESSION_BADGES, Line, lines_of, quorum_words, seats_of, session_title
from coaching.dossier import dossier, item_title, told
from coaching.emails.commission import where_words
from coaching.enums import ItemOutcome, ItemState, SessionState
from coaching.forms.commission import ConflictForm, OpinionForm
from coaching.models import AgendaItem, CommissionSession, Opinion
from coaching.packs import ask_for_pack, hand_pack, latest_pack, pack_job
from coaching.permissions import (
    item_for_member,
    items_for_member,
    seat_of,
    session_for_member,
    sessions_for_member,
)
from coaching.workflow.tables import SESSION
from coaching.workflow.votes import NotSeated, StandsAside, give_opinion, stand_aside
from promo_portal.accounts.access import note_access
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock
from promo_portal.core.files import dressed
from promo_portal.core.transitions import TransitionRefused

ROWS = 25
GATHERED = (SessionState.CONVENED, SessionState.OPEN, SessionState.CLOSED, SessionState.APPROVED)


@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """The member's sessions, the next one first."""
    with seat_of(request) as rights:
        rows = sessions_for_member(rights)
        coming = list(rows.filter(state__in=["planned", "convened", "open"]).order_by("held_on", "pk"))
        past = rows.filter(state__in=["closed", "approved", "cancelled"]).order_by("-held_on", "-pk")
        listed = Paginator(past, ROWS).get_page(request.GET.get("page"))
        context = {
            "coming": session_cards(coming, rights.user_id),
            "past": [_card(row) for row in listed.object_list],
            "page_obj": listed,
        }
        return render(request, "coaching/sessions.html", context)


def _card(session: CommissionSession) -> dict[str, Any]:
    return {
        "session": session,
        "title": session_title(session),
        "where": where_words(session),
        "badge": SESSION_BADGES[SessionState(session.state)],
    }


def session_cards(found: list[CommissionSession], user_id: int | None) -> list[dict[str, Any]]:
    """Sessions with what is left to say on each; two queries for all of them."""
    aside = AgendaItem.objects.filter(recusals__member_id=user_id)
    items = AgendaItem.objects.filter(session__in=found, state=ItemState.LISTED).exclude(pk__in=aside.values("pk"))
    said = set(Opinion.objects.filter(item__session__in=found, member_id=user_id).values_list("item_id", flat=True))
    cards = []
    listed = list(items.values_list("pk", "session_id"))
    for session in found:
        own = [pk for pk, session_id in listed if session_id == session.pk]
        left = sum(pk not in said for pk in own) if session.state == SessionState.CONVENED else 0
        is_sent = session.state in GATHERED
        cards.append({**_card(session), "items": len(own) if is_sent else 0, "is_sent": is_sent, "left": left})
    return cards


@require_GET
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: when, where, who, the agenda without what the member stands aside from, the papers."""
    with seat_of(request) as rights:
        found = session_for_member(request, rights, pk)
        note_access(request, found)
        return render(request, "coaching/session.html", _about(found, rights))


def _about(found: CommissionSession, rights: Rights) -> dict[str, Any]:
    items = list(items_for_member(found, rights.user_id))
    lines = lines_of(found, items)
    seats = seats_of(found)
    gathered = found.state in GATHERED
    listed = AgendaItem.objects.filter(session=found).exclude(state=ItemState.REMOVED).count() if gathered else 0
    pack = latest_pack(found, rights.user_id)
    if pack["job"]:
        pack["progress_url"] = reverse("coaching:session_pack_progress", args=[found.pk, pack["job"].pk])
    return {
        **_card(found),
        "seats": seats,
        "quorum": quorum_words(found, seats),
        "rows": [_row(line, rights.user_id) for line in lines],
        "left_out": listed - len(items),
        "is_sent": gathered,
        "may_pack": bool(items),
        "pack": pack,
        "has_minutes": found.state in {SessionState.CLOSED, SessionState.APPROVED},
        "is_final": found.state == SessionState.APPROVED,
    }


def _row(line: Line, user_id: int | None) -> dict[str, Any]:
    item = line.item
    is_decided = item.state != ItemState.LISTED
    return {
        "line": line,
        "title": item_title(item),
        "mine": next((one for one in line.opinions if one.member_id == user_id), None),
        "outcome": item.get_outcome_display() if is_decided and item.outcome else "",
        "badge": OUTCOME_BADGES[ItemOutcome(item.outcome)] if is_decided and item.outcome else "neutral",
    }


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """One file to read, and the member's word on it; the others' stand here once the member has spoken."""
    with seat_of(request) as rights:
        session = session_for_member(request, rights, pk)
        found = item_for_member(request, session, item_pk)
        mine = Opinion.objects.filter(item=found, member_id=rights.user_id).first()
        may_speak = (session.state, "opine") in SESSION and found.state == ItemState.LISTED
        initial = {"advice": mine.advice, "text": mine.text} if mine else {}
        form = OpinionForm(
            request.POST if request.method == "POST" else None, is_vote=session.is_circular, initial=initial
        )
        if request.method == "POST" and form.is_valid():
            return _said(request, session, found, form)
        line = lines_of(session, [found])[0]
        return render(
            request,
            "coaching/session_item.html",
            {
                "session": session,
                "session_title": session_title(session),
                "item": found,
                "title": item_title(found),
                "summary": told(found, found.summary),
                "rows": dossier(found),
                "is_redacted": found.association.packs_are_redacted,
                "form": form,
                "mine": mine,
                "may_speak": may_speak,
                "may_stand_aside": (session.state, "recuse") in SESSION,
                "line": line if mine or session.is_over else None,
                "others": len(line.opinions),
                "decision": _decision(found),
            },
            status=422 if form.is_bound else 200,
        )


def _decision(found: AgendaItem) -> dict[str, Any] | None:
    if found.state == ItemState.LISTED or not found.outcome:
        return None
    return {
        "outcome": found.get_outcome_display(),
        "badge": OUTCOME_BADGES[ItemOutcome(found.outcome)],
        "reasons": told(found, found.reasons),
    }


def _said(request: HttpRequest, session: CommissionSession, found: AgendaItem, form: OpinionForm) -> HttpResponse:
    try:
        give_opinion(item=found, member=request.user, now=clock.now(), **form.cleaned_data)  # type: ignore[arg-type]
    except TransitionRefused as refusal:
        messages.warning(request, refusal.message)
    except (StandsAside, NotSeated):
        raise Http404 from None
    else:
        messages.success(request, _("Your vote is saved.") if session.is_circular else _("Your opinion is saved."))
    return redirect("coaching:session", pk=session.pk)


@require_http_methods(["GET", "POST"])
def aside(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """The request touches the member: they say so, and the file closes to them."""
    with seat_of(request) as rights:
        session = session_for_member(request, rights, pk)
        found = item_for_member(request, session, item_pk)
        form = ConflictForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                stand_aside(
                    item=found,
                    member=request.user,  # type: ignore[arg-type]
                    reason=form.cleaned_data["reason"],
                    by=request.user,  # type: ignore[arg-type]
                    now=clock.now(),
                )
            except TransitionRefused as refusal:
                messages.warning(request, refusal.message)
            else:
                messages.success(request, _("Noted: you stand aside. The file is closed to you from now on."))
            return redirect("coaching:session", pk=session.pk)
        context = {
            "session": session,
            "session_title": session_title(session),
            "item": found,
            "title": item_title(found),
            "form": form,
        }
        return render(request, "coaching/session_aside.html", context, status=422 if form.is_bound else 200)


# -- papers -------------------------------------------------------------------------------------------------------------


@require_GET
def calendar(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The session for the member's own calendar."""
    from coaching.session_calendar import (
        calendar_of_session,  # the library with its time zones, which most processes never need
    )

    with seat_of(request) as rights:
        found = session_for_member(request, rights, pk)
        name = f"{pgettext('file name', 'commission')}-{found.held_on:%Y-%m-%d}.ics"
        content = calendar_of_session(found, now=clock.now())
    return dressed(HttpResponse(content, content_type="text/calendar; charset=utf-8"), name)


@require_POST
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the pack made, under the member's name."""
    with seat_of(request) as rights:
        found = session_for_member(request, rights, pk)
        if not items_for_member(found, rights.user_id).exists():
            messages.info(request, _("There is nothing in this session for you to read."))
        else:
            ask_for_pack(found, by=request.user, now=clock.now())  # type: ignore[arg-type]
        return redirect("coaching:session", pk=found.pk)


@require_GET
def pack_progress(request: HttpRequest, pk: int, job_pk: int) -> HttpResponse:
    """How far the pack is, asked for every second."""
    with seat_of(request) as rights:
        job = pack_job(session_for_member(request, rights, pk), rights.user_id, job_pk)
        context = {"job": job, "job_progress_url": request.path}
        response = render(request, "components/job_progress.html", context)
    if not job.is_open:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def pack_file(request: HttpRequest, pk: int, job_pk: int) -> HttpResponseBase:
    """The member's own pack."""
    with seat_of(request) as rights:
        found = session_for_member(request, rights, pk)
        return hand_pack(request, found, pack_job(found, rights.user_id, job_pk))


@require_GET
def minutes(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The minutes, without what the member stood aside from."""
    with seat_of(request) as rights:
        found = session_for_member(request, rights, pk)
        if not found.is_over:
            raise Http404
        from coaching.exports.minutes import make_minutes  # the type-setter, which pages of the web never need

        note_access(request, found, "download")
        content = make_minutes(found, on=clock.today(), reader=request.user)  # type: ignore[arg-type]
    name = f"{pgettext('file name', 'minutes')}-{found.held_on:%Y-%m-%d}.pdf"
    return dressed(HttpResponse(content, content_type="application/pdf"), name)


def next_sessions(rights: Rights) -> list[dict[str, Any]]:
    """What the member's space shows: the sessions to come, and the last one."""
    rows = sessions_for_member(rights)
    coming = list(rows.filter(state__in=["planned", "convened", "open"]).order_by("held_on", "pk")[:3])
    if not coming:
        coming = list(rows.filter(state__in=["closed", "approved"]).order_by("-held_on", "-pk")[:1])
    return session_cards(coming, rights.user_id)
