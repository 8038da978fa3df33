"""What stands in an annex, whoever prints it: files with their lines, then what was corrected or entered late."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from coaching.models import Annex, CaseFile, TimeEntryShare
from coaching.workflow.annexes import Total, shares_of_annex, total_of


@dataclass(frozen=True)
class FileLines:
    """One file's lines with their sum."""

    case: CaseFile
    shares: list[TimeEntryShare]
    total: Total


@dataclass(frozen=True)
class Sheet:
    """An annex in two parts: the quarter's own lines, and those of earlier quarters whose annexes had left already."""

    present: list[FileLines]
    earlier: list[TimeEntryShare]
    present_total: Total
    earlier_total: Total
    total: Total

    @property
    def count(self) -> int:
        """How many lines it has."""
        return sum(len(part.shares) for part in self.present) + len(self.earlier)


def sheet_of(annex: Annex) -> Sheet:
    """The annex's lines in the order in which they are read."""
    every = list(shares_of_annex(annex))
    present = [share for share in every if share.entry.worked_on >= annex.period_from]
    earlier = [share for share in every if share.entry.worked_on < annex.period_from]
    return Sheet(
        present=list(_by_file(present)),
        earlier=earlier,
        present_total=total_of(present),
        earlier_total=total_of(earlier),
        total=total_of(every),
    )


def _by_file(shares: Iterable[TimeEntryShare]) -> Iterable[FileLines]:
    for _reference, found in groupby(shares, key=lambda share: share.entry.case_file.reference):
        lines = list(found)
        yield FileLines(lines[0].entry.case_file, lines, total_of(lines))
