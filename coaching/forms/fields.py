"""Text as people paste it: the portal's own fields, under the name that coaching's forms know."""

from promo_portal.core.forms.fields import LineField, PhoneField, TextBlockField, visible

__all__ = ["LineField", "PhoneField", "TextBlockField", "visible"]
