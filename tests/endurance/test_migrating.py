"""Making all tables sparingly gives the very same tables as Django's own way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from promo_portal.embedded.services import Services

pytestmark = pytest.mark.endurance
OWN = "from django.core.management.commands.migrate import Command"
OURS = "from promo_portal.core.management.commands.migrate import Command"
RUN = "import django; django.setup(); from django.core.management import call_command; {way}; call_command(Command(), verbosity=0)"


def tables(services: Services, tmp_path: Path, name: str, way: str) -> list[str]:
    """Migrate an empty database one way; what pg_dump says of it, without the words it draws by lot."""
    postgres = services.postgres
    assert postgres is not None
    with postgres.connect("postgres") as tidy, tidy.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} OWNER portal_owner TEMPLATE template0")
    url = services.environment["MIGRATION_DATABASE_URL"].replace("/portal?", f"/{name}?")
    environment = os.environ | {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": url}
    subprocess.run([sys.executable, "-c", RUN.format(way=way)], cwd=settings.BASE_DIR, env=environment, check=True)
    dump = tmp_path / name
    assert postgres.tool("pg_dump", "--schema-only", f"--file={dump}", name).returncode == 0
    return [line for line in dump.read_text().splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def test_both_ways_make_the_same_tables(private_services: Services, tmp_path: Path) -> None:
    ours, djangos = (
        tables(private_services, tmp_path, "sparing", OURS),
        tables(private_services, tmp_path, "plain", OWN),
    )

    assert sum(line.startswith("CREATE TABLE") for line in ours) >= 100
    assert ours == djangos
