"""The table's rules asked in forms too, where Django leaves them out: those about a field that was left empty."""

from django.core.exceptions import ValidationError
from django.db import models


def check_gaps(row: models.Model) -> None:
    """Raise ``ValidationError`` for rules of the table that an empty field breaks; the others are checked by forms."""
    problems: list[ValidationError] = []
    for rule in row._meta.constraints:
        if not isinstance(rule, models.CheckConstraint):
            continue
        names = rule.condition.referenced_base_fields  # type: ignore[union-attr]
        values = [getattr(row, row._meta.get_field(name).attname) for name in names]  # type: ignore[union-attr]
        if all(value not in (None, "") for value in values):
            continue
        try:
            rule.validate(type(row), row)
        except ValidationError as problem:
            problems.append(problem)
    if problems:
        raise ValidationError(problems)
