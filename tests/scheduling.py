"""Which tests share a worker when several run: those that share one costly portal, and else whoever is free.

pytest-xdist's own groups are without effect under pytest 9.2, hence this plugin (``-p tests.scheduling``).
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/", "tests/embedded/test_demo.py")


class SharedPortals(LoadScopeScheduling):
    """Hands out the costly groups first and whole, every other test by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedPortals:
    return SharedPortals(config, log)
