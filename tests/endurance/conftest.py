"""One rig for all endurance tests of a module; each begins with it empty."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.rig import Rig, running_rig


@pytest.fixture(scope="module")
def rig_of_module(django_test_environment: None, django_db_blocker: Any) -> Iterator[Rig]:
    from tests.engine import kinds

    kinds.register()
    with django_db_blocker.unblock(), running_rig() as rig:
        yield rig


@pytest.fixture
def rig(rig_of_module: Rig) -> Iterator[Rig]:
    """Servers of the test's own, crash-safe, without processes, mail or rows."""
    rig_of_module.empty()
    rig_of_module.lease = 6.0
    yield rig_of_module
    rig_of_module.end_all()
