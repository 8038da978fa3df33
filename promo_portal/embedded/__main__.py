"""``python -m promo_portal.embedded``: run the demo, look after it, reach its database."""

import argparse
import os
import sys

from promo_portal.embedded.errors import EmbeddedError


def main() -> int:
    """Run a sub-command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m promo_portal.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="the whole demo in the foreground (make demo)")
    run.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    run.add_argument("--without-data", action="store_true", help="start an empty portal, with the official lists only")
    doctor = commands.add_parser("doctor", help="what is here, what is missing, how it is healed (make doctor)")
    doctor.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    commands.add_parser("build", help="translations, typeface and static files, where they are out of date")
    commands.add_parser("reset", help="stop the demo and delete its data (make reset)")
    commands.add_parser("psql", help="psql on the demo's database, as the superuser; options are handed on")
    dump = commands.add_parser("dump", help="write a dump of the demo's database to a file")
    dump.add_argument("file")
    options, others = parser.parse_known_args()
    if others and options.command != "psql":
        parser.error(f"unknown: {' '.join(others)}")
    try:
        return _carry_out(options, others)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def _carry_out(options: argparse.Namespace, others: list[str]) -> int:
    if options.command == "run":
        from promo_portal.embedded.demo import run_demo

        return run_demo(options.port, with_data=not options.without_data)
    if options.command == "doctor":
        from promo_portal.embedded.doctor import examine

        return examine(options.port)
    if options.command == "build":
        from promo_portal.embedded.assets import build_assets

        build_assets()
        return 0
    from promo_portal.embedded import upkeep

    if options.command == "reset":
        return upkeep.reset()
    if options.command == "psql":
        return upkeep.database_tool("psql", *others)
    return upkeep.database_tool("pg_dump", "--format=custom", "--file", os.path.abspath(options.file))  # noqa: PTH100


if __name__ == "__main__":
    sys.exit(main())
