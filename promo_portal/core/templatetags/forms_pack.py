"""``{% load forms_pack %}``: what the form pack's templates need to know about a field."""

from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms import BoundField

from promo_portal.core.forms.widgets import DateTextInput, UploadInput

register = template.Library()


@dataclass(frozen=True)
class ErrorLine:
    """One line of the error summary: the words beside the field, and the field to jump to."""

    text: str
    target: str


def first_control(field: BoundField) -> str:
    """The id of the control a link must focus: the first choice of a group, else the field itself."""
    if isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


def _forms(source: Any) -> list[Any]:
    if source is None or source == "":
        return []
    if isinstance(source, forms.BaseFormSet):
        return list(source.forms)
    return list(source) if isinstance(source, list | tuple) else [source]


@register.simple_tag
def error_lines(source: Any) -> list[ErrorLine]:
    """All errors of a form, a formset or a list of forms, whole-form ones first, then in order of the fields."""
    lines: list[ErrorLine] = []
    if isinstance(source, forms.BaseFormSet) and source.is_bound:
        lines += [ErrorLine(str(text), "") for text in source.non_form_errors()]
    for form in _forms(source):
        if not getattr(form, "is_bound", False) or not form.errors:
            continue
        form.summary_shown = True
        lines += [ErrorLine(str(text), "") for text in form.non_field_errors()]
        for field in form:
            target = "" if field.is_hidden else first_control(field)
            lines += [ErrorLine(str(text), target) for text in field.errors]
    return lines


@register.filter
def is_date_text(field: BoundField) -> bool:
    """Whether the browser's own date picker stands beside the text."""
    return isinstance(field.field.widget, DateTextInput)


@register.filter
def upload_limits(field: BoundField) -> dict[str, Any]:
    """Formats and largest size of a file field, to be said before choosing."""
    widget = field.field.widget
    return {"formats": widget.formats, "megabytes": widget.megabytes} if isinstance(widget, UploadInput) else {}


@register.filter
def kept_file(field: BoundField) -> Any:
    """The file that is there already, if it can be opened."""
    return field.initial if getattr(field.initial, "url", "") else None


@register.filter
def count_limit(field: BoundField) -> str:
    """The number of characters a counted text may hold, or nothing."""
    return str(field.field.widget.attrs.get("data-count-max", ""))


@register.filter
def needs_no_mark(field: BoundField) -> bool:
    """Only optional answers are marked; a single box is optional by nature."""
    return field.field.required or isinstance(field.field.widget, forms.CheckboxInput)
