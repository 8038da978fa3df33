"""What founders read: their draft, their request, the decision, their file."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from coaching.emails.letter import Letter
from coaching.enums import CaseState, RequestState, TaskState
from coaching.links import CONFIRM, DAYS, FOLLOW, RESUME, url_to
from coaching.models import CaseFile, CoachingRequest, Decision, Task
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute

APPEAL_DAYS = 30
WAS_SENT = gettext_noop("The request has been sent meanwhile.")
HAS_CHANGED = gettext_noop("What this mail is about has changed meanwhile.")


def _subject(mail: OutgoingMail) -> int:
    """The number of the record a mail is about; ours always have one."""
    assert mail.subject_id is not None
    return mail.subject_id


def request_of(mail: OutgoingMail) -> CoachingRequest:
    """The request a mail is about, in whatever state it is when the mail leaves."""
    related = ("association", "municipality", "forwarded_to__association")
    return CoachingRequest.unscoped.select_related(*related).get(pk=_subject(mail))


def case_of(mail: OutgoingMail) -> CaseFile:
    """The file a mail is about."""
    return CaseFile.objects.select_related("association", "founder", "lead", "deputy").get(pk=_subject(mail))


def _queue(kind: str, request: CoachingRequest) -> None:
    queue_mail(
        kind=kind,
        to_address=request.email,
        language=request.language,
        association_id=request.association_id,
        subject=request,
    )


def _queue_for_case(kind: str, case: CaseFile, subject: CaseFile | Task | None = None) -> None:
    queue_mail(kind=kind, to_user=case.founder, association_id=case.association_id, subject=subject or case)


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


def _why_file() -> str:
    return _("You receive this message because you are followed by a coach.")


def file_url(case: CaseFile) -> str:
    """The founder's page of their file."""
    return absolute(reverse("coaching:case", args=[case.pk]))


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
    state = CoachingRequest.unscoped.values_list("state", flat=True).get(pk=_subject(mail))
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


# -- the file -----------------------------------------------------------------------------------------------------------


def queue_accepted_for_founder(case: CaseFile) -> None:
    """Tell the founder that a coach follows them, and what comes first."""
    _queue_for_case("coaching.accepted", case)


def accepted(mail: OutgoingMail) -> Message:
    """Accepted: who your coach is, the first date, what to prepare, how to sign in."""
    case = case_of(mail)
    tasks = Task.objects.filter(case_file=case, assignee=case.founder, state=TaskState.OPEN).order_by("due_on", "pk")
    conditions = conditions_of(case)
    return Letter(
        subject=_("Coaching accepted: first date on %(day)s") % {"day": words.day(case.next_date)},
        about=_("Your request is accepted"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("%(coach)s is your coach from now on.") % {"coach": case.lead},
            _("First date: %(date)s, %(what)s.") % {"date": date_words(case), "what": case.next_what},
            *([_("Accepted on these conditions:"), conditions] if conditions else []),
        ],
        rows=[(_("For you, by %(day)s") % {"day": words.day(task.due_on)}, task.title) for task in tasks],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[_("You sign in with this e-mail address: we send you a code, there is no password.")],
        why=_why_file(),
    ).message(case.association, person=case.lead)


def conditions_of(case: CaseFile) -> str:
    """On what conditions the request behind a file was accepted, if on any."""
    kept = Decision.objects.filter(request_id=case.request_id).values_list("conditions", flat=True).first()
    return kept or ""


def date_words(case: CaseFile) -> str:
    """The next date as one says it: Monday 23 November at 9.30."""
    if case.next_date is None:
        return _("no date")
    when = words.weekday(case.next_date)
    if case.next_time is None:
        return when
    return _("%(day)s at %(hour)s") % {"day": when, "hour": words.hour_prose(case.next_time)}


def queue_next_date_moved(case: CaseFile) -> None:
    """Tell the founder of the new next date."""
    _queue_for_case("coaching.next_date_moved", case)


def next_date_moved(mail: OutgoingMail) -> Message:
    """The next date, and what it is for."""
    case = case_of(mail)
    return Letter(
        subject=_("Next date: %(day)s") % {"day": words.day(case.next_date)},
        about=_("Next date: %(date)s") % {"date": date_words(case)},
        paragraphs=[_("Hello %(name)s,") % {"name": case.founder}, _("What for: %(what)s") % {"what": case.next_what}],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[_("If the date does not suit you, answer this message.")],
        why=_why_file(),
    ).message(case.association, person=case.lead)


def queue_new_coach(case: CaseFile) -> None:
    """Tell the founder who coaches them from now on."""
    _queue_for_case("coaching.new_coach", case)


def new_coach(mail: OutgoingMail) -> Message:
    """The coach's name, and that dates and tasks stay."""
    case = case_of(mail)
    rest = [_("Next date: %(date)s") % {"date": date_words(case)}] if case.next_date else []
    return Letter(
        subject=_("%(name)s coaches you from now on") % {"name": case.lead},
        about=_("%(name)s coaches you from now on") % {"name": case.lead},
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("Your file goes on with another coach. All dates, tasks and documents stay as they were agreed on."),
            *rest,
        ],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[_("To get to know each other before the next date, answer this message.")],
        why=_why_file(),
    ).message(case.association, person=case.lead)


