"""Words of the directory that are the same everywhere: lists, filters, addresses, exports."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(models.TextChoices):
    """What sort of organisation an entry is; ``kind`` of the public search."""

    COMPANY = "company", _("company")
    SCHOOL = "school", _("school")
    RESEARCH = "research", _("research institute")
    ASSOCIATION = "association", _("association")
    AUTHORITY = "authority", _("authority")


class SizeClass(models.TextChoices):
    """People employed; ``size`` of the public search. The classes of the Federal Statistical Office."""

    MICRO = "1-9", _("1 to 9 people")
    SMALL = "10-49", _("10 to 49 people")
    MEDIUM = "50-249", _("50 to 249 people")
    LARGE = "250+", _("250 people and more")


class OrganisationState(models.TextChoices):
    """Whether an entry stands in the directory. How fresh it is follows from its dates, not from a state."""

    PUBLISHED = "published", pgettext_lazy("entry", "published")
    HIDDEN = "hidden", pgettext_lazy("entry", "hidden")
    CEASED = "ceased", pgettext_lazy("entry", "ceased")
    MERGED = "merged", pgettext_lazy("entry", "merged")


class Freshness(models.TextChoices):
    """How far the last confirmation lies back (periods: ``DIRECTORY_*`` settings)."""

    CONFIRMED = "confirmed", pgettext_lazy("entry", "confirmed")
    TO_CONFIRM = "to_confirm", pgettext_lazy("entry", "to be confirmed")
    HIDDEN = "hidden", pgettext_lazy("entry", "hidden until confirmed")


class CapabilityKind(models.TextChoices):
    """What sort of capability a word of the vocabulary names."""

    PROCESS = "process", _("process")
    MATERIAL = "material", _("material")
    MACHINE = "machine", _("machine")
    CERTIFICATE = "certificate", _("certificate")
    CAPACITY = "capacity", _("capacity")


class LinkKind(models.TextChoices):
    """How an entry hangs together with the one above it."""

    BRANCH = "branch", _("branch of")
    SUBSIDIARY = "subsidiary", _("subsidiary of")
    DEPARTMENT = "department", _("part of")


class ConfirmationWay(models.TextChoices):
    """How an entry was confirmed."""

    LINK = "link", _("by signed link")
    PHONE = "phone", _("by phone")
    STAFF = "staff", _("by staff")
    IMPORT = "import", _("by an official register")


class ProposalSource(models.TextChoices):
    """Where a proposed value comes from."""

    COMPANY = "company", _("the company itself")
    IMPORT = "import", _("imported file")
    REGISTER = "register", _("commercial register")
    STAFF = "staff", _("staff")
    PUBLIC = "public", _("a visitor")


class ProposalState(models.TextChoices):
    """What became of a proposed change."""

    OPEN = "open", _("to decide")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    OVERTAKEN = "overtaken", _("overtaken")


class PictureKind(models.TextChoices):
    """What a picture of an organisation is."""

    LOGO = "logo", _("logo")
    PHOTO = "photo", _("photo")


class PictureState(models.TextChoices):
    """Nothing is shown before it was checked and drawn anew."""

    CHECKING = "checking", pgettext_lazy("picture", "being checked")
    SHOWN = "shown", pgettext_lazy("picture", "shown")
    REFUSED = "refused", pgettext_lazy("picture", "refused")


class DuplicateState(models.TextChoices):
    """What became of a suspicion."""

    OPEN = "open", _("to decide")
    DISTINCT = "distinct", _("two entries")
    MERGED = "merged", pgettext_lazy("duplicates", "merged")


class ImportState(models.TextChoices):
    """Where a file stands on its way into the directory."""

    CHOSEN = "chosen", _("columns to check")
    JUDGING = "judging", _("being checked")
    JUDGED = "judged", _("ready to import")
    RUNNING = "running", _("being imported")
    DONE = "done", _("imported")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("stopped")
    UNDONE = "undone", _("undone")


class Verdict(models.TextChoices):
    """What an import does with a row."""

    CREATE = "create", _("new entry")
    PROPOSE = "propose", _("change proposed")
    UNCHANGED = "unchanged", _("unchanged")
    DUPLICATE = "duplicate", _("duplicate?")
    REJECT = "reject", _("not imported")


class Undoing(models.TextChoices):
    """Whether what a row had done could be taken back."""

    UNDONE = "undone", pgettext_lazy("row of an import", "taken back")
    KEPT = "kept", pgettext_lazy("row of an import", "kept")


class CampaignState(models.TextChoices):
    """Where a campaign stands."""

    DRAFT = "draft", pgettext_lazy("campaign", "being prepared")
    SENDING = "sending", pgettext_lazy("campaign", "being sent")
    RUNNING = "running", pgettext_lazy("campaign", "running")
    CLOSED = "closed", pgettext_lazy("campaign", "closed")


class RecipientState(models.TextChoices):
    """What became of asking one organisation."""

    PLANNED = "planned", pgettext_lazy("campaign", "to be asked")
    SENT = "sent", pgettext_lazy("campaign", "asked, no answer yet")
    CONFIRMED = "confirmed", pgettext_lazy("campaign", "confirmed")
    PROPOSED = "proposed", pgettext_lazy("campaign", "changes proposed")
    PHONED = "phoned", pgettext_lazy("campaign", "reached by phone")
    UNREACHABLE = "unreachable", pgettext_lazy("campaign", "no address")
    BOUNCED = "bounced", pgettext_lazy("campaign", "mail came back")
    UNSUBSCRIBED = "unsubscribed", pgettext_lazy("campaign", "wants no mail")
    DROPPED = "dropped", pgettext_lazy("campaign", "not asked")


class CallResult(models.TextChoices):
    """What came of a call."""

    CONFIRMED = "confirmed", _("The entry is right: confirm it")
    REACHED = "reached", _("Reached, but nothing confirmed")
    NOT_REACHED = "not_reached", _("Nobody answered: stays on the list")
    NO_MAIL = "no_mail", _("Wants no more messages about the entry")


class Exclusion(models.TextChoices):
    """Why an organisation of a segment is not asked by mail."""

    NO_ADDRESS = "no_address", _("no address known")
    SUPPRESSED = "suppressed", _("address gets no more mail")
    UNSUBSCRIBED = "unsubscribed", _("wants no messages about the entry")
    LATELY = "lately", _("confirmed lately")
    ELSEWHERE = "elsewhere", _("asked by another campaign at present")


class AlertState(models.TextChoices):
    """Where a saved search stands: nothing is mailed before its reader has pressed the button in their mailbox."""

    WAITING = "waiting", pgettext_lazy("saved search", "to be confirmed")
    ACTIVE = "active", pgettext_lazy("saved search", "followed")
    ENDED = "ended", pgettext_lazy("saved search", "ended")


class Rhythm(models.TextChoices):
    """How often somebody hears of what is new in a search; never without news."""

    DAILY = "daily", _("on each day with something new")
    WEEKLY = "weekly", _("once a week")
