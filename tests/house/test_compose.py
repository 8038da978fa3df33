"""``compose.yaml`` against the settings: what production needs is there, and nothing that it must not have."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from promo_portal.core import links

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {
    "PORTAL_HOST": "portal.example.ch",
    "PORTAL_TLS_FOLDER": "/srv/tls",
    "SECRET_KEY": "an-example-that-is-long-enough-to-satisfy-the-check-0123456789",
    "POSTGRES_PASSWORD": "root0",
    "PORTAL_OWNER_PASSWORD": "owner0",
    "PORTAL_APP_PASSWORD": "app0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.ch:587",
    "DEFAULT_FROM_EMAIL": "Promotion économique <portail@example.ch>",
}
PORTAL_SERVICES = {"web", "worker", "worker-files", "beat"}


def interpolate(text: str, given: dict[str, str]) -> str:
    """Fill in ``${NAME}``, ``${NAME:-default}`` and ``${NAME:?message}`` as compose does; ``$$`` becomes ``$``."""

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        if match["name"] in given:
            return given[match["name"]]
        assert match["operator"] == ":-", f"{match['name']} is neither given nor has it a default"
        return match["rest"]

    return re.sub(r"(?P<dollar>\$\$)|\$\{(?P<name>\w+)(?:(?P<operator>:[-?])(?P<rest>[^}]*))?\}", value, text)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(interpolate((ROOT / "compose.yaml").read_text(), GIVEN))
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


@pytest.fixture(scope="module")
def nginx(compose: dict[str, Any]) -> str:
    content: str = compose["configs"]["nginx"]["content"]
    return content


def test_only_existing_images_run(services: dict[str, Any]) -> None:
    images = {name: service["image"] for name, service in services.items()}

    assert not [name for name, service in services.items() if "build" in service]
    assert images["postgres"] == "postgres:17"
    assert all(re.fullmatch(r"[a-z/]+:[\d.]+(-slim)?", image) for image in images.values()), images


def test_every_service_of_the_portal_is_there(services: dict[str, Any]) -> None:
    assert set(services) == PORTAL_SERVICES | {"proxy", "prepare", "postgres", "broker", "cache", "clamav"}


def test_every_variable_that_the_settings_read_is_set_for_every_service(services: dict[str, Any]) -> None:
    source = (ROOT / "promo_portal/settings/base.py").read_text()
    read = set(re.findall(r"(?:env\.\w+|required|database)\(\s*\"([A-Z_]+)\"", source)) - {"MIGRATION_DATABASE_URL"}

    assert len(read) >= 15
    for name in PORTAL_SERVICES | {"prepare"}:
        assert read - set(services[name]["environment"]) == set(), name


def test_production_settings_accept_the_environment_without_a_warning(services: dict[str, Any]) -> None:
    environment = {name: str(value) for name, value in services["web"]["environment"].items()}

    check = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        check, cwd=ROOT, env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert all(services[name]["environment"] == services["web"]["environment"] for name in PORTAL_SERVICES)


def test_only_the_step_that_migrates_knows_the_owner(services: dict[str, Any]) -> None:
    owner = services["prepare"]["environment"]["MIGRATION_DATABASE_URL"]

    assert "portal_owner:owner0@" in owner
    for name in PORTAL_SERVICES:
        assert "owner" not in str(services[name]["environment"]), name
        assert services[name]["environment"]["DATABASE_URL"].startswith("postgresql://portal_app:app0@postgres:")


def test_the_roles_own_only_what_they_should(compose: dict[str, Any]) -> None:
    script = compose["configs"]["roles"]["content"]

    assert "CREATE DATABASE portal OWNER portal_owner" in script
    assert "SUPERUSER" not in script
    assert 'app="$PORTAL_APP_PASSWORD"' in script


def test_broker_and_cache_are_two_servers_and_only_the_cache_forgets(services: dict[str, Any]) -> None:
    environment = services["web"]["environment"]
    broker, cache = (" ".join(services[name]["command"]) for name in ("broker", "cache"))

    assert environment["REDIS_URL"].startswith("redis://broker:")
    assert environment["CACHE_URL"].startswith("redis://cache:")
    assert "--maxmemory-policy noeviction" in broker
    assert "--appendonly yes" in broker
    assert services["broker"]["volumes"] == ["broker:/data"]
    assert "--maxmemory-policy allkeys-lru" in cache
    assert "volumes" not in services["cache"]


def test_only_the_proxy_is_reachable_from_outside(compose: dict[str, Any], services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    assert compose["networks"]["inside"]["internal"] is True
    assert {name for name in services if services[name]["networks"] == ["inside"]} == {"postgres", "broker", "cache"}


def test_private_files_leave_only_by_the_portals_word(services: dict[str, Any], nginx: str) -> None:
    location = re.search(r"location /private/ \{(.*?)\}", nginx, re.DOTALL)
    media = services["web"]["environment"]["MEDIA_ROOT"]

    assert location is not None
    assert location[1].split(";")[0].strip() == "internal"
    assert f"alias {media}/;" in location[1]
    assert f"media:{media}:ro" in services["proxy"]["volumes"]
    assert f"media:{media}" in services["web"]["volumes"]
    assert len(re.findall(r"alias|root ", nginx)) == 1


def test_the_portal_believes_the_proxy_and_the_proxy_believes_nobody(services: dict[str, Any], nginx: str) -> None:
    environment = services["web"]["environment"]
    passed = dict(re.findall(r"proxy_set_header (\S+) (.*?);", nginx))

    assert environment["TRUSTED_PROXIES"] == services["proxy"]["networks"]["edge"]["ipv4_address"]
    assert passed["X-Forwarded-For"] == "$remote_addr"
    assert passed["X-Forwarded-Proto"] == "$scheme"
    assert passed["X-Forwarded-Host"] == passed["Forwarded"] == '""'
    assert passed["Host"] == "$host"
    assert "underscores_in_headers off;" in nginx


def shown_in_the_log(nginx: str, uri: str) -> str:
    """What the proxy's two maps make of an address that was asked for."""
    patterns = [pattern.replace("(?<", "(?P<") for pattern in re.findall(r'"~(\^.*)" \S+;', nginx)]
    asked = re.match(patterns[0], uri)["path"]  # type: ignore[index]
    found = re.match(patterns[1], asked)
    return f"{found['before']}[link]{found['after']}" if found else asked


