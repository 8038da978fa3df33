import os

from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "tests.engine"
    label = "engine"

    def ready(self) -> None:
        from tests.engine import kinds, naive, sabotage

        kinds.register()
        assert naive.send_naively  # known to the workers by having been imported
        sabotage.apply(os.environ.get("SABOTAGE", "").split())
        _hurry()


def _hurry() -> None:
    """Tests cannot wait a minute for a tick."""
    seconds = os.environ.get("TEST_TICK_SECONDS")
    if seconds:
        from promo_portal.celery import app

        for name in ("deadlines", "outbox", "long work"):
            app.conf.beat_schedule[name]["schedule"] = min(float(seconds), app.conf.beat_schedule[name]["schedule"])
