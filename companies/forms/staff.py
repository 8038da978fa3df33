"""What staff type: an entry, a reason, a value for many."""

import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.enums import OrganisationKind, SizeClass
from companies.models import Organisation
from companies.models.organisation import LANGUAGES
from companies.uid import UidField
from companies.workflow.locking import ChangedMeanwhile
from promo_portal.core import clock
from promo_portal.core.forms.base import PortalFormMixin
from promo_portal.core.forms.fields import LineField, PhoneField, TextBlockField
from promo_portal.regions.models import ActivityCode

if TYPE_CHECKING:
    from django.http import QueryDict


class ActivityCodesField(LineField):
    """Codes of activities in any customary spelling, the main one first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=kwargs.pop("max_length", 200), **kwargs)

    def clean(self, value: Any) -> Any:
        codes = [code for part in re.split(r"[\s,;]+", super().clean(value)) if (code := part.replace(".", "").upper())]
        known = set(ActivityCode.objects.filter(code__in=codes).values_list("code", flat=True))
        for code in codes:
            if code not in known:
                raise forms.ValidationError(_("There is no activity with the code %(code)s.") % {"code": code})
        return list(dict.fromkeys(codes))


class OrganisationForm(forms.ModelForm):
    """An entry in the admin; what somebody else saved meanwhile is not overwritten."""

    uid = UidField(label=gettext_lazy("UID"), required=False)
    phone = PhoneField(label=gettext_lazy("phone"), max_length=40, required=False)
    activity_codes = ActivityCodesField(
        label=gettext_lazy("activities"),
        required=False,
        help_text=gettext_lazy("Codes such as 26.52, the main one first"),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Organisation
        fields = ("name",)  # the admin's fieldsets name the others

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version if self.instance.pk else None
        if self.instance.pk:
            links = self.instance.activity_links.select_related("activity").order_by("-is_main", "activity__code")
            self.initial["activity_codes"] = " ".join(link.activity.display_code for link in links)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk:
            current = Organisation.objects.filter(pk=self.instance.pk).first()
            if current is not None and cleaned.get("seen_version") != current.version:
                typed = cast("QueryDict", self.data).copy()
                typed[self.add_prefix("seen_version")] = str(current.version)
                self.data = typed
                raise forms.ValidationError(ChangedMeanwhile(current).message, code="changed")
        municipality = cleaned.get("municipality")
        if municipality is not None and municipality.standing(clock.today()) is None:
            self.add_error("municipality", _("This municipality no longer exists. Choose the one that took its place."))
        return cleaned


class ReasonForm(PortalFormMixin, forms.Form):
    """Why a step is taken; colleagues read it later."""

    reason = LineField(label=gettext_lazy("Reason"), max_length=300)


class NoteForm(PortalFormMixin, forms.Form):
    """A remark that may stay empty."""

    reason = LineField(label=gettext_lazy("Remark"), max_length=300, required=False)


class AnswerForm(PortalFormMixin, forms.Form):
    """The value that staff write instead of the proposed one."""

    text = TextBlockField(label=gettext_lazy("Value"), max_length=4000, required=False)


BULK_FIELDS = (
    ("size_class", gettext_lazy("people employed")),
    ("kind", gettext_lazy("kind")),
    ("language", gettext_lazy("language of correspondence")),
    ("add_activity", gettext_lazy("add an activity")),
)


class BulkForm(PortalFormMixin, forms.Form):
    """One value for many entries; the choice of the field decides which of the others counts."""

    field = forms.ChoiceField(label=gettext_lazy("Change"), choices=BULK_FIELDS)
    size_class = forms.ChoiceField(
        label=gettext_lazy("people employed"), choices=[("", "–"), *SizeClass.choices], required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=[("", "–"), *OrganisationKind.choices], required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("language of correspondence"), choices=[("", "–"), *LANGUAGES], required=False
    )
    add_activity = LineField(
        label=gettext_lazy("activity"), max_length=8, required=False, help_text=gettext_lazy("Its code, such as 26.52")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label)
        self.fields["field"].choices = [(name, capfirst(label)) for name, label in BULK_FIELDS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name = cleaned.get("field")
        if name == "add_activity":
            code = cleaned.get("add_activity", "").replace(".", "").upper()
            if not ActivityCode.objects.filter(code=code).exists():
                self.add_error("add_activity", _("There is no activity with this code."))
            cleaned["add_activity"] = code
        elif name and not cleaned.get(name) and name != "size_class":
            self.add_error(name, _("Choose the new value."))
        return cleaned
