"""``manage.py bench``: what pages cost, as ratios within one run, since absolute times mean little on a shared machine."""

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from promo_portal.demo.access import is_allowed
from promo_portal.demo.bench.databases import NotPreparedError, copied, manage, prepare
from promo_portal.demo.bench.importing import import_findings, import_here, import_table, measure_imports, rows_for
from promo_portal.demo.bench.measuring import measure
from promo_portal.demo.bench.report import data_of, findings, growth, growth_table, table

DEFAULT_SIZE = 1_000
DEFAULT_FILE = settings.BUILD_DIR / "bench" / "figures.json"


class Command(BaseCommand):
    """Each size in a process of its own, on a database of its own; nothing of the demo is touched."""

    help = "Measures statements, times as ratios, memory and cold start of the pages, by size of the directory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sizes", type=int, nargs="+", default=[DEFAULT_SIZE], metavar="N", help="numbers of organisations"
        )
        parser.add_argument("--requests", type=int, default=15, help="requests per page and round")
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--json", type=Path, default=DEFAULT_FILE, help="where the figures are written as data")
        parser.add_argument(
            "--imports-here", type=int, metavar="ROWS", help="only measure imports; changes the database"
        )
        parser.add_argument("--import-here", type=Path, metavar="FILE", help="only import this file, and measure it")
        parser.add_argument("--here", action="store_true", help="only measure the database in use, as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_allowed():
            msg = "The bench belongs to a demonstration only: it makes databases and signs in as everybody."
            raise CommandError(msg)
        target: Path = options["json"]
        target.parent.mkdir(parents=True, exist_ok=True)
        if options["import_here"]:
            self._write(target, asdict(import_here(options["import_here"])))
            return
        if options["imports_here"]:
            self._write(target, measure_imports(options["imports_here"], self.stderr.write))
            return
        if options["here"]:
            size = data_of(measure(requests=options["requests"], rounds=options["rounds"], told=self.stderr.write))
            self._write(target, size)
            self.stdout.write("\n".join(table(size)))
            return
        sizes = sorted(set(options["sizes"]))
        if sizes[0] < 1:
            msg = "A size is a number of organisations, one or more."
            raise CommandError(msg)
        figures = self._walk(sizes, options)
        beyond = findings(figures)
        for size in figures:
            beyond += import_findings(size["imports"], f"at {size['organisations']:,}")
        self._write(target, {"sizes": figures, "growth": growth(figures), "findings": beyond})
        if len(figures) > 1:
            self.stdout.write("\n".join(["", *growth_table(figures)]))
        self.stdout.write("\n".join(["", *(beyond or ["Nothing is beyond the goals."])]))
        self.stdout.write(f"The figures as data: {target}")

    def _walk(self, sizes: list[int], options: dict[str, Any]) -> list[dict[str, Any]]:
        figures = []
        with TemporaryDirectory() as folder:
            for number in sizes:
                file, began = Path(folder) / f"{number}.json", time.monotonic()
                try:
                    given = prepare(number, self.stdout.write)
                    prepared = time.monotonic() - began
                    self.stdout.write(f"{number:,} organisations are there ({prepared:.0f} s)")
                    self.stdout.flush()
                    asked = ["--requests", str(options["requests"]), "--rounds", str(options["rounds"])]
                    manage(given, "bench", "--here", "--json", str(file), *asked)
                    figures.append(json.loads(file.read_text()) | {"prepared_s": round(prepared, 1)})
                    with copied(number) as spoilt:
                        manage(spoilt, "bench", "--imports-here", str(rows_for(number)), "--json", str(file))
                except NotPreparedError as error:
                    raise CommandError(str(error)) from error
                figures[-1]["imports"] = json.loads(file.read_text())
                self.stdout.write("\n".join(import_table(figures[-1]["imports"])))
        return figures

    def _write(self, target: Path, figures: dict[str, Any]) -> None:
        target.write_text(json.dumps(figures, indent=1, ensure_ascii=False))
