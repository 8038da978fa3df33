"""How every answer travels: readable from any page (CORS), by HEAD, and not twice where nothing has changed (ETag)."""

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from promo_portal.core.access import public

View = Callable[..., HttpResponse]
METHODS = "GET, HEAD, OPTIONS"
A_DAY = 86_400


def open_data(view: View) -> View:
    """Let everybody read a view of the interface."""

    @public
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": METHODS})
            response["Access-Control-Max-Age"] = str(A_DAY)
        elif request.method == "HEAD":
            request.method = "GET"
            response = _answer(view, request, *args, **kwargs)
            request.method = "HEAD"
        else:
            response = _answer(view, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = METHODS
        response["Access-Control-Allow-Headers"] = "If-None-Match"
        response["Access-Control-Expose-Headers"] = "ETag"
        return response

    return wrapper


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    response = view(request, *args, **kwargs)
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = METHODS
    if request.method != "GET" or response.status_code != HTTPStatus.OK:
        return response
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=60)
    return cast("HttpResponse", get_conditional_response(request, etag=etag, response=response))
