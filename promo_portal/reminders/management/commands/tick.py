"""One pass of deadlines, outbox and long work: all the worker does, for a timer or a person, without Redis."""

import json
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date, parse_datetime

from promo_portal.core import clock
from promo_portal.jobs.workflow import run_waiting
from promo_portal.mailing.workflow import send_waiting
from promo_portal.reminders import clockwork


class Command(BaseCommand):
    """Hand due reminders to the outbox, then send what waits."""

    help = "One pass of deadlines and outbox; may run beside the worker, and as often as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="pretend it is this instant (demo and tests only)")
        parser.add_argument("--seconds", type=float, default=600, help="stop sending after so many seconds (600)")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = self._moment(options["now"]) if options["now"] else clock.now()
        with clock.standing_still(moment):
            done = clockwork.deadlines_pass(now=moment)
            clockwork.nightly_pass()
            clockwork.digest_pass()
            clockwork.other_work()
            swept = clockwork.outbox_pass()
        # Sending reads the clock anew for each mail, unless we pretend.
        if options["now"]:
            with clock.standing_still(moment):
                tally = send_waiting(seconds=options["seconds"])
        else:
            tally = send_waiting(seconds=options["seconds"])
        worked = run_waiting() if not options["now"] else 0  # long work has no date of its own
        found = {
            "now": moment.isoformat(),
            "queued": done.queued,
            "superseded": done.superseded,
            "expired": done.expired + swept.expired,
            "recovered": swept.lost,
            "mails": tally.states,
            "long_work": worked,
        }
        self.stdout.write(json.dumps(found))
        if tally.unreachable:
            msg = "The mail server cannot be reached; the mails wait in the outbox."
            raise CommandError(msg)

    def _moment(self, text: str) -> datetime:
        """The instant meant; without an offset it is Zurich time, a day alone is its noon."""
        if not settings.CLOCK_MAY_BE_MOVED:
            msg = "--now is for the demo and for tests; here the clock is the database's."
            raise CommandError(msg)
        try:
            day = parse_date(text)
            moment = datetime.combine(day, time(12)) if day else parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            msg = f"not an instant: {text!r} (such as 2026-11-30T08:00)"
            raise CommandError(msg)
        return moment if moment.tzinfo else moment.replace(tzinfo=clock.ZURICH)
