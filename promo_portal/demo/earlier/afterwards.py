"""What became of the companies of earlier years: checks asked, answered, proved, and those still to come."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from coaching.enums import (
    Channel,
    CheckState,
)
from coaching.models import (
    CaseFile,
    OutcomeCheck,
)
from coaching.models.progress import CHECK_MONTHS
from coaching.workflow import dates
from coaching.workflow.checks import CLOCK, months_after
from promo_portal.core import clock
from promo_portal.demo.directory.chance import Lots
from promo_portal.demo.earlier.founders import Founder
from promo_portal.demo.earlier.writing import at, stored

LONG_AGO = 50  # days: whoever has not answered by then will not


class Afterwards:
    """Writes the checks of files; ``tell`` adds a step to the history."""

    def __init__(self, today: date, lots: Lots, tell: Callable[..., None]) -> None:
        self.today, self.lots, self.tell = today, lots, tell

    def write(self, files: Sequence[tuple[Founder, CaseFile]]) -> None:
        checks, told = [], []
        for founder, case in files:
            if founder.jobs is None:
                continue
            assert founder.closed_on
            for months in CHECK_MONTHS:
                due_on = months_after(founder.closed_on, months)
                check = OutcomeCheck(
                    association_id=case.association_id, case_file=case, months=months, due_on=due_on,
                    jobs_planned=founder.jobs, state=CheckState.PLANNED,
                )  # fmt: skip
                checks.append(check)
                told.append(partial(self._told_of_check, case, check))
                if due_on <= self.today:
                    check.state, check.asked_at = CheckState.ASKED, at(due_on, 8)
                    self._answered(founder, case, check)
        stored(checks)
        for tell in told:
            tell()
        now = clock.now()
        for check in checks:
            if check.state in {CheckState.PLANNED, CheckState.ASKED}:
                dates.set_check(check, by=CLOCK, now=now)

    def _answered(self, founder: Founder, case: CaseFile, check: OutcomeCheck) -> None:
        """Most answer within three weeks; of most companies older than half a year somebody has seen the proof."""
        on = check.due_on + timedelta(days=2 + int(self.lots.chance() * 20))
        if on >= self.today or self.lots.happens(0.12):
            if check.due_on < self.today - timedelta(days=LONG_AGO):
                check.state = CheckState.UNREACHABLE
            return
        check.state, check.answered_at = CheckState.ANSWERED, at(on, 14)
        check.is_active = not self.lots.happens(check.months / 400)
        grown = int(self.lots.chance() * (check.months / 12 + 1))
        check.jobs_promised = (founder.jobs or 0) + grown if check.is_active else 0
        check.comment = self.lots.pick(founder.texts["answer"]) if check.is_active else founder.texts["ended"]
        check.channel = Channel.ONLINE
        if self.lots.happens(0.2):
            check.channel, check.taken_by = Channel.PHONE, case.lead
            check.told_by = f"{founder.first_name} {founder.last_name}"
        if check.is_active and self.lots.happens(0.4 if check.months == CHECK_MONTHS[0] else 0.75):
            check.jobs_proved = max(check.jobs_promised - int(self.lots.chance() * 2), 0)
            check.proof = self.lots.pick(founder.texts["proof"])

    def _told_of_check(self, case: CaseFile, check: OutcomeCheck) -> None:
        tell = partial(self.tell, check)
        tell("plan", "", CheckState.PLANNED, case.lead, case.closed_at)
        if check.asked_at:
            tell("ask", CheckState.PLANNED, CheckState.ASKED, CLOCK, check.asked_at)
        if check.answered_at:
            tell("answer", CheckState.ASKED, CheckState.ANSWERED, case.founder, check.answered_at, check.told_by)
            if check.jobs_proved is not None:
                proved = check.answered_at + timedelta(days=18)
                tell("prove", check.state, check.state, case.lead, proved, f"{check.jobs_proved}: {check.proof}")
        elif check.state == CheckState.UNREACHABLE:
            tell("give_up", CheckState.ASKED, check.state, case.lead, at(check.due_on + timedelta(days=45)))