def not_closed(mail: OutgoingMail) -> str | None:
    """Who coaches is of no use once the file is closed."""
    return HAS_CHANGED if case_of(mail).state == CaseState.CLOSED else None


def file_is_open(mail: OutgoingMail) -> str | None:
    """A date or a task is of no use once the file rests."""
    return None if case_of(mail).state == CaseState.OPEN else HAS_CHANGED


def queue_task_added(task: Task) -> None:
    """Tell whoever must do it that there is a new task."""
    queue_mail(kind="coaching.task_added", to_user=task.assignee, association_id=task.association_id, subject=task)


def task_of(mail: OutgoingMail) -> Task:
    """The task a mail is about."""
    related = ("case_file__association", "case_file__lead", "case_file__founder", "assignee")
    return Task.objects.select_related(*related).get(pk=_subject(mail))


def task_url(task: Task, user_id: int | None) -> str:
    """Where the reader finds the task: founders on their page, coaches in the admin."""
    if user_id == task.case_file.founder_id:
        return absolute(reverse("coaching:task", args=[task.case_file_id, task.pk]))
    return absolute(reverse("admin:coaching_casefile_tasks", args=[task.case_file_id]))


def task_added(mail: OutgoingMail) -> Message:
    """Something new to do, and until when."""
    task = task_of(mail)
    return Letter(
        subject=_("To do by %(day)s: %(task)s") % {"day": words.day(task.due_on), "task": shortened(task.title)},
        about=task.title,
        paragraphs=[
            _("To do by %(day)s. Project: %(title)s.") % {"day": words.day(task.due_on), "title": task.case_file.title},
            *([task.detail] if task.detail else []),
        ],
        button_url=task_url(task, mail.to_user_id),
        button_label=_("Open the task"),
        otherwise=[_("Tick it on that page when it is done; then no reminder is sent.")],
        why=_why_file(),
    ).message(task.case_file.association, person=task.case_file.lead)


def task_is_open(mail: OutgoingMail) -> str | None:
    """No mail about a task that is done, or that somebody else must do now."""
    task = task_of(mail)
    still_theirs = task.state == TaskState.OPEN and task.assignee_id == mail.to_user_id
    return None if still_theirs else HAS_CHANGED


def shortened(text: str, limit: int = 28) -> str:
    """``text`` cut at a word for a subject."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rsplit(' ', 1)[0]}…"


def queue_file_rests(case: CaseFile) -> None:
    """Tell the founder that their file is paused or closed."""
    _queue_for_case("coaching.file_rests", case)


def file_rests(mail: OutgoingMail) -> Message:
    """Paused or closed, why, and how to come back."""
    case = case_of(mail)
    paused = case.state == CaseState.PAUSED
    return Letter(
        subject=_("Your coaching file is paused") if paused else _("Your coaching file is closed"),
        about=_("Your coaching file is paused") if paused else _("Your coaching file is closed"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("Reason: %(reason)s") % {"reason": case.state_reason},
        ],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[_("To take it up again, answer this message or call us.")],
        why=_why_file(),
    ).message(case.association, person=case.lead)


def file_rests_still(mail: OutgoingMail) -> str | None:
    """Not if the file was opened again meanwhile."""
    return HAS_CHANGED if case_of(mail).state == CaseState.OPEN else None


def _kind(name: str, label: object, render: object, **more: object) -> MailKind:
    return MailKind(name=name, label=label, mail_class=MailClass.TRANSACTIONAL, render=render, **more)  # type: ignore[arg-type]


KINDS = (
    MailKind(
        name="coaching.new_coach",
        label=gettext_lazy("Coaching: another coach, to the founder"),
        mail_class=MailClass.TRANSACTIONAL,
        render=new_coach,
        entitled=not_closed,
    ),
    _kind("coaching.draft_saved", gettext_lazy("Coaching: link to a draft"), draft_saved, entitled=still_draft),
    _kind("coaching.confirm", gettext_lazy("Coaching: confirm a request"), confirmation, entitled=still_draft),
    _kind("coaching.link", gettext_lazy("Coaching: link to a request"), follow_link),
    _kind("coaching.received", gettext_lazy("Coaching: request received"), received),
    _kind("coaching.withdrawn", gettext_lazy("Coaching: request withdrawn"), withdrawn),
    _kind("coaching.refused", gettext_lazy("Coaching: request refused"), refused),
    _kind("coaching.forwarded", gettext_lazy("Coaching: request forwarded"), forwarded),
    _kind("coaching.accepted", gettext_lazy("Coaching: request accepted"), accepted),
    _kind("coaching.next_date_moved", gettext_lazy("Coaching: new next date"), next_date_moved, entitled=file_is_open),
    _kind("coaching.task_added", gettext_lazy("Coaching: new task"), task_added, entitled=task_is_open),
    _kind(
        "coaching.file_rests", gettext_lazy("Coaching: file paused or closed"), file_rests, entitled=file_rests_still
    ),
)
