"""The staff's admin site: closed like everything else, opening on My day, in the association on the desk."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from promo_portal.accounts.admin_base import PortalModelAdmin
from promo_portal.core.access import public
from promo_portal.portal import staff_context
from promo_portal.portal.my_day import my_day

# Stock pages that this site does not have: passwords are changed in one's account, and the shortcut to a record's public
# page finds records past the scope.
ABSENT = frozenset({"password_change", "password_change_done", "view_on_site"})
FOREIGN = ("django.", "allauth.", "pghistory.")
APP_ORDER = ("coaching", "companies", "premises", "clusters", "reminders", "mailing", "accounts", "audit", "regions")


class PortalAdminSite(AdminSite):
    """My day, queues and the association's records."""

    site_header = site_title = _("Economic promotion")
    index_title = _("My day")
    enable_nav_sidebar = False
    empty_value_display = "–"

    # -- doors ---------------------------------------------------------------------------------------------------------

    def has_permission(self, request: HttpRequest) -> bool:
        """Coaches, officers, managers and administrators whose second factor is passed."""
        return bool(request.user.is_active and request.rights.may_enter_admin)  # type: ignore[attr-defined]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Let everything that is refused look like what does not exist; visitors were asked to sign in before."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise Http404
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                raise Http404 from None

        wrapped: Callable[..., Any] = inner if cacheable else never_cache(inner)
        if not getattr(view, "csrf_exempt", False):
            wrapped = csrf_protect(wrapped)
        return update_wrapper(wrapped, view)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take our own pages only: those of foreign packages know nothing of the matrix (and show second factors).

        Pages of apps below the accounts, which may not import the base class, get it mixed in here.
        """
        given = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        ours = [model for model in given if not model.__module__.startswith(FOREIGN)]
        page = admin_class or ModelAdmin
        if not issubclass(page, PortalModelAdmin):
            page = type(page.__name__, (page, PortalModelAdmin), {"__module__": page.__module__})
        if ours:
            super().register(ours, page, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses without the absent ones, and our own pages in front."""
        from promo_portal.portal.views import break_glass, staff

        stock = [entry for entry in super().get_urls() if getattr(entry, "name", None) not in ABSENT]
        return [
            path("search/", self.admin_view(staff.search), name="search"),
            path("shortcuts/", self.admin_view(staff.keyboard_shortcuts), name="shortcuts"),
            path("break-glass/", self.admin_view(break_glass.open_or_close), name="break_glass"),
            *stock,
        ]

    @method_decorator(public)
    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door: the portal's sign-in."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        if request.user.is_authenticated:
            raise Http404
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: target})}")

    # -- pages ---------------------------------------------------------------------------------------------------------

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """My day."""
        return super().index(request, {**my_day(request), **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every staff page knows: navigation with counts, association, search, banner."""
        context: dict[str, Any] = super().each_context(request)
        if self.has_permission(request):
            context |= staff_context.of(request)
        return context

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Our order, and nothing technical for people who do not run the installation."""
        found = super().get_app_list(request, app_label)
        rank = {label: number for number, label in enumerate(APP_ORDER)}
        return sorted(found, key=lambda app: rank.get(app["app_label"], len(rank)))
