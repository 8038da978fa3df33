"""A session's papers for the manager: pack, minutes, and the report of a year."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from coaching.admin.doors import page, person
from coaching.models import CommissionSession
from coaching.packs import ask_for_pack, hand_pack, latest_pack, openings, pack_job
from coaching.yearly import year_of, years_with_sessions
from promo_portal.accounts.access import note_access, require
from promo_portal.core import clock
from promo_portal.core.files import dressed
from promo_portal.regions.models import Association

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
View = Callable[..., HttpResponseBase]


class PaperPages:
    """Mixed into the session's admin."""

    admin_site: Any
    _back: Callable[[CommissionSession], HttpResponse]
    _to_write: Callable[[HttpRequest, int], CommissionSession]
    _manages: Callable[[HttpRequest], bool]

    def paper_pages(self) -> dict[str, tuple[str, View]]:
        """Addresses below a session."""
        return {
            "pack": ("<int:pk>/pack/", require_POST(self.pack)),
            "pack_progress": ("<int:pk>/pack/<int:job_pk>/progress/", require_GET(self.pack_progress)),
            "pack_file": ("<int:pk>/pack/<int:job_pk>/", require_GET(self.pack_file)),
            "minutes_file": ("<int:pk>/minutes.pdf", require_GET(self.minutes_file)),
        }

    def papers(self, request: HttpRequest, session: CommissionSession) -> dict[str, Any]:
        """What the session's page shows of them."""
        if not self._manages(request):
            return {"pack": None, "openings": []}
        pack = latest_pack(session, person(request).pk)
        if pack["job"]:
            address = "admin:coaching_commissionsession_pack_progress"
            pack["progress_url"] = reverse(address, args=[session.pk, pack["job"].pk])
        return {"pack": pack, "openings": openings(session)}

    def pack(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the pack made, under one's own name."""
        session = self._to_write(request, pk)
        ask_for_pack(session, by=person(request), now=clock.now())
        return self._back(session)

    def pack_progress(self, request: HttpRequest, pk: int, job_pk: int) -> HttpResponse:
        """How far it is, asked for every second."""
        session = self._to_write(request, pk)
        job = pack_job(session, person(request).pk, job_pk)
        response = TemplateResponse(
            request, "components/job_progress.html", {"job": job, "job_progress_url": request.path}
        )
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response

    def pack_file(self, request: HttpRequest, pk: int, job_pk: int) -> HttpResponseBase:
        """The pack itself."""
        session = self._to_write(request, pk)
        return hand_pack(request, session, pack_job(session, person(request).pk, job_pk))

    def minutes_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The minutes as they stand: a draft until they are approved."""
        session = self._to_write(request, pk)
        if not session.is_over:
            raise Http404
        from coaching.exports.minutes import make_minutes  # the type-setter, which pages of the web never need

        note_access(request, session, "download")
        return pdf_answer(make_minutes(session, on=clock.today()), f"{_minutes_name(session)}.pdf")

    def report(self, request: HttpRequest) -> HttpResponseBase:
        """A year of the commission: as a page, on paper, as a table."""
        rights = require(request, "commission decision", "write")
        if rights.association_id is None or not self._manages(request):
            raise Http404
        years = years_with_sessions()
        asked = request.GET.get("year", "")
        chosen = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in years else years[0]  # noqa: PLR2004
        found, association = year_of(chosen), Association.objects.get(pk=rights.association_id)
        wanted = request.GET.get("format", "")
        if wanted in {"pdf", "xlsx"}:
            from coaching.exports.commission_year import year_pdf, year_xlsx  # the type-setter, as above

            name = f"{pgettext('file name', 'commission')}-{chosen}.{wanted}"
            if wanted == "pdf":
                return pdf_answer(year_pdf(found, association, on=clock.today()), name)
            return dressed(HttpResponse(year_xlsx(found), content_type=XLSX), name)
        context = {
            "title": _("The commission in %(year)s") % {"year": chosen},
            "found": found,
            "years": [{"label": year, "url": f"?year={year}", "current": year == chosen} for year in years],
            "year": chosen,
        }
        return page(self.admin_site, request, "coaching/admin/commission_report.html", context)


def _minutes_name(session: CommissionSession) -> str:
    return f"{pgettext('file name', 'minutes')}-{session.held_on:%Y-%m-%d}"


def pdf_answer(content: bytes, name: str) -> HttpResponseBase:
    """A paper as a private download."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Length"] = str(len(content))
    return dressed(response, name)
