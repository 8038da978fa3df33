"""``manage.py list_missing --slice coaching``: the texts of an app that still lack a translation, as po entries."""

from typing import Any

from babel.messages.pofile import normalize
from django.core.management.base import BaseCommand, CommandParser

from promo_portal.core.catalogues.extract import Wanted, wanted_texts
from promo_portal.core.catalogues.merge import merge
from promo_portal.core.catalogues.places import LANGUAGES, slice_of
from promo_portal.core.catalogues.review import missing


class Command(BaseCommand):
    """Prints entries to paste at the end of a part file and fill in."""

    help = "Print the missing entries of a slice, ready for its part file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--slice", default="", help="such as coaching; empty: all, by slice")
        parser.add_argument("--language", choices=LANGUAGES, help="default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = wanted_texts()
        for language in [options["language"]] if options["language"] else LANGUAGES:
            for text in missing(wanted, merge(language)):
                owners = {slice_of(place) for place in text.places}
                if not options["slice"] or options["slice"] in owners:
                    self.stdout.write(f"# {language}/parts/{min(owners)}.po")
                    self.stdout.write(_entry(text))


def _entry(text: Wanted) -> str:
    lines = [f"#: {' '.join(text.places[:3])}"]
    if text.context:
        lines.append(f"msgctxt {normalize(text.context)}")
    lines.append(f"msgid {normalize(text.msgid)}")
    if text.plural:
        lines += [f"msgid_plural {normalize(text.plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
    else:
        lines.append('msgstr ""')
    return "\n".join(lines) + "\n"
