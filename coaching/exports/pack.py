"""The pack of files for one reader: what is on the agenda and theirs to read, under their name."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from coaching.agendas import lines_of, quorum_words, seats_of, session_title
from coaching.dossier import dossier, item_title, told
from coaching.emails.commission import when_words, where_words
from coaching.enums import ItemState
from coaching.exports.paper import Paper
from coaching.models import AgendaItem, CommissionSession, Opinion, Recusal
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.formats import words


def pack_items(session: CommissionSession, reader: User) -> list[AgendaItem]:
    """What the reader finds in their pack: everything that is listed, without what they stand aside from."""
    aside = Recusal.objects.filter(member=reader, item__session=session).values("item_id")
    rows = AgendaItem.objects.filter(session=session).exclude(state=ItemState.REMOVED).exclude(pk__in=aside)
    related = ("request__municipality", "association", "session", "lead")
    return list(rows.select_related(*related).order_by("position", "pk"))


def make_pack(
    session: CommissionSession, reader: User, *, now: datetime, progress: Callable[[int], None] | None = None
) -> tuple[bytes, int]:
    """The pack as a PDF, and how many requests it holds. Opinions of others stand in it once the reader has given theirs."""
    today = now.astimezone(clock.ZURICH).date()
    items = pack_items(session, reader)
    name = str(reader)
    paper = Paper(
        title=_("Files for the commission"),
        subtitle=session_title(session),
        language=(get_language() or "fr")[:2],
        on=today,
        author=str(session.association),
        watermark=f"{name} · {words.day(today)}",
        foot=_("Confidential. Copy of %(name)s, %(moment)s") % {"name": name, "moment": words.moment(now)},
    )
    paper.facts(
        [
            (_("Vote by") if session.is_circular else _("When"), when_words(session)),
            (_("Where"), where_words(session)),
            (_("Quorum"), quorum_words(session, seats_of(session))),
        ]
    )
    if session.association.packs_are_redacted:
        paper.text(_("Names, addresses and phone numbers of the founders are left out."), is_note=True)
    _contents(paper, session, items)
    said = set(Opinion.objects.filter(item__in=items, member=reader).values_list("item_id", flat=True))
    for number, line in enumerate(lines_of(session, items), start=1):
        item = line.item
        paper.new_page()
        paper.chapter(f"{item.position}. {item_title(item)}")
        paper.text(told(item, item.summary))
        paper.facts((str(row["label"]), str(row["value"] or _("Not given"))) for row in dossier(item))
        if item.lead:
            paper.facts([(_("Proposed coach"), str(item.lead))])
        if item.pk in said and line.opinions:
            paper.section(_("Opinions"))
            paper.facts(
                (str(one.member), "\n".join(part for part in (one.get_advice_display(), told(item, one.text)) if part))
                for one in line.opinions
            )
        if progress:
            progress(number)
    return paper.pdf(), len(items)


def _contents(paper: Paper, session: CommissionSession, items: list[AgendaItem]) -> None:
    paper.chapter(_("Agenda"))
    left_out = AgendaItem.objects.filter(session=session).exclude(state=ItemState.REMOVED).count() - len(items)
    rows = [
        (line.item.position, words.hour(line.starts_at) if line.starts_at else "", item_title(line.item))
        for line in lines_of(session, items)
    ]
    if rows:
        paper.table([_("No."), _("Time"), _("Project")], rows, widths=(0, 0, 1))
    if left_out:
        sentence = ngettext(
            "%(n)s item is left out: you stand aside from it.", "%(n)s items are left out: you stand aside from them.",
            left_out,
        )  # fmt: skip
        paper.text(sentence % {"n": left_out}, is_note=True)
