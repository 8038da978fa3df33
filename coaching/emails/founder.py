"""What founders read before they have a file: their draft, their request, and the answer that leads elsewhere."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from coaching.emails.letter import Letter
from coaching.enums import RequestState
from coaching.links import CONFIRM, DAYS, FOLLOW, RESUME, url_to
from coaching.models import CoachingRequest, Decision
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute

APPEAL_DAYS = 30
WAS_SENT = gettext_noop("The request has been sent meanwhile.")


def subject_of(mail: OutgoingMail) -> int:
    """The number of the record a mail is about; ours always have one."""
    assert mail.subject_id is not None
    return mail.subject_id


def request_of(mail: OutgoingMail) -> CoachingRequest:
    """The request a mail is about, in whatever state it is when the mail leaves."""
    related = ("association", "municipality", "forwarded_to__association")
    return CoachingRequest.unscoped.select_related(*related).get(pk=subject_of(mail))


def _queue(kind: str, request: CoachingRequest) -> None:
    queue_mail(
        kind=kind,
        to_address=request.email,
        language=request.language,
        association_id=request.association_id,
        subject=request,
    )


def _hello(request: CoachingRequest) -> str:
    return _("Hello %(name)s,") % {"name": request.founder_name}


def why_draft() -> str:
    """Why somebody gets a mail about a draft that a stranger may have begun with their address."""
    return _(
        "You receive this message because somebody began a coaching request with this address."
        " If it was not you, do nothing: the draft will be deleted."
    )


def _why_sent() -> str:
    return _("You receive this message because you sent us a coaching request.")


# -- the draft ----------------------------------------------------------------------------------------------------------


def queue_draft_saved(request: CoachingRequest) -> None:
    """Mail the link that opens the draft anywhere."""
    _queue("coaching.draft_saved", request)


def draft_saved(mail: OutgoingMail) -> Message:
    """Your draft is kept, and how to take it up again."""
    request = request_of(mail)
    return Letter(
        subject=_("Your coaching request: draft kept"),
        about=_("Your coaching request is kept as a draft"),
        paragraphs=[
            _hello(request),
            _("This link opens your draft at the first open question, on any device, for %(days)s days.")
            % {"days": DAYS[RESUME]},
        ],
        button_url=url_to(RESUME, request),
        button_label=_("Take up my request again"),
        otherwise=[
            _("Nothing is sent until you agree at the end. Keep this message to yourself: the link opens your answers.")
        ],
        why=why_draft(),
    ).message(request.association)


def still_draft(mail: OutgoingMail) -> str | None:
    """A link to a draft makes no sense once it was sent or withdrawn."""
    state = CoachingRequest.unscoped.values_list("state", flat=True).get(pk=subject_of(mail))
    return None if state == RequestState.DRAFT else WAS_SENT


def queue_confirmation(request: CoachingRequest) -> None:
    """Mail the button that sends the request, where the browser could not prove its work."""
    _queue("coaching.confirm", request)


def confirmation(mail: OutgoingMail) -> Message:
    """One step remains: press the button behind this link."""
    request = request_of(mail)
    return Letter(
        subject=_("Your coaching request: one step remains"),
        about=_("Your coaching request has not been sent yet"),
        paragraphs=[
            _hello(request),
            _("Open this link, check your answers and press “Send my request”. The link works for %(days)s days.")
            % {"days": DAYS[CONFIRM]},
        ],
        button_url=url_to(CONFIRM, request),
        button_label=_("Check and send"),
        otherwise=[_("Without this step nothing is sent; your draft stays where it is.")],
        why=why_draft(),
    ).message(request.association)


def queue_link(request: CoachingRequest) -> None:
    """Mail a fresh link: to take up a draft, or to follow what was sent."""
    _queue("coaching.draft_saved" if request.state == RequestState.DRAFT else "coaching.link", request)


def follow_link(mail: OutgoingMail) -> Message:
    """A fresh link to the request's page."""
    request = request_of(mail)
    return Letter(
        subject=_("%(reference)s: your link") % {"reference": request.reference},
        about=_("Your coaching request %(reference)s") % {"reference": request.reference},
        paragraphs=[_hello(request), _("This link shows where your request stands.")],
        button_url=url_to(FOLLOW, request),
        button_label=_("See my request"),
        why=_why_sent(),
    ).message(request.association)


# -- the request --------------------------------------------------------------------------------------------------------


def queue_received(request: CoachingRequest) -> None:
    """Confirm a request with its reference, its date and a copy of the answers."""
    _queue("coaching.received", request)


def received(mail: OutgoingMail) -> Message:
    """Your request is here; the answer comes by this day; this is what you sent."""
    request = request_of(mail)
    return Letter(
        subject=_("%(reference)s: request received") % {"reference": request.reference},
        about=_("Request received: %(reference)s") % {"reference": request.reference},
        paragraphs=[
            _hello(request),
            _("%(association)s has received your request. You will hear from us by %(day)s.")
            % {"association": request.association, "day": words.day(request.answer_by)},
        ],
        button_url=url_to(FOLLOW, request),
        button_label=_("See my request"),
        otherwise=[_("If a question remains we call you. You can withdraw your request on its page at any time.")],
        rows=answers(request),
        why=_why_sent(),
    ).message(request.association)


