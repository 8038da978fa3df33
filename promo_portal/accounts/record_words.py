"""What stands in the record as codes, in words: kinds of records, states, acts, and jobs that acted."""

from django.apps import apps
from django.utils.translation import gettext, pgettext_lazy

ACTS = {
    "accept": pgettext_lazy("act", "accepted"),
    "add": pgettext_lazy("act", "added"),
    "add_note": pgettext_lazy("act", "noted"),
    "add_task": pgettext_lazy("act", "task added"),
    "ask_confirmation": pgettext_lazy("act", "confirmation asked"),
    "begin": pgettext_lazy("act", "begun"),
    "cancel": pgettext_lazy("act", "cancelled"),
    "change address": pgettext_lazy("act", "address changed"),
    "change role": pgettext_lazy("act", "role changed"),
    "close": pgettext_lazy("act", "closed"),
    "close account": pgettext_lazy("act", "account closed"),
    "complete": pgettext_lazy("act", "done"),
    "dismiss": pgettext_lazy("act", "dismissed"),
    "drop": pgettext_lazy("act", "dropped"),
    "edit": pgettext_lazy("act", "changed"),
    "enter": pgettext_lazy("act", "entered"),
    "forward": pgettext_lazy("act", "forwarded"),
    "forward_in": pgettext_lazy("act", "received from another association"),
    "grant": pgettext_lazy("act", "role granted"),
    "hold": pgettext_lazy("act", "held"),
    "mail_dismiss": pgettext_lazy("act", "mail closed"),
    "mail_hold": pgettext_lazy("act", "mail held"),
    "mail_release": pgettext_lazy("act", "mail released"),
    "mail_retry": pgettext_lazy("act", "mail repeated"),
    "move": pgettext_lazy("act", "moved"),
    "move_next_date": pgettext_lazy("act", "next date moved"),
    "open": pgettext_lazy("act", "opened"),
    "pause": pgettext_lazy("act", "paused"),
    "refuse": pgettext_lazy("act", "refused"),
    "release": pgettext_lazy("act", "released"),
    "reminder_hold": pgettext_lazy("act", "reminder held"),
    "reminder_release": pgettext_lazy("act", "reminder released"),
    "reopen": pgettext_lazy("act", "reopened"),
    "reopen account": pgettext_lazy("act", "account reopened"),
    "reset second factor": pgettext_lazy("act", "second factors removed"),
    "retry": pgettext_lazy("act", "repeated"),
    "review": pgettext_lazy("act", "taken up"),
    "save": pgettext_lazy("act", "saved"),
    "set": pgettext_lazy("act", "set"),
    "submit": pgettext_lazy("act", "sent"),
    "withdraw": pgettext_lazy("act", "withdrawn"),
    "answer": pgettext_lazy("act", "answered"),
    "confirm": pgettext_lazy("act", "confirmed"),
    "find": pgettext_lazy("act", "found"),
    "give_up": pgettext_lazy("act", "given up"),
    "keep": pgettext_lazy("act", "kept in view"),
    "keep_logo": pgettext_lazy("act", "logo changed"),
    "keep_photo": pgettext_lazy("act", "photo changed"),
    "let": pgettext_lazy("act", "let or sold"),
    "publish": pgettext_lazy("act", "published"),
    "register": pgettext_lazy("act", "entered"),
    "reserve": pgettext_lazy("act", "reserved"),
    "resume": pgettext_lazy("act", "resumed"),
    "share": pgettext_lazy("act", "shared"),
    "show": pgettext_lazy("act", "shown"),
    "take": pgettext_lazy("act", "taken up"),
    "bounce": pgettext_lazy("act", "mail came back"),
    "call": pgettext_lazy("act", "called"),
    "cease": pgettext_lazy("act", "ceased"),
    "contact_left": pgettext_lazy("act", "contact has left"),
    "create": pgettext_lazy("act", "made"),
    "hide": pgettext_lazy("act", "hidden"),
    "merge": pgettext_lazy("act", "merged into another"),
    "phone": pgettext_lazy("act", "reached by phone"),
    "propose": pgettext_lazy("act", "changes proposed"),
    "resume_messages": pgettext_lazy("act", "wants messages again"),
    "revive": pgettext_lazy("act", "taken up again"),
    "send": pgettext_lazy("act", "sending begun"),
    "sent": pgettext_lazy("act", "all sent"),
    "stop_messages": pgettext_lazy("act", "wants no more messages"),
    "take_in": pgettext_lazy("act", "another entry merged into this one"),
    "unsubscribe": pgettext_lazy("act", "unsubscribed"),
    "take_off_logo": pgettext_lazy("act", "logo taken off"),
    "take_off_photo": pgettext_lazy("act", "photo taken off"),
}


def act_words(code: str) -> str:
    """An act in words; one that nobody has named keeps its code."""
    return str(ACTS.get(code, code.replace("_", " ")))


def kind_words(subject_kind: str) -> str:
    """The name of a kind of record."""
    try:
        return str(apps.get_model(subject_kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return subject_kind


def record_words(subject_kind: str, subject_id: int) -> str:
    """Kind and number; the title would be confidential itself."""
    return f"{kind_words(subject_kind)} {subject_id}"


def state_words(subject_kind: str, code: str) -> str:
    """A state by the word its pages use."""
    try:
        field = apps.get_model(subject_kind)._meta.get_field("state")
    except Exception:  # noqa: BLE001 - records outlive models and fields
        return code
    return str(dict(field.flatchoices).get(code, code))


def actor_words(name: str, number: int | None) -> str:
    """A person by the name they had; a job by its word in the reader's language."""
    return name if number is not None or not name else gettext(name)
