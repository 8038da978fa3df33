"""Templates for everybody: no account, no address asked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from coaching.papers import FORMS, PAPERS
from promo_portal.core.access import public


@public
@require_safe
def template(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """One template in the page's language."""
    if name not in PAPERS or form not in FORMS:
        raise Http404
    make, ending, content_type = FORMS[form]
    paper = PAPERS[name]
    answer = HttpResponse(make(paper), content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(True, f"{paper.title}.{ending}") or "attachment"
    return answer
