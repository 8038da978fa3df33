"""Forms of the network: a proposal, the founder's agreement, the specialist's answer, report and own profile."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coaching.enums import Expertise
from coaching.forms.after import SCALE
from coaching.forms.fields import LineField, NumberField, TextBlockField, visible
from coaching.forms.staff import ComingDayField
from coaching.models import CaseDocument, CaseFile, Engagement, FinancialPlan, Specialist
from coaching.models.specialists import LANGUAGES, OPEN_ENGAGEMENTS
from promo_portal.core import clock
from promo_portal.core.forms import PortalFormMixin
from promo_portal.files.models import FileState

MOST_HOURS = Decimal(200)


class AboutField(TextBlockField):
    """A few sentences about oneself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=800, required=False, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


class ProposeForm(PortalFormMixin, forms.Form):
    """Whom, for what, how long."""

    specialist = forms.TypedChoiceField(label=gettext_lazy("Specialist"))
    field = forms.ChoiceField(label=pgettext_lazy("of knowledge", "Field"), choices=Expertise.choices)
    mandate = TextBlockField(
        label=gettext_lazy("What it is about"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    hours = NumberField(
        label=gettext_lazy("Hours, at most"),
        min_value=Decimal("0.25"),
        max_value=MOST_HOURS,
        decimal_places=2,
    )
    report_by = ComingDayField(label=gettext_lazy("Report by"), required=False)

    def __init__(self, *args: Any, case: CaseFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        rows = Specialist.objects.filter(association_id=case.association_id, is_active=True, terms__isnull=False)
        rows = rows.filter(Q(terms__agreement_until=None) | Q(terms__agreement_until__gte=today))
        load = Count("engagements", filter=Q(engagements__state__in=OPEN_ENGAGEMENTS))
        rows = rows.select_related("terms").annotate(load=load).order_by("last_name", "first_name", "pk")
        found = {str(row.pk): row for row in rows}
        field: Any = self.fields["specialist"]
        field.choices = [("", "–"), *((number, _offered(row)) for number, row in found.items())]
        field.coerce = found.get


def _offered(row: Any) -> str:
    """Who, for what, and how much they have to do already."""
    load = _("%(now)s of %(most)s at once") % {"now": row.load, "most": row.terms.at_once}
    return f"{row} · {', '.join(row.words_of('expertise'))} · {load}"


class ConsentForm(PortalFormMixin, forms.Form):
    """Which documents this person may read, and whether the financial plan; none is an answer, too."""

    documents = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Documents that this person may read"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only what you tick is shown: no note of your coach, no other document."),
    )
    shares_plan = forms.BooleanField(
        label=gettext_lazy("The financial plan as well, to read, as it stands on each day"), required=False
    )

    def __init__(self, *args: Any, engagement: Engagement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = CaseDocument.objects.filter(case_file_id=engagement.case_file_id, withdrawn_at=None)
        own = Q(is_shared=True) | Q(added_by_id=engagement.case_file.founder_id)
        clean = rows.filter(own, file__state=FileState.CLEAN).order_by("title", "pk")
        found = {str(row.pk): row for row in clean}
        field: Any = self.fields["documents"]
        field.choices = [(number, row.title) for number, row in found.items()]
        field.coerce = found.get
        if not found:
            del self.fields["documents"]
        if not FinancialPlan.objects.filter(case_file_id=engagement.case_file_id).exists():
            del self.fields["shares_plan"]


class ReasonForm(PortalFormMixin, forms.Form):
    """Why, if one likes to say."""

    reason = LineField(label=gettext_lazy("Reason, if you like"), max_length=300, required=False)


class RateForm(PortalFormMixin, forms.Form):
    """How it went."""

    satisfaction = forms.TypedChoiceField(
        label=gettext_lazy("How satisfied are you, from 1 (not at all) to 5 (very)?"),
        choices=SCALE,
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "scale"}),
    )
    words = LineField(label=gettext_lazy("A word about it, if you like"), max_length=500, required=False)


class ReportForm(PortalFormMixin, forms.Form):
    """What was found, and how long it took."""

    report = TextBlockField(
        label=gettext_lazy("Report"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Founder and coach read it."),
    )
    hours = NumberField(
        label=gettext_lazy("Hours worked"),
        min_value=Decimal(0),
        max_value=MOST_HOURS,
        decimal_places=2,
    )


class ProfileForm(PortalFormMixin, forms.Form):
    """The public part of a specialist's profile, in their own hand; the name stands in the association's book."""

    company = LineField(label=gettext_lazy("Company"), max_length=160, required=False)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https", max_length=200)
    expertise = forms.MultipleChoiceField(
        label=gettext_lazy("Fields"), choices=Expertise.choices, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    about_fr = AboutField(label=gettext_lazy("What you do, in French"))
    about_de = AboutField(label=gettext_lazy("In German"))
    about_en = AboutField(label=gettext_lazy("In English"))
    public_rate = NumberField(
        label=gettext_lazy("Hourly rate in CHF"),
        required=False,
        min_value=Decimal(0),
        max_digits=7,
        decimal_places=2,
        help_text=gettext_lazy("Empty: no rate is shown."),
    )
    offers_free_hour = forms.BooleanField(label=gettext_lazy("The first hour is free"), required=False)
    is_published = forms.BooleanField(
        label=gettext_lazy("I agree that this profile is shown to everybody"),
        required=False,
        help_text=gettext_lazy("Untick it at any time: the profile disappears at once."),
    )


def profile_start(own: Specialist) -> dict[str, Any]:
    """The profile as it stands."""
    return {name: getattr(own, name) for name in ProfileForm.base_fields}


class SearchForm(PortalFormMixin, forms.Form):
    """The public list: a word, a field, a language."""

    q = forms.CharField(label=gettext_lazy("Name or company"), required=False, max_length=80)
    field = forms.ChoiceField(label=pgettext_lazy("of knowledge", "Field"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["field"].choices = [("", _("all fields")), *Expertise.choices]
        fields["language"].choices = [("", _("all languages")), *LANGUAGES]

    def clean_q(self) -> str:
        """What a person can see of it."""
        return visible(self.cleaned_data["q"]).strip()