def test_the_proxys_log_names_no_usable_link_and_nothing_searched_for(nginx: str) -> None:
    """F11. Its control: what the proxy is asked for does hold the link."""
    token = links.sign("coaching.follow", "q3fJ-yMRBbRNn_9Wci7MpTqz", days=400, now=datetime(2026, 11, 23, tzinfo=UTC))
    format_of_log = re.search(r"log_format portal '(.*)';", nginx)
    asked = f"/fr/coaching/suivi/{token}/retirer/?x={token}"

    assert token in asked
    assert shown_in_the_log(nginx, asked) == "/fr/coaching/suivi/[link]/retirer/"
    assert shown_in_the_log(nginx, "/fr/entreprises/?q=L%C3%A9a+Chappuis") == "/fr/entreprises/"
    assert shown_in_the_log(nginx, "/") == "/"
    assert format_of_log is not None
    assert not re.search(r"\$(request|request_uri|uri|args|http_\w+)\b", format_of_log[1])
    assert "access_log /var/log/nginx/access.log portal;" in nginx
    assert "error_log /var/log/nginx/error.log crit;" in nginx


def test_every_queue_has_a_worker_and_there_is_one_beat(services: dict[str, Any]) -> None:
    commands = {name: " ".join(map(str, service.get("command", ""))) for name, service in services.items()}
    served = {
        queue
        for command in commands.values()
        for queues in re.findall(r"--queues=(\S+)", command)
        for queue in queues.split(",")
    }
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {settings.CELERY_TASK_DEFAULT_QUEUE}

    assert served >= routed | {"mail", "files", "reports"}
    assert [name for name, command in commands.items() if re.search(r" beat\b", command)] == ["beat"]
    assert "promo_portal.wsgi:application" in commands["web"]
    assert f"--concurrency={services['worker']['environment']['MAIL_SENDERS']}" in commands["worker"]


def test_the_portals_processes_run_without_rights_of_their_own(services: dict[str, Any]) -> None:
    for name in PORTAL_SERVICES:
        service = services[name]
        assert service["user"] == "10001:10001"
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert ".:/srv/portal:ro" in service["volumes"]


def test_every_volume_network_and_config_named_is_declared(compose: dict[str, Any], services: dict[str, Any]) -> None:
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith((".", "/")) or source in compose["volumes"], (name, source)
        for config in service.get("configs", []):
            assert config["source"] in compose["configs"], name
        assert set(service["networks"]) <= set(compose["networks"]), name
        assert set(service.get("depends_on", {})) <= set(services), name
