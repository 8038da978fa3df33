"""What every page knows of the operator: name, territory, contact."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def branding(request: HttpRequest) -> dict[str, Any]:
    """The operator's face and whether this is a demonstration."""
    return {"branding": settings.BRANDING, "is_demo": settings.IS_DEMO}
