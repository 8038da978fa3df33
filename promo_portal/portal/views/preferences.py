"""What a visitor may choose: appearance and language. Kept in cookies that are strictly needed, hence no banner."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from promo_portal.core.context import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> str:
    """The page the choice was made on; never another site's."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"


@csrf_exempt
@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or automatic, and return to the page.

    Without form token: the worst another site could do is change a colour, while a token would make every page personal.
    """
    response = HttpResponseRedirect(_back(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    return response


@csrf_exempt
@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember a language where the address does not say it (the admin), and return to the same page in it."""
    target, code = _back(request), request.POST.get("language", "")
    known = {code for code, _name in settings.LANGUAGES}
    response = HttpResponseRedirect(translate_url(target, code) if code in known else target)
    if code in known:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=YEAR,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response
