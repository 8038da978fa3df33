"""A company's own pages behind its signed link. Opening them changes nothing; who holds the link needs no account."""

from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from companies import entry as fields
from companies.emails import has_refused, queue_link
from companies.enums import Freshness, OrganisationState, PictureState
from companies.forms.own import EntryForm, LeftForm
from companies.links import STOP, Opened, masked, opened
from companies.models import Contact, Organisation, OrganisationPicture, ProposedPicture
from companies.pictures import SIZES
from companies.views.detail import _find, heir_of
from companies.views.pictures import hand_drawing
from companies.workflow.answers import (
    confirm_by_link,
    contact_left,
    known_address,
    own_open,
    own_pictures,
    propose_by_link,
    resume_messages,
    say_closed,
    say_not_ours,
    stop_messages,
)
from companies.workflow.locking import ChangedMeanwhile
from companies.workflow.pictures import PictureRefused, shown_pictures
from companies.workflow.taking_back import last_answer, take_back
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.limits import allow
from promo_portal.core.spam import HOUR, within_limit
from promo_portal.core.transitions import TransitionRefused

# What the page of thanks can say; the address alone never makes anything true.
THANKED = ("confirmed", "changes", "closed", "not_ours", "declined", "nothing", "taken_back")
LISTED = (OrganisationState.PUBLISHED, OrganisationState.HIDDEN)
MAILS_AN_HOUR = 3
# The lines of the page, each with the field of the form where it is changed.
LINES = (
    ("name", "id_name"),
    ("phone", "id_phone"),
    ("email", "id_email"),
    ("website", "id_website"),
    ("activities", "id_add_activity"),
    ("capabilities", "id_add_capability"),
    ("size_class", "id_size_class"),
    ("founded_year", "id_founded_year"),
    ("languages", "id_language"),
)


def _mail_allowed(organisation: Organisation) -> bool:
    return allow(f"companies.entry_link:{organisation.pk}", times=MAILS_AN_HOUR, seconds=HOUR)


def _ended(request: HttpRequest, link: Opened) -> HttpResponse:
    """Too old, or made for somebody who has left: say so, and send a new one to whoever answers for the entry now."""
    organisation = link.organisation
    address, language = (link.address, link.language) if link.address else known_address(organisation)
    sent_again = False
    if request.method == "POST" and address and organisation.state in LISTED and _mail_allowed(organisation):
        with transaction.atomic():
            queue_link(organisation, address, language=language)
        sent_again = True
    context = {
        "organisation": organisation,
        "association": organisation.association,
        "is_revoked": link.is_revoked,
        "address": masked(address) if address else "",
        "sent_again": sent_again,
        "may_ask": bool(address) and organisation.state in LISTED,
    }
    return render(request, "companies/own/ended.html", context, status=200 if sent_again else 410)


def _lines(organisation: Organisation, edit_url: str) -> list[dict[str, Any]]:
    """The entry as the public sees it, line by line, each with its way to the form."""
    place = f"{organisation.postcode} {organisation.locality}".strip()
    address = "\n".join(part for part in (organisation.address_extra, organisation.street, place) if part)
    lines = [
        {
            "label": _first_big(fields.label_of(name)),
            "value": fields.shown(name, fields.text_of(organisation, name)),
            "url": f"{edit_url}#{anchor}",
        }
        for name, anchor in LINES
    ]
    spoken = [part for part in lines if part["url"].endswith("#id_language")]
    for part in spoken:
        labels = dict(fields.LANGUAGES)
        part["value"] = ", ".join(str(labels.get(code, code)) for code in organisation.languages.split())
    lines.insert(1, {"label": _("Address"), "value": address, "url": f"{edit_url}#id_street"})
    lines.insert(2, {"label": _("What they make"), "value": organisation.purpose, "url": f"{edit_url}#id_purpose_fr"})
    return [{**line, "missing": not line["value"]} for line in lines]


def _first_big(text: str) -> str:
    return text[:1].upper() + text[1:]


def _notice(link: Opened) -> str:
    """What is special about the entry, in words."""
    organisation = link.organisation
    if organisation.state == OrganisationState.CEASED:
        return _("We have noted that this organisation has ceased. If that is wrong, call us: nothing is lost.")
    if organisation.state == OrganisationState.HIDDEN:
        return _(
            "We have taken this entry out of the public list for the time being. Your answer helps us put it back."
        )
    if organisation.pk != link.mailed.pk:
        return _("There were two entries for you; they are one now. “%(old)s” has become this entry.") % {
            "old": link.mailed.name
        }
    if organisation.freshness(clock.today()) == Freshness.HIDDEN:
        return _(
            "The public does not see the entry at present, since nobody confirmed it for long. One press and it is back."
        )
    return ""


def _context(link: Opened, token: str) -> dict[str, Any]:
    organisation, today = link.organisation, clock.today()
    return {
        "organisation": organisation,
        "association": organisation.association,
        "token": token,
        "notice": _notice(link),
        "may_answer": organisation.state in LISTED,
        "is_public": organisation.is_public(today),
        "last": last_answer(link, clock.now()),
    }


