"""What is said about a file or a row, by code: notes are stored as code and values and told in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Any] = {
    "wrong_uid": _("The UID %(uid)s is not valid. %(why)s"),
    "no_name": _("The row has no name, and neither UID nor register number is known here."),
    "nothing_to_go_by": _("The row has neither name nor number."),
    "no_place": _("No municipality fits “%(place)s”."),
    "several_places": _("Several municipalities could be meant by “%(place)s”."),
    "other_region": _("The row belongs to the region of another association."),
    "too_long": _("%(field)s: at most %(most)s characters."),
    "formula": _("%(field)s: “%(formula)s” is a formula, not a text. Write the value itself."),
    "other_number": _("“%(name)s” is known in this municipality with another UID or register number."),
    "two_numbers": _("UID and register number of this row belong to different entries, or contradict the known entry."),
    "several_known": _("Several entries have this name in this municipality."),
    "alike": _("Resembles “%(name)s” in the same municipality. Add the UID, or enter it by hand if it is another one."),
    "row_twice": _("Row %(row)s of this file is about the same organisation and says something else."),
    "same_row": _("Says the same as row %(row)s."),
    "merged": _("The entry was merged into another."),
    "ragged": _("The row has more cells than the file has columns."),
    "unnamed": _("The file has no names; called by its purpose or register number until the name is known."),
    "again": _("Entered once before by an import that was undone; it is entered again."),
    "hidden": _("It is entered hidden, under its register number, until somebody names it."),
    "would_change": _("%(field)s: “%(before)s” → “%(after)s”"),
    "kept_changed": _("Kept: somebody has changed the entry since."),
    "kept_used": _("Kept: other records name the entry (%(what)s)."),
    "kept_accepted": _("Kept: a change that this row proposed has been accepted."),
    "left_out": _("%(field)s left out: “%(value)s” is not valid."),
    "would_hold": _("It would get: %(holds)s."),
    "said_twice": _("%(field)s: “%(value)s” is not taken over, since another column says it."),
    "unknown_word": _("%(field)s: “%(value)s” is not in the vocabulary and was left out."),
    "several_words": _("%(field)s: “%(value)s” left out, since it may mean several things: %(names)s."),
    "one_person": _("%(field)s: only the first person is taken over, not “%(value)s”."),
    "nameless": _("%(field)s: “%(value)s” left out, since the last name is missing."),
    "has_left": _("%(name)s is not proposed as a contact: the entry says that this person has left."),
    "nul": _("The file contains NUL bytes: it is not a text table, or it is damaged."),
    "empty": _("The file is empty."),
    "header_only": _("The file has a header and no row."),
    "long_line": _("A line has more than %(most)s characters: this is not a table with one organisation per line."),
    "many_columns": _("The file has more than %(most)s columns."),
    "many_rows": _("The file has more than %(most)s rows."),
    "one_column": _("Only one column was found. Columns are divided by semicolon, comma, tab or a vertical bar."),
    "not_its_name": _("The file is not what its name says: the content is %(kind)s."),
    "not_excel": _(
        "The file is not what its name says: it holds plain text. Name it .csv, or save it as .xlsx in the spreadsheet"
        " program."
    ),
    "old_excel": _("This is Excel's old format. Save it as .xlsx or CSV and try again."),
    "broken_excel": _("The Excel file is damaged or not an Excel file."),
    "large_excel": _("Unpacked, the Excel file is larger than %(most)s MB."),
    "bloated_excel": _(
        "The Excel file holds far more formatting than a list needs. Copy the cells into a new workbook and try again."
    ),
    "no_columns": _("No column of organisations was recognised: a name, a UID or a register number is needed."),
    "unreadable": _("The file cannot be read: %(why)s"),
    "open_quote": _(
        "From line %(row)s on the table cannot be read: a quotation mark is opened there and never closed."
    ),
    "bad_table": _("The table is broken at line %(row)s: %(why)s"),
}


def told(note: Sequence[Any]) -> str:
    """A stored note as a sentence; fields are called as people know them, values shown as people read them."""
    from companies.imports import labels

    code, values = note
    return str(SENTENCES[code]) % labels.in_words(values)


class UnreadableFile(Exception):
    """The file as a whole cannot be used; the sentence says why, and nothing was changed."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(told([code, values]))
        self.code, self.values = code, values
