"""The logo and the photo of an entry, as staff bring them."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from companies.models import OrganisationPicture
from companies.models.picture import ALTERNATIVES
from promo_portal.core.forms.base import PortalFormMixin
from promo_portal.core.forms.fields import LineField
from promo_portal.files.fields import PictureField


class LogoForm(PortalFormMixin, forms.Form):
    """A file, and the version of the entry that the person saw."""

    texts: ClassVar[tuple[str, ...]] = ()

    file = PictureField(label=pgettext_lazy("upload", "File"))
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, picture: OrganisationPicture | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = picture is None
        if picture is not None:
            self.fields["file"].label = pgettext_lazy("upload", "New file")
            for name in self.texts:
                self.initial[name] = getattr(picture, name)

    @property
    def upload(self) -> UploadedFile | None:
        """The new file, if there is one."""
        return self.cleaned_data.get("file") or None

    @property
    def words(self) -> dict[str, str]:
        """What is said of the picture."""
        return {name: self.cleaned_data[name] for name in self.texts}


class PhotoForm(LogoForm):
    """A photo is told in words, too."""

    texts = (*ALTERNATIVES, "credit")

    alternative_fr = LineField(
        label=gettext_lazy("What the photo shows (French)"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Read aloud to those who do not see it: one sentence, such as: Two people at a lathe."),
    )
    alternative_de = LineField(label=gettext_lazy("What the photo shows (German)"), max_length=200, required=False)
    alternative_en = LineField(label=gettext_lazy("What the photo shows (English)"), max_length=200, required=False)
    credit = LineField(label=gettext_lazy("Who took it"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        known = [name for name in ALTERNATIVES if name in cleaned]
        if len(known) == len(ALTERNATIVES) and not any(cleaned[name] for name in known):
            self.add_error("alternative_fr", _("Say in at least one language what the photo shows."))
        return cleaned
