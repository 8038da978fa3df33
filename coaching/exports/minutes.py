"""The minutes of a session: who was there, the quorum, what was decided and why, who stood aside, and the remarks."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coaching.agendas import Line, lines_of, quorum_words, seats_of, session_title
from coaching.dossier import item_title, told
from coaching.emails.commission import where_words
from coaching.enums import ItemOutcome, ItemState, SessionState
from coaching.exports.paper import Paper
from coaching.models import AgendaItem, CommissionSession
from promo_portal.accounts.models import User
from promo_portal.core.formats import words


def make_minutes(session: CommissionSession, *, on: date, reader: User | None = None) -> bytes:
    """The minutes as a PDF. A member (``reader``) reads nothing of what they stood aside from but that they did."""
    is_final = session.state == SessionState.APPROVED
    paper = Paper(
        title=_("Minutes of the commission"),
        subtitle=session_title(session),
        language=(get_language() or "fr")[:2],
        on=on,
        author=str(session.association),
        watermark="" if is_final else _("Draft"),
        foot=_("Minutes, %(day)s, %(association)s")
        % {"day": words.day(session.held_on), "association": session.association},
    )
    _head(paper, session)
    rows = AgendaItem.objects.filter(session=session).exclude(state=ItemState.REMOVED)
    related = ("request__municipality", "association", "session", "lead", "deputy")
    items = list(rows.select_related(*related).order_by("position", "pk"))
    paper.chapter(_("Decisions"))
    for line in lines_of(session, items):
        if reader and any(one.member_id == reader.pk for one in line.recusals):
            paper.section(f"{line.item.position}. {_('You stood aside from this item.')}")
        else:
            _decision(paper, line, is_redacted=reader is not None)
    if session.minutes.strip():
        paper.chapter(_("Remarks"))
        paper.text(session.minutes)
    if is_final and session.approved_at:
        approved = {"name": session.approved_by, "day": words.day_prose(session.approved_at)}
        paper.text(_("Approved on %(day)s by %(name)s.") % approved, is_note=True)
    return paper.pdf()


def _head(paper: Paper, session: CommissionSession) -> None:
    seats = seats_of(session)
    present = [seat for seat in seats if seat.is_present]
    absent = [seat for seat in seats if not seat.is_present]
    chair = next((seat.member for seat in seats if seat.is_chair), None)
    both = {
        "opened": words.moment(session.opened_at) if session.opened_at else "–",
        "closed": words.moment(session.closed_at) if session.closed_at else "–",
    }
    paper.facts(
        [
            (_("Association"), str(session.association)),
            (_("Where"), where_words(session)),
            (_("Opened, closed"), _("%(opened)s to %(closed)s") % both),
            (_("In the chair"), str(chair or "")),
            (_("Has voted") if session.is_circular else _("Present"), ", ".join(str(seat.member) for seat in present)),
            (_("Has not voted") if session.is_circular else _("Excused"), ", ".join(str(one.member) for one in absent)),
            (_("Quorum"), quorum_words(session, seats)),
        ]
    )


def _decision(paper: Paper, line: Line, *, is_redacted: bool) -> None:
    item = line.item

    def shown(text: str) -> str:
        return told(item, text) if is_redacted else text

    title = item_title(item) if is_redacted else f"{item.title} ({item.request.founder_name})"
    paper.section(f"{item.position}. {title}")
    is_accepted = item.outcome == ItemOutcome.ACCEPT
    first = f"{words.day(item.first_date)}, {item.first_what}" if is_accepted and item.first_date else ""
    paper.facts(
        [
            (_("Reference"), str(item.request.reference)),
            (_("Decision"), item.get_outcome_display() if item.outcome else _("none")),
            (_("Votes"), line.vote_words),
            (_("Reasons"), shown(item.reasons)),
            (_("Conditions"), shown(item.conditions) if is_accepted else ""),
            (_("Better addresses"), item.addresses if item.outcome == ItemOutcome.REFUSE else ""),
            (_("Coach"), str(item.lead or "") if is_accepted else ""),
            (_("Deputy"), str(item.deputy or "") if is_accepted else ""),
            (_("First date"), first),
            (_("Stood aside"), "\n".join(f"{one.member}: {one.reason}" for one in line.recusals)),
        ]
    )
