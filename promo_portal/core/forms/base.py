"""Helper and mixin for every form of the portal."""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CHOICES = (forms.ChoiceField, forms.ModelChoiceField)


class PortalFormHelper(FormHelper):
    """Fields only: the page writes its own form tag, error summary, heading and buttons."""

    def __init__(self, form: Any = None) -> None:
        super().__init__(form)
        self.form_tag = False
        self.disable_csrf = True
        self.include_media = False
        self.render_hidden_fields = True


class PortalFormMixin:
    """Gives a form its helper, and messages that name the field and the cure instead of “This field is required.”."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            self._speak_plainly(field)
        self.helper = PortalFormHelper(self)

    def _speak_plainly(self, field: forms.Field) -> None:
        stock = type(field)().error_messages if _can_be_made_bare(field) else forms.Field.default_error_messages
        label = {"label": field.label or ""}
        if field.error_messages.get("required") == stock.get("required"):
            required = _("Choose an answer: %(label)s") if isinstance(field, CHOICES) else _("Fill in: %(label)s")
            if isinstance(field, forms.BooleanField):
                required = _("Tick the box: %(label)s")
            elif isinstance(field, forms.FileField):
                required = _("Choose a file: %(label)s")
            field.error_messages["required"] = cast("str", _Filled(required, label))
        if isinstance(field, forms.EmailField):
            message = _("Enter a full e-mail address, such as name@example.ch")
            field.error_messages["invalid"] = message
            field.validators = [_EmailWords(check, message) for check in field.validators]
        elif isinstance(field, forms.DateField):
            field.error_messages["invalid"] = _("Enter the day, the month and the year, such as 01.03.2026")


class _EmailWords:
    """An address check that answers in our words; its other findings (too long, zero bytes) keep their own."""

    def __init__(self, check: Any, message: Any) -> None:
        self.check, self.message = check, message

    def __call__(self, value: Any) -> None:
        try:
            self.check(value)
        except ValidationError as error:
            if error.code != "invalid":
                raise
            raise ValidationError(self.message, code="invalid") from error


class _Filled:
    """A lazy sentence with its values, put together when it is shown and in the reader's language."""

    def __init__(self, sentence: Any, values: dict[str, Any]) -> None:
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return str(self.sentence) % {key: str(value) for key, value in self.values.items()}


def _can_be_made_bare(field: forms.Field) -> bool:
    return type(field) in {forms.CharField, forms.EmailField, forms.BooleanField, forms.DateField, forms.IntegerField}
