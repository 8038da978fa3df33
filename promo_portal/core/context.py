"""What every page knows: the operator's face, the chosen theme, and whether this is the demo."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Branding:
    """The operator's name, colour and mark: a second region changes values, not templates."""

    name: Any
    territory: Any
    operator: Any
    phone: str
    email: str
    hours: Any
    address: Any = ""
    mark: str = "img/icons.svg#mark"  # static file and symbol of the logo mark
    accent: Any = None  # {"light": {"accent": "#…", …}, "dark": {…}}: written into the stylesheet by `build_assets`


def current_branding() -> Branding:
    """The settings' BRANDING as an object with defaults."""
    return Branding(**settings.BRANDING)


def chosen_theme(request: HttpRequest) -> str:
    """The visitor's choice from the cookie; anything else means the system decides."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def branding(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``branding``, ``theme``, ``is_demo``."""
    return {
        "branding": current_branding(),
        "theme": chosen_theme(request),
        "is_demo": bool(getattr(settings, "IS_DEMO", False)),
    }
