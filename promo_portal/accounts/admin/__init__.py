"""Admin pages of people and roles, and of the records about them (which lie a floor below and know no rights)."""

from promo_portal.accounts.admin import people, records

__all__ = ["people", "records"]