def answers(request: CoachingRequest) -> list[tuple[str, str]]:
    """The six answers, for the founder's own copy."""
    return [
        (_("Municipality"), request.municipality.name if request.municipality else _("Not given")),
        (_("Stage"), request.get_stage_display()),
        (_("Idea"), request.idea),
        (_("When and with whom"), request.start or _("Not given")),
        (_("Main need"), " · ".join(part for part in (request.get_need_display(), request.need_detail) if part)),
    ]


def queue_withdrawn_by_founder(request: CoachingRequest) -> None:
    """Confirm that a request was taken back."""
    _queue("coaching.withdrawn", request)


def withdrawn(mail: OutgoingMail) -> Message:
    """Your request is withdrawn; nobody works on it any more."""
    request = request_of(mail)
    return Letter(
        subject=_("%(reference)s: request withdrawn") % {"reference": request.reference},
        about=_("Your request %(reference)s is withdrawn") % {"reference": request.reference},
        paragraphs=[_hello(request), _("Nobody works on it any more. You may send another one whenever you like.")],
        button_url=absolute(reverse("coaching:start")),
        button_label=_("Begin a new request"),
        why=_why_sent(),
    ).message(request.association)


def queue_refused(request: CoachingRequest) -> None:
    """Tell the founder of a refusal, with its reasons and what can be done about it."""
    _queue("coaching.refused", request)


def refused(mail: OutgoingMail) -> Message:
    """Refused, why, and the ways on."""
    request = request_of(mail)
    decision = Decision.objects.select_related("decided_by").get(request=request)
    return Letter(
        subject=_("%(reference)s: our answer") % {"reference": request.reference},
        about=_("We cannot accept your request %(reference)s") % {"reference": request.reference},
        paragraphs=[
            _hello(request),
            _("%(association)s has read your request and cannot offer you coaching. These are the reasons:")
            % {"association": request.association},
            decision.reasons,
            *([_("These addresses may help you further:"), decision.addresses] if decision.addresses else []),
        ],
        button_url=url_to(FOLLOW, request),
        button_label=_("See my request"),
        otherwise=ways_of_appeal(request),
        why=_why_sent(),
    ).message(request.association, person=decision.decided_by)


def ways_of_appeal(request: CoachingRequest) -> list[str]:
    """What a refused founder can do, and until when; the same words on the page and in the mail.

    The association's own procedure (mandate, annex on coaching): a second look by the commission, asked for in writing.
    """
    address = request.association.email if request.association else ""
    return [
        _(
            "If you do not agree, ask the commission within %(days)s days to look at it again: write to %(address)s and say why."
        )
        % {"days": APPEAL_DAYS, "address": address or settings.BRANDING["email"]},
        _("If your project changes, you may send a new request at any time."),
    ]


def queue_forwarded(request: CoachingRequest) -> None:
    """Tell the founder who answers now, and by when."""
    _queue("coaching.forwarded", request)


def forwarded(mail: OutgoingMail) -> Message:
    """Your request went to another association; its new number and date."""
    request = request_of(mail)
    successor = request.forwarded_to
    assert successor is not None
    return Letter(
        subject=_("%(reference)s: forwarded") % {"reference": request.reference},
        about=_("%(association)s answers your request now") % {"association": successor.association},
        paragraphs=[
            _hello(request),
            _(
                "As agreed with you we have forwarded your request %(reference)s. Its new number is %(new)s."
                " You will hear from %(association)s by %(day)s."
            )
            % {
                "reference": request.reference,
                "new": successor.reference,
                "association": successor.association,
                "day": words.day(successor.answer_by),
            },
        ],
        button_url=url_to(FOLLOW, successor),
        button_label=_("See my request"),
        otherwise=[_("If you do not agree any more, withdraw it on that page.")],
        why=_why_sent(),
    ).message(request.association)


def kind(name: str, label: object, render: object, **more: object) -> MailKind:
    return MailKind(name=name, label=label, mail_class=MailClass.TRANSACTIONAL, render=render, **more)  # type: ignore[arg-type]


KINDS = (
    kind("coaching.draft_saved", gettext_lazy("Coaching: link to a draft"), draft_saved, entitled=still_draft),
    kind("coaching.confirm", gettext_lazy("Coaching: confirm a request"), confirmation, entitled=still_draft),
    kind("coaching.link", gettext_lazy("Coaching: link to a request"), follow_link),
    kind("coaching.received", gettext_lazy("Coaching: request received"), received),
    kind("coaching.withdrawn", gettext_lazy("Coaching: request withdrawn"), withdrawn),
    kind("coaching.refused", gettext_lazy("Coaching: request refused"), refused),
    kind("coaching.forwarded", gettext_lazy("Coaching: request forwarded"), forwarded),
)
