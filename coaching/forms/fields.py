"""Text as people paste it and numbers as they type them: the portal's own fields, under the name that coaching's forms know."""

from promo_portal.core.forms.fields import LineField, NumberField, PhoneField, TextBlockField, visible

__all__ = ["LineField", "NumberField", "PhoneField", "TextBlockField", "visible"]
