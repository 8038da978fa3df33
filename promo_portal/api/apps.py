from django.apps import AppConfig


class ApiConfig(AppConfig):
    """No models: it reads what the other parts publish."""

    name = "promo_portal.api"
    label = "api"
