"""How coaching's mails are put together: the portal's letter."""

from promo_portal.mailing.letter import Letter

__all__ = ["Letter"]
