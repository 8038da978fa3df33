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


class CaseOutcome(models.TextChoices):
    """What a coaching led to, said when its file is closed."""

    LAUNCHED = "launched", _("company launched")
    TAKEN_OVER = "taken_over", _("company taken over")
    TURNED_ROUND = "turned_round", _("existing company set on its way again")
    EMPLOYED = "employed", _("founder in employment")
    GIVEN_UP = "given_up", _("project given up")
    ELSEWHERE = "elsewhere", _("carried on outside the region")


class SessionKind(models.TextChoices):
    """Members meet, or vote each from their own desk by a day."""

    MEETING = "meeting", pgettext_lazy("commission session", "Session")
    CIRCULAR = "circular", pgettext_lazy("commission session", "Circular decision")


class SessionState(models.TextChoices):
    """A sitting of the commission, from the first date to the approved minutes."""

    PLANNED = "planned", pgettext_lazy("commission session", "Planned")
    CONVENED = "convened", pgettext_lazy("commission session", "Convened")
    OPEN = "open", pgettext_lazy("commission session", "In session")
    CLOSED = "closed", pgettext_lazy("commission session", "Closed")
    APPROVED = "approved", pgettext_lazy("commission session", "Minutes approved")
    CANCELLED = "cancelled", pgettext_lazy("commission session", "Cancelled")


class ItemState(models.TextChoices):
    """What became of a request on an agenda."""

    LISTED = "listed", pgettext_lazy("agenda item", "On the agenda")
    DECIDED = "decided", pgettext_lazy("agenda item", "Decided")
    POSTPONED = "postponed", pgettext_lazy("agenda item", "Postponed")
    REMOVED = "removed", pgettext_lazy("agenda item", "Taken off")


class ItemOutcome(models.TextChoices):
    """What the commission says of a request while it sits; it counts once the session is closed."""

    ACCEPT = "accept", _("accept")
    REFUSE = "refuse", _("refuse")
    POSTPONE = "postpone", _("postpone")


class Advice(models.TextChoices):
    """A member's opinion before the session."""

    FAVOURABLE = "favourable", _("in favour")
    RESERVED = "reserved", _("with reservations")
    AGAINST = "against", _("against")
    QUESTION = "question", _("with a question")


class RecusalSource(models.TextChoices):
    """How a conflict of interests came to light."""

    DECLARED = "declared", _("declared by the member")
    FOUND = "found", _("found in the directory")


class MeetingKind(models.TextChoices):
    """How coach and founder met."""

    OFFICE = "office", _("at our office")
    SITE = "site", _("at the founder’s")
    PHONE = "phone", _("by phone")
    ONLINE = "online", _("by video")


class MeetingTopic(models.TextChoices):
    """What a meeting was about: ticked, not typed."""

    PLAN = "plan", _("business plan")
    FINANCE = "finance", _("finances")
    MARKET = "market", _("market and sales")
    LEGAL = "legal", _("legal form, permits")
    PROTECTION = "protection", _("protection of ideas")
    TEAM = "team", _("team, staff")
    PREMISES = "premises", _("premises, equipment")
    FUNDING = "funding", _("banks, support")
    LAUNCH = "launch", _("launch")
    FOLLOW_UP = "follow_up", _("follow-up")


class MilestoneKind(models.TextChoices):
    """The four stages that every coaching passes."""

    BUSINESS_PLAN = "business_plan", _("Business plan")
    FINANCIAL_PLAN = "financial_plan", _("Financial plan")
    MARKETING_PLAN = "marketing_plan", _("Marketing plan")
    LAUNCH = "launch", _("Launch")


class MilestoneState(models.TextChoices):
    """Reached only with a proof."""

    OPEN = "open", pgettext_lazy("milestone", "To reach")
    REACHED = "reached", pgettext_lazy("milestone", "Reached")
    DROPPED = "dropped", pgettext_lazy("milestone", "Not needed")


