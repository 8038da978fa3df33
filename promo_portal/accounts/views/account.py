"""One's own account: profile, and the association one works for at the moment."""

from typing import Any

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django.views.generic import UpdateView

from promo_portal.accounts.devices import device_words
from promo_portal.accounts.forms import ProfileForm
from promo_portal.accounts.models import User
from promo_portal.accounts.rights import SESSION_ASSOCIATION
from promo_portal.accounts.session import end_all_sessions


class ProfileView(UpdateView):
    """Name, phone, language and keyboard of the person signed in."""

    form_class = ProfileForm
    template_name = "account/profile.html"
    success_url = reverse_lazy("accounts:profile")

    def get_object(self, queryset: Any = None) -> User:
        return User.objects.get(pk=self.request.user.pk)

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, gettext("Your profile is saved."))
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


profile = ProfileView.as_view()


class DevicesView(ListUserSessionsView):
    """Where one is signed in, and the way to end all of it but here."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        for session in context["sessions"]:
            session.device = device_words(session.user_agent)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """End every other session, also those that no list knows of."""
        person = User.objects.get(pk=self.request.user.pk)
        end_all_sessions(person)
        update_session_auth_hash(self.request, person)
        UserSession.objects.filter(user=person).delete()
        UserSession.objects.create_from_request(self.request)
        messages.success(self.request, gettext("The other devices are signed out."))
        return HttpResponseRedirect(self.get_success_url())


devices = DevicesView.as_view()


@require_POST
def switch_association(request: HttpRequest) -> HttpResponse:
    """Put another of one's associations on the desk; one that is not one's own does not exist."""
    wanted = request.POST.get("association", "")
    own = {str(choice.pk): choice.pk for choice in request.rights.associations}  # type: ignore[attr-defined]
    if wanted not in own:
        raise Http404
    request.session[SESSION_ASSOCIATION] = own[wanted]
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = resolve_url("admin:index")
    return HttpResponseRedirect(target)
