"""Swiss formats; the three languages share one set."""

from promo_portal.core.formats.swiss import *  # noqa: F403