class Expertise(models.TextChoices):
    """What specialists are asked for."""

    PATENTS = "patents", _("patents and brands")
    FINANCE = "finance", _("finance and accounting")
    TAXES = "taxes", _("taxes")
    LAW = "law", _("law and contracts")
    MARKETING = "marketing", _("marketing and communication")
    SALES = "sales", _("sales")
    EXPORT = "export", _("export and customs")
    PRODUCTION = "production", _("production and industrialisation")
    QUALITY = "quality", _("quality and certification")
    DIGITAL = "digital", _("computing and digital tools")
    PEOPLE = "people", _("staff and insurances")
    SUCCESSION = "succession", _("succession and valuation")


class EngagementState(models.TextChoices):
    """A specialist's work on a file: nothing is shown before the founder has agreed to that very person."""

    PROPOSED = "proposed", pgettext_lazy("engagement", "Waiting for the founder’s consent")
    CONSENTED = "consented", pgettext_lazy("engagement", "Waiting for the specialist")
    ACTIVE = "active", pgettext_lazy("engagement", "Engaged")
    REPORTED = "reported", pgettext_lazy("engagement", "Report received")
    ENDED = "ended", pgettext_lazy("engagement", "Ended")
    DECLINED = "declined", pgettext_lazy("engagement", "Declined")
    REVOKED = "revoked", pgettext_lazy("engagement", "Consent withdrawn")
    CANCELLED = "cancelled", pgettext_lazy("engagement", "Called off")


class TimeKind(models.TextChoices):
    """What time or money was spent on."""

    PREPARATION = "preparation", _("preparation")
    CONTACT = "contact", _("meeting")
    FOLLOW_UP = "follow_up", _("follow-up work")
    TRAVEL = "travel", _("travel")
    SPECIALIST = "specialist", _("specialist")
    COST = "cost", _("other costs")


class AnnexState(models.TextChoices):
    """What became of a funder's cost annex."""

    DRAFT = "draft", pgettext_lazy("cost annex", "Draft")
    ISSUED = "issued", pgettext_lazy("cost annex", "Issued")
    PAID = "paid", pgettext_lazy("cost annex", "Paid")


class CheckState(models.TextChoices):
    """A check after the coaching has ended."""

    PLANNED = "planned", pgettext_lazy("outcome check", "Planned")
    ASKED = "asked", pgettext_lazy("outcome check", "Asked")
    ANSWERED = "answered", pgettext_lazy("outcome check", "Answered")
    UNREACHABLE = "unreachable", pgettext_lazy("outcome check", "Not reached")
    CANCELLED = "cancelled", pgettext_lazy("outcome check", "Dropped")


class DocumentKind(models.TextChoices):
    """What a document of a file is."""

    BUSINESS_PLAN = "business_plan", _("business plan")
    FINANCIAL_PLAN = "financial_plan", _("financial plan")
    LIQUIDITY_PLAN = "liquidity_plan", _("liquidity plan")
    MARKETING_PLAN = "marketing_plan", _("marketing plan")
    CONTRACT = "contract", _("contract or offer")
    REPORT = "report", _("report")
    PROOF = "proof", _("proof")
    OTHER = "other", _("other document")


class VatMethod(models.TextChoices):
    """How the value added tax is settled (VAT Act, art. 10, 36 and 37)."""

    NONE = "none", _("not liable")
    EFFECTIVE = "effective", _("effective method, every quarter")
    NET = "net", _("net tax rate method, every half-year")


class LineKind(models.TextChoices):
    """What a line of a financial plan counts, in the order of the plan."""

    SALES = "sales", _("Sales")
    MATERIAL = "material", _("Material and goods")
    STAFF = "staff", _("Staff")
    COST = "cost", _("Other costs")
    INVESTMENT = "investment", _("Investments")
    LOAN = "loan", _("Loans")
    CAPITAL = "capital", _("Own money paid in")
    WITHDRAWAL = "withdrawal", _("Money taken out")
