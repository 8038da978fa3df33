"""States, phases and answers of coaching."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RequestState(models.TextChoices):
    """The life of a request; the applicant always sees the true one."""

    DRAFT = "draft", pgettext_lazy("coaching request", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("coaching request", "Sent")
    IN_REVIEW = "in_review", pgettext_lazy("coaching request", "Being read")
    ON_AGENDA = "on_agenda", pgettext_lazy("coaching request", "On the commission’s agenda")
    ACCEPTED = "accepted", pgettext_lazy("coaching request", "Accepted")
    REFUSED = "refused", pgettext_lazy("coaching request", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("coaching request", "Withdrawn")
    FORWARDED = "forwarded", pgettext_lazy("coaching request", "Forwarded")


class Stage(models.TextChoices):
    """How far the project has come, in the founder's words."""

    IDEA = "idea", _("I have an idea")
    PREPARING = "preparing", _("I am preparing my company")
    FOUNDED = "founded", _("My company exists, for less than three years")
    TAKEOVER = "takeover", _("I am taking over a company")
    EXISTING = "existing", _("My company has existed for longer and faces a turning point")


class Need(models.TextChoices):
    """What the founder needs most."""

    BUSINESS_PLAN = "business_plan", _("Write the business plan")
    FINANCE = "finance", _("Work out the finances and find money")
    MARKET = "market", _("Find customers")
    LAW = "law", _("Choose a legal form, understand the rules")
    PROTECTION = "protection", _("Protect an invention or a brand")
    PREMISES = "premises", _("Find premises")
    OTHER = "other", _("Something else, or I do not know yet")


class Channel(models.TextChoices):
    """How a request reached the association."""

    ONLINE = "online", _("online")
    PHONE = "phone", _("by phone")
    PAPER = "paper", _("on paper")


class CasePhase(models.TextChoices):
    """Where a coaching file stands in its course."""

    PREPARATION = "preparation", _("Preparation")
    LAUNCH = "launch", _("Launch")
    FOLLOW_UP = "follow_up", _("Follow-up")


class CaseState(models.TextChoices):
    """Whether somebody works on the file."""

    OPEN = "open", pgettext_lazy("coaching file", "Open")
    PAUSED = "paused", pgettext_lazy("coaching file", "Paused")
    CLOSED = "closed", pgettext_lazy("coaching file", "Closed")


class TaskState(models.TextChoices):
    """A task is open until somebody ticks it."""

    OPEN = "open", pgettext_lazy("task", "To do")
    DONE = "done", pgettext_lazy("task", "Done")
    CANCELLED = "cancelled", pgettext_lazy("task", "Dropped")
