"""Fields that read the portal's clock when a row is first saved, not whenever an object is made in memory."""

from typing import Any

from django.db import models

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
