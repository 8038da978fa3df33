"""The form pack: label, hint, error, field in this order, each tied to the others; errors told twice in the same words."""

from decimal import Decimal
from html.parser import HTMLParser

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils.translation import override

from promo_portal.core.forms import CountedTextarea, DateTextInput, PortalFormMixin, UploadInput
from promo_portal.core.forms.fields import NumberField


class FounderForm(PortalFormMixin, forms.Form):
    """One of each kind."""

    name = forms.CharField(label="Nom", help_text="Comme sur votre carte.")
    phone = forms.CharField(label="Téléphone", required=False)
    email = forms.EmailField(label="E-mail")
    stage = forms.ChoiceField(label="Étape", choices=[("a", "Idée"), ("b", "Lancement")], widget=forms.RadioSelect)
    start = forms.DateField(label="Début", required=False, widget=DateTextInput)
    idea = forms.CharField(label="Idée", widget=CountedTextarea(maximum=1000))
    plan = forms.FileField(label="Plan", required=False, widget=UploadInput(formats="PDF", megabytes=20))
    consent = forms.BooleanField(label="J’accepte")


class Reader(HTMLParser):
    """Collects tags with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def by_id(self, wanted: str) -> dict[str, str]:
        return next(attributes for _, attributes in self.tags if attributes.get("id") == wanted)

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


def rendered(data: dict[str, str] | None = None) -> tuple[FounderForm, str]:
    with override("fr"):
        form = FounderForm(data)
        return form, render_crispy_form(form)


def summary(form: FounderForm) -> str:
    template = Template('{% include "components/error_summary.html" with form=form %}')
    with override("fr"):
        return template.render(Context({"form": form, "kept": "", "calm": False}))


def test_hint_and_error_describe_the_field_in_this_order() -> None:
    _, html = rendered({})

    page = Reader(html)
    ids = page.ids()

    assert page.by_id("id_name")["aria-describedby"] == "id_name_helptext id_name_error"
    assert page.by_id("id_name")["aria-invalid"] == "true"
    assert ids.index("id_name_helptext") < ids.index("id_name_error") < ids.index("id_name")


def test_every_description_that_is_named_exists() -> None:
    _, html = rendered({})

    page = Reader(html)
    named = " ".join(attributes.get("aria-describedby", "") for _, attributes in page.tags).split()

    assert len(named) == 7
    assert set(named) <= set(page.ids())


def test_every_label_points_to_a_control() -> None:
    _, html = rendered()

    page = Reader(html)
    targets = [attributes["for"] for tag, attributes in page.tags if tag in {"label", "output"}]

    assert len(targets) == 10
    assert set(targets) <= set(page.ids())


def test_only_optional_answers_are_marked_and_nothing_carries_an_asterisk() -> None:
    _, html = rendered()

    assert html.count("(facultatif)") == 3
    assert "*" not in html


def test_groups_have_a_legend_and_speak_their_error() -> None:
    _, html = rendered({})

    page = Reader(html)
    fieldset = next(attributes for tag, attributes in page.tags if tag == "fieldset")

    assert fieldset["aria-describedby"] == "id_stage_error"
    assert [tag for tag, _ in page.tags].count("legend") == 1


def test_messages_name_the_field_and_the_cure() -> None:
    form, _ = rendered({"email": "lea@"})

    with override("fr"):
        assert str(form.errors["name"][0]) == "À remplir\u202f: Nom"
        assert str(form.errors["stage"][0]) == "Choisissez une réponse\u202f: Étape"
        assert str(form.errors["consent"][0]) == "Cochez la case\u202f: J’accepte"
        assert str(form.errors["email"][0]) == "Indiquez une adresse e-mail complète, par exemple nom@exemple.ch"


def test_a_message_of_the_form_itself_is_kept() -> None:
    class Own(PortalFormMixin, forms.Form):
        idea = forms.CharField(label="Idée", error_messages={"required": "Décrivez votre projet"})

    assert Own({}).errors["idea"] == ["Décrivez votre projet"]


def test_the_summary_repeats_the_words_and_links_to_the_first_control() -> None:
    form, html = rendered({"name": "Lea"})

    text = summary(form)

    assert 'href="#id_stage_0"' in text
    assert 'href="#id_email"' in text
    assert 'href="#id_name"' not in text
    assert text.count("<li>") == sum(len(errors) for errors in form.errors.values())
    assert all(str(errors[0]) in html for errors in form.errors.values())


def test_the_summary_links_only_to_what_stands_on_the_page() -> None:
    form, html = rendered({})

    targets = {attributes["href"][1:] for tag, attributes in Reader(summary(form)).tags if tag == "a"}

    assert targets <= set(Reader(html).ids())
    assert len(targets) == 5


def test_a_form_without_mistakes_has_no_summary() -> None:
    form, _ = rendered()

    assert summary(form).strip() == ""


def test_errors_of_the_whole_form_are_shown_even_without_a_summary() -> None:
    class Refusing(PortalFormMixin, forms.Form):
        name = forms.CharField(required=False)

        def clean(self) -> None:
            raise forms.ValidationError("Tout est trop tard")

    with_summary, alone = Refusing({}), Refusing({})
    summary(with_summary)  # type: ignore[arg-type]

    assert "Tout est trop tard" in render_crispy_form(alone)
    assert "Tout est trop tard" not in render_crispy_form(with_summary)


def test_a_label_with_markup_is_escaped_everywhere() -> None:
    class Hostile(PortalFormMixin, forms.Form):
        name = forms.CharField(label="<script>x</script>")

    form = Hostile({})

    assert "<script>" not in render_crispy_form(form) + summary(form)  # type: ignore[arg-type]


@pytest.mark.parametrize("attribute", ["style=", "onclick=", "onsubmit="])
def test_nothing_is_written_inline(attribute: str) -> None:
    _, html = rendered({})

    assert attribute not in html


def test_limits_of_text_and_file_are_said_beforehand() -> None:
    _, html = rendered()

    assert "Au plus 1’000 caractères" in html
    assert "PDF, 20\u00a0Mo au plus" in html


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        ("1’200.50", "1200.50"),
        ("1'200", "1200"),
        ("1\u202f200,50", "1200.50"),
        (" 12,5 % ", "12.5"),
        ("-3", "-3"),
    ],
)
def test_a_number_is_read_as_people_here_write_it(typed: str, number: str) -> None:
    assert NumberField().clean(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["1.200,50", "1,2,3", "deux", "NaN", "1e"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        NumberField().clean(typed)
