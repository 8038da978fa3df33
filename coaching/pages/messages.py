"""The thread between founder and coaches, seen from either side."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from coaching.forms.plan import MessageForm
from coaching.models import CaseFile, CaseMessage
from coaching.pages.desk import Desk
from coaching.workflow.talk import mark_read, write_message
from promo_portal.accounts.access import note_access
from promo_portal.core import clock

AT_ONCE = 25


def unread_for(case: CaseFile, *, is_staff: bool) -> int:
    """How many messages of the other side nobody of this side has read."""
    unread = CaseMessage.objects.filter(case_file=case, read_at=None)
    return (unread.filter(author=case.founder_id) if is_staff else unread.exclude(author=case.founder_id)).count()


def thread(desk: Desk) -> HttpResponse:
    """All messages, newest first; writing, or saying that one has read, marks the other side's as read."""
    case, posted = desk.case, desk.request.method == "POST"
    if posted and desk.request.POST.get("action") == "read":
        mark_read(case=case, by=desk.person, now=clock.now())
        return desk.go("messages")
    form = MessageForm(desk.request.POST if posted else None)
    if posted and form.is_valid():
        write_message(case=case, text=form.cleaned_data["text"], by=desk.person, now=clock.now())
        mark_read(case=case, by=desk.person, now=clock.now())
        return desk.go("messages", said=_("Message sent."))
    rows = CaseMessage.objects.filter(case_file=case).select_related("author")
    listed = Paginator(rows, AT_ONCE).get_page(desk.request.GET.get("page"))
    if desk.is_staff and not posted:
        for message in [row for row in listed.object_list if row.author_id == case.founder_id and row.read_at is None]:
            note_access(desk.request, message)
    context = {
        "form": form,
        "page_obj": listed,
        "rows": [
            {"message": row, "is_mine": (row.author_id == case.founder_id) != desk.is_staff}
            for row in listed.object_list
        ],
        "unread": unread_for(case, is_staff=desk.is_staff),
    }
    return desk.show("coaching/space/messages.html", context)
