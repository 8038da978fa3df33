"""The logo and the photo of an entry: what is there, what the scanner still holds back, a form for each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from companies.admin.doors import attempt, page, person
from companies.enums import PictureKind, PictureState
from companies.forms.pictures import LogoForm, PhotoForm
from companies.models import Organisation, OrganisationPicture
from companies.permissions import INTERNALS, organisation_for_staff
from companies.workflow.pictures import PictureRefused, put_picture, take_off_picture
from promo_portal.accounts.access import require
from promo_portal.core import clock

FORMS: dict[str, type[LogoForm]] = {PictureKind.LOGO: LogoForm, PictureKind.PHOTO: PhotoForm}
BADGES = {PictureState.CHECKING: "waiting", PictureState.SHOWN: "good", PictureState.REFUSED: "problem"}


class PicturesPage:
    """The page, for the admin of organisations."""

    admin_site: Any

    def pictures_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A form per kind; each is sent by itself."""
        require(request, INTERNALS, "write")
        found = organisation_for_staff(request, pk, act="write")
        known = {picture.kind: picture for picture in found.pictures.all()}
        kind = request.POST.get("kind", "") if request.method == "POST" else ""
        if request.method == "POST" and kind not in FORMS:
            return redirect("admin:companies_organisation_pictures", pk)
        forms = {name: self._form(request, name, kind, found, known.get(name)) for name in FORMS}
        if kind and self._done(request, found, kind, forms[kind]):
            return redirect("admin:companies_organisation_pictures", pk)
        parts = [
            {
                "kind": name,
                "title": PictureKind(name).label.capitalize(),
                "form": form,
                "picture": known.get(name),
                "badge": BADGES[PictureState(known[name].state)] if name in known else "",
            }
            for name, form in forms.items()
        ]
        context = {"title": _("Logo and photo"), "found": found, "parts": parts}
        return page(self.admin_site, request, "companies/admin/pictures.html", context, form=forms.get(kind))

    def _form(
        self, request: HttpRequest, name: str, kind: str, found: Organisation, picture: OrganisationPicture | None
    ) -> LogoForm:
        is_sent = name == kind and "take_off" not in request.POST
        sent = (request.POST, request.FILES) if is_sent else (None, None)
        return FORMS[name](*sent, picture=picture, prefix=name, initial={"seen_version": found.version})

    def _done(self, request: HttpRequest, found: Organisation, kind: str, form: LogoForm) -> bool:
        by, now = person(request), clock.now()
        if "take_off" in request.POST:
            seen = request.POST.get(f"{kind}-seen_version", "")
            version = int(seen) if seen.isdecimal() and len(seen) <= 9 else 0  # noqa: PLR2004 - longer is no version
            return attempt(
                request,
                lambda: take_off_picture(organisation=found, kind=kind, version=version, by=by, now=now),
                _("Taken off: the public does not see it any more."),
            )
        if not form.is_valid():
            return False

        def put() -> None:
            picture = put_picture(
                organisation=found, kind=kind, upload=form.upload, words=form.words,
                version=form.cleaned_data["seen_version"], by=by, now=now,
            )  # fmt: skip
            is_checking = picture.state == PictureState.CHECKING
            messages.success(
                request, _("Kept. The public sees it as soon as it is checked.") if is_checking else _("Kept.")
            )

        try:
            done = attempt(request, put, form=form)
        except PictureRefused as refusal:
            form.add_error("file", refusal.message)
            return False
        if not done:  # a colleague was quicker: the next press counts
            typed = request.POST.copy()
            typed[form.add_prefix("seen_version")] = str(Organisation.objects.get(pk=found.pk).version)
            form.data = typed
        return done
