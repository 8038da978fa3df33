#!/usr/bin/env python3
"""Run one of the portal's commands; where no servers are named, private ones run for as long as the command does."""

import os
import sys

OWNER_COMMANDS = ("migrate", "pgtrigger")


def main() -> None:
    """Choose the settings, give the command its servers and its database role, run it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_portal.settings.dev")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed in this Python. Use `.venv/bin/python manage.py …` (made by `make demo`).")
    from promo_portal.embedded import EmbeddedError, run_with_servers

    try:
        with run_with_servers(sys.argv):
            act_as_owner(sys.argv)
            execute_from_command_line(sys.argv)
    except EmbeddedError as error:
        sys.exit(str(error))


def act_as_owner(arguments: list[str]) -> None:
    """Let commands that change the schema use the owner's role; the portal itself never does."""
    owner = os.environ.get("MIGRATION_DATABASE_URL")
    if owner and arguments[1:2] and arguments[1] in OWNER_COMMANDS:
        os.environ["DATABASE_URL"] = owner
        os.environ["PORTAL_ACTS_AS_OWNER"] = "1"


if __name__ == "__main__":
    main()
