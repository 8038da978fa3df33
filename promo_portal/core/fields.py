"""Fields that read the portal's clock when a row is first saved, not whenever an object is made in memory."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from promo_portal.core import clock


class MomentField(models.DateTimeField):
    """An instant that is "now" unless given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add and getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, clock.now())
        return super().pre_save(model_instance, add)


class DayField(models.DateField):
    """A day in Zurich that is today unless given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add and getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, clock.today())
        return super().pre_save(model_instance, add)


class ChoiceListField(models.JSONField):
    """Several of a few named choices, kept as a list of their values; forms show it as boxes to tick.

    The choices are the model's business, not the database's: they are left out of migrations.
    """

    def __init__(self, *args: Any, options: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.options = options
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        known = {key for key, _label in self.options}
        if not isinstance(value, list) or not set(value) <= known:
            raise ValidationError(_("Choose from the list."), code="unknown")

    def formfield(self, **kwargs: Any) -> Any:
        """Boxes to tick."""
        return forms.MultipleChoiceField(
            label=capfirst(self.verbose_name),
            required=not self.blank,
            help_text=self.help_text,
            choices=self.options,
            widget=forms.CheckboxSelectMultiple,
        )

    def labels(self, values: Iterable[str]) -> list[str]:
        """The words of the chosen values, in the order of the choices."""
        chosen = set(values)
        return [str(label) for key, label in self.options if key in chosen]
