"""Servers for the whole test run: the controlling process starts them, xdist's workers inherit the environment.

Loaded by ``-p promo_portal.embedded.pytest_plugin`` (pyproject.toml), before pytest-django reads the settings.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from promo_portal.embedded.assets import build_assets
from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import State, reachable, server_account
from promo_portal.embedded.services import Services
from promo_portal.embedded.sharing import adopt

_running: list[tuple[Services, Path]] = []


def test_services() -> dict[str, str]:
    """Start the run's own servers once and return what they add to the environment; given addresses are respected."""
    folder = temporary_base()
    services = Services(State.at(folder), durable=False)
    services.start()
    _running.append((services, folder))
    return services.environment


test_services.__test__ = False  # type: ignore[attr-defined]


def temporary_base() -> Path:
    """Return a new folder that the servers' account may enter, also when we are root."""
    account = server_account()
    parents = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 - mkdtemp makes the name
    parent = next((parent for parent in parents if not account or reachable(parent, account)), parents[0])
    folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir=parent))
    folder.chmod(0o755)
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args: list[str]) -> Iterator[None]:
    """A wrapper runs before every plain hook, so before pytest-django loads the settings."""
    asks_only = {"--help", "-h", "--version", "-V", "--markers", "--fixtures"} & set(args)
    if "PYTEST_XDIST_WORKER" not in os.environ and not asks_only and not _running:
        try:
            atexit.register(stop_services)
            adopt(test_services())
            build_assets(collect=False)
        except EmbeddedError as error:
            raise pytest.UsageError(str(error)) from None
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers in order and throw their data away."""
    stop_services()


def stop_services() -> None:
    """Stop what this process started; also where pytest gives up before its end."""
    while _running:
        services, folder = _running.pop()
        services.stop()
        services.state.delete()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def private_services() -> Iterator[Services]:
    """Servers of a test's own, crash-safe (fsync on), to be killed and restarted at will; empty, without tables."""
    folder = temporary_base()
    services = Services(State.at(folder), durable=True, private=True)
    with services:
        yield services
    services.state.delete()
    shutil.rmtree(folder, ignore_errors=True)