@public
@never_cache
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """The entry as the public sees it, and one button: everything is right."""
    link = opened(token)
    if link.has_ended or link.is_revoked:
        return _ended(request, link)
    organisation = link.organisation
    if request.method == "POST" and organisation.state in LISTED:
        try:
            confirm_by_link(link=link, now=clock.now())
        except TransitionRefused:  # merged or ceased in the same second; the page says so
            return redirect(request.path)
        return redirect(f"{reverse('companies:entry_thanks', args=[token])}?what=confirmed")
    edit_url = reverse("companies:entry_edit", args=[token])
    pictures = _pictures(organisation, token)
    context = {
        **_context(link, token),
        "rows": _lines(organisation, edit_url),
        "picture_rows": [
            {"label": _first_big(fields.label_of(kind)), "url": f"{edit_url}#id_{kind}", "picture": pictures.get(kind)}
            for kind in fields.PICTURES
        ],
        "edit_url": edit_url,
        "waiting": len(own_open(organisation)),
        "is_confirmed": organisation.confirmed_on == clock.today(),
        "contacts": _people(organisation),
        "has_refused": has_refused(organisation, link.address),
    }
    return render(request, "companies/own/entry.html", context)


def _pictures(organisation: Organisation, token: str) -> dict[str, dict[str, Any]]:
    """The logo and the photo as their company sees them: the one that waits for a decision before the one of the entry."""
    waiting = own_pictures(organisation)
    seen: dict[str, OrganisationPicture | ProposedPicture] = {**shown_pictures(organisation), **waiting}
    found: dict[str, dict[str, Any]] = {}
    for kind, picture in seen.items():
        told = picture.proposal.proposed if isinstance(picture, ProposedPicture) else fields.text_of_picture(picture)
        found[kind] = {
            "kind": kind,
            "url": reverse("companies:entry_picture", args=[token, picture.key, "small"]) if picture.key else "",
            "told": fields.shown(kind, told),
            "is_waiting": kind in waiting,
            "width": picture.width,
            "height": picture.height,
        }
    return found


def _people(organisation: Organisation) -> list[Contact]:
    return list(organisation.contacts.filter(left_on=None).order_by("-is_main", "last_name", "pk")[:20])


@public
@never_cache
@require_http_methods(["GET", "POST"])
def entry_edit(request: HttpRequest, token: str) -> HttpResponse:
    """Three minutes: what is changed becomes a proposal, field by field."""
    link = opened(token)
    if link.has_ended or link.is_revoked:
        return _ended(request, link)
    if link.organisation.state not in LISTED:
        return redirect("companies:entry", token)
    waiting = {name: row.proposed for name, row in own_open(link.organisation).items()}
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = EntryForm(*sent, organisation=link.organisation, waiting=waiting)
    changed = False
    if request.method == "POST" and form.is_valid():
        try:
            answer = propose_by_link(
                link=link,
                values=form.values(),
                uploads=form.uploads,
                seen_version=form.cleaned_data["seen_version"],
                now=clock.now(),
            )
        except ChangedMeanwhile as refusal:
            changed, form = True, _again(form, refusal.current, waiting)
            form.add_error(
                None,
                _(
                    "The entry has changed since you opened this page. What you typed is kept: look through it"
                    " and send it again."
                ),
            )
        except PictureRefused as refusal:
            form.add_error(refusal.kind, refusal.message)
        except TransitionRefused:
            return redirect("companies:entry", token)
        else:
            what = "changes" if answer.proposed else ("declined" if answer.refused_before else "nothing")
            return redirect(f"{reverse('companies:entry_thanks', args=[token])}?what={what}")
    if form.is_bound:
        form.ask_for_pictures_again()
    context = {
        **_context(link, token),
        "form": form,
        "waiting": waiting,
        "pictures": _pictures(link.organisation, token),
    }
    return render(request, "companies/own/edit.html", context, status=422 if changed or form.errors else 200)


def _again(form: EntryForm, current: Organisation, waiting: dict[str, str]) -> EntryForm:
    """The same answers over the entry as it stands now."""
    typed = form.data.copy()  # type: ignore[attr-defined]
    typed["seen_version"] = str(current.version)
    fresh = EntryForm(typed, form.files, organisation=current, waiting=waiting)
    fresh.is_valid()
    return fresh


