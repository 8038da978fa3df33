import os

from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "tests.engine"
    label = "engine"

    def ready(self) -> None:
        from tests.engine import kinds, sabotage

        kinds.register()
        sabotage.apply(os.environ.get("SABOTAGE", "").split())