@public
@never_cache
@require_safe
def entry_picture(request: HttpRequest, token: str, key: UUID, size: str) -> HttpResponseBase:
    """A picture of the entry for its company, also the one that it proposes and nobody else sees."""
    link = opened(token)
    if link.has_ended or link.is_revoked or size not in SIZES:
        raise Http404
    shown = OrganisationPicture.objects.filter(organisation=link.organisation, state=PictureState.SHOWN)
    if not shown.filter(key=key).exists() and key not in {row.key for row in own_pictures(link.organisation).values()}:
        raise Http404
    return hand_drawing(key, size)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def entry_left(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody has left: their link ends with this step, and a successor may be named."""
    link = opened(token)
    if link.has_ended or link.is_revoked:
        return _ended(request, link)
    people = _people(link.organisation)
    if not people or link.organisation.state not in LISTED:
        return redirect("companies:entry", token)
    form = LeftForm(request.POST if request.method == "POST" else None, contacts=people)
    if request.method == "POST" and form.is_valid():
        person = form.contacts[form.cleaned_data["contact"]]
        contact_left(
            organisation=link.organisation, contact=person, successor=form.successor, link=link, now=clock.now()
        )
        # The link may have ended with this very step, so the answer needs no further page behind it.
        context = {
            **_context(link, token), "what": "left", "person": person, "has_successor": bool(form.successor),
            "link_works": not opened(token).is_revoked, "next_on": None,
        }  # fmt: skip
        return render(request, "companies/own/thanks.html", context)
    context = {**_context(link, token), "form": form}
    return render(request, "companies/own/left.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def entry_closed(request: HttpRequest, token: str) -> HttpResponse:
    """The company exists no longer: asked once more on a page of its own, decided by staff."""
    return _statement(request, token, "closed")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def entry_not_ours(request: HttpRequest, token: str) -> HttpResponse:
    """The mail reached the wrong people: they are asked no more."""
    return _statement(request, token, "not_ours")


def _statement(request: HttpRequest, token: str, what: str) -> HttpResponse:
    link = opened(token)
    if link.has_ended or link.is_revoked:
        return _ended(request, link)
    if link.organisation.state not in LISTED:
        return redirect("companies:entry", token)
    if request.method == "POST":
        try:
            say = say_closed if what == "closed" else say_not_ours
            say(link=link, now=clock.now())
        except TransitionRefused:  # merged or ceased in the same second; the page says so
            return redirect("companies:entry", token)
        return redirect(f"{reverse('companies:entry_thanks', args=[token])}?what={what}")
    context = {**_context(link, token), "what": what, "address": masked(link.address)}
    return render(request, "companies/own/statement.html", context)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def entry_undo(request: HttpRequest, token: str) -> HttpResponse:
    """Half an hour to take back the last answer; the page says which one that is, and a press does it."""
    link = opened(token)
    if link.has_ended or link.is_revoked:
        return _ended(request, link)
    if request.method == "POST" and take_back(link=link, now=clock.now()) is not None:
        return redirect(f"{reverse('companies:entry_thanks', args=[token])}?what=taken_back")
    context = _context(link, token)
    is_late = request.method == "POST" or context["last"] is None
    return render(
        request,
        "companies/own/undo.html",
        {**context, "is_late": is_late},
        status=409 if request.method == "POST" else 200,
    )


@public
@never_cache
@require_GET
def entry_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What we have understood, and what happens next."""
    link = opened(token)
    if link.has_ended or link.is_revoked:
        return _ended(request, link)
    what = request.GET.get("what", "")
    organisation = link.organisation
    if what not in THANKED or (what == "confirmed" and not organisation.confirmed_on):
        return redirect("companies:entry", token)
    mine = own_open(organisation)
    said = {"closed": fields.CEASED, "not_ours": fields.WRONG_ADDRESS}.get(what)
    if said and said not in mine:
        return redirect("companies:entry", token)
    fresh = organisation.fresh_on + relativedelta(months=settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
    context = {
        **_context(link, token),
        "what": what,
        "address": masked(link.address),
        "next_on": fresh,
        "proposals": [
            {
                "label": _first_big(fields.label_of(row.field)),
                "value": fields.shown(row.field, row.proposed) or _("empty"),
                "missing": False,
            }
            for row in mine.values()
            if row.field not in fields.STATEMENTS
        ],
    }
    return render(request, "companies/own/thanks.html", context)


@public
@never_cache
@csrf_exempt  # mail programs post here without a page of ours (RFC 8058); the signed address is the proof
@require_http_methods(["GET", "POST"])
def entry_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages about the entry: one press, also of a mail program's own button."""
    link = opened(token, purpose=STOP)
    if request.method == "POST":
        if request.POST.get("answer") == "resume" and link.address:
            resume_messages(link=link, now=clock.now())
        elif request.POST.get("answer") != "resume":
            stop_messages(link=link, now=clock.now())
        return redirect(request.path)
    context = {
        "organisation": link.organisation,
        "association": link.organisation.association,
        "is_revoked": link.is_revoked,
        "address": masked(link.address) if link.address else "",
        "has_refused": not link.is_revoked and has_refused(link.organisation, link.address),
    }
    return render(request, "companies/own/stop.html", context)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def entry_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody wants to see to their entry: the link goes to the address we know, and the page never tells which."""
    organisation = heir_of(_find(pk))
    if organisation.state not in LISTED:
        raise Http404
    is_sent = False
    too_often = False
    if request.method == "POST":
        too_often = not within_limit(request, "companies.entry_ask", times=10)
        if not too_often:
            is_sent = True
            address, language = known_address(organisation)
            if address and _mail_allowed(organisation):
                with transaction.atomic():
                    queue_link(organisation, address, language=language)
    context = {
        "organisation": organisation,
        "association": organisation.association,
        "is_sent": is_sent,
        "too_often": too_often,
    }
    return render(request, "companies/own/ask.html", context, status=429 if too_often else 200)
