"""Every text translated, in the house's words; and proof that the checks can fail."""

from gettext import GNUTranslations
from pathlib import Path

import pytest

from promo_portal.core.catalogues.extract import unmarked_texts, wanted_texts
from promo_portal.core.catalogues.merge import CataloguesError, compile_all, compile_language, merge
from promo_portal.core.catalogues.places import LANGUAGES, slice_of
from promo_portal.core.catalogues.review import is_prose, missing, obsolete, review
from promo_portal.core.catalogues.wording import faults, set_english

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def write_part(parts: Path, name: str, entries: str, language: str = "fr") -> None:
    path = parts / language / "LC_MESSAGES" / "parts" / f"{name}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + entries)


def test_every_text_of_the_portal_is_translated_and_well_formed() -> None:
    complaints = [str(complaint) for complaint in review()]

    assert complaints == []


def test_the_check_visits_python_and_templates_of_all_apps() -> None:
    wanted = wanted_texts()

    slices = {slice_of(place) for text in wanted.values() for place in text.places}
    assert {"core", "accounts", "coaching", "regions", "portal", "demo", "mailing", "reminders"} <= slices
    assert len(wanted) > 300
    assert all(len(merge(language).entries) > 300 for language in LANGUAGES)


def test_parts_are_merged_and_readable(tmp_path: Path) -> None:
    write_part(tmp_path / "parts", "one", 'msgid "Save"\nmsgstr "Enregistrer"\n')
    write_part(
        tmp_path / "parts",
        "two",
        'msgctxt "month"\nmsgid "May"\nmsgstr "mai"\n\n'
        'msgid "%(n)s file"\nmsgid_plural "%(n)s files"\nmsgstr[0] "%(n)s dossier"\nmsgstr[1] "%(n)s dossiers"\n',
    )

    compile_language("fr", parts=tmp_path / "parts", out=tmp_path / "out")

    with (tmp_path / "out/fr/LC_MESSAGES/django.mo").open("rb") as file:
        catalogue = GNUTranslations(file)
    assert catalogue.gettext("Save") == "Enregistrer"
    assert catalogue.pgettext("month", "May") == "mai"
    assert [catalogue.ngettext("%(n)s file", "%(n)s files", n) for n in (0, 1, 2)] == [
        "%(n)s dossier",
        "%(n)s dossier",
        "%(n)s dossiers",
    ]


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    write_part(tmp_path / "parts", "one", 'msgid "Save"\nmsgstr "Enregistrer"\n')

    first = compile_all(parts=tmp_path / "parts", out=tmp_path / "out")
    second = compile_all(parts=tmp_path / "parts", out=tmp_path / "out")
    write_part(tmp_path / "parts", "two", 'msgid "Delete"\nmsgstr "Supprimer"\n')
    third = compile_all(parts=tmp_path / "parts", out=tmp_path / "out")

    assert (first, second, third) == (["fr", "de", "en"], [], ["fr", "en"])


def test_english_is_printed_with_real_apostrophes_and_quotes(tmp_path: Path) -> None:
    write_part(tmp_path / "parts", "one", 'msgid "The founder\'s \\"file\\""\nmsgstr "Le dossier"\n')

    compile_all(parts=tmp_path / "parts", out=tmp_path / "out")

    with (tmp_path / "out/en/LC_MESSAGES/django.mo").open("rb") as file:
        assert GNUTranslations(file).gettext('The founder\'s "file"') == "The founder’s “file”"
    assert set_english('<a href="%(url)s">Tom\'s</a>') == '<a href="%(url)s">Tom’s</a>'


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('msgid "Save"\nmsgstr "Sauver"\n', "agree on one"),
        ('#, fuzzy\nmsgid "Send"\nmsgstr "Envoyer"\n', "fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour %(nom)s"\n', "placeholders"),
        ('msgid "{count} done"\nmsgstr "terminé"\n', "placeholders"),
        ('msgid "%(n)s row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s ligne"\nmsgstr[1] ""\n', "plural form"),
        ('msgid "Close"\nmsgstr "Fermer"\n\nmsgid "Close"\nmsgstr "Clore"\n', "twice"),
    ],
)
def test_a_part_that_would_mislead_readers_is_refused_whole(tmp_path: Path, entry: str, reason: str) -> None:
    parts, out = tmp_path / "parts", tmp_path / "out"
    write_part(parts, "core", 'msgid "Save"\nmsgstr "Enregistrer"\n')
    compile_language("fr", parts=parts, out=out)
    before = (out / "fr/LC_MESSAGES/django.mo").read_bytes()

    write_part(parts, "other", entry)
    with pytest.raises(CataloguesError, match=reason):
        compile_language("fr", parts=parts, out=out)

    assert (out / "fr/LC_MESSAGES/django.mo").read_bytes() == before


def test_missing_and_obsolete_texts_are_found(tmp_path: Path) -> None:
    (tmp_path / "templates/coaching").mkdir(parents=True)
    (tmp_path / "templates/coaching/a.html").write_text(
        "{% load i18n %}\n  {% blocktranslate count n=x %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    (tmp_path / "coaching").mkdir()
    (tmp_path / "coaching/views.py").write_text('t = gettext("Send my request")\n')
    write_part(tmp_path / "parts", "coaching", 'msgid "Gone"\nmsgstr "Parti"\n')
    write_part(tmp_path / "parts", "replaced", 'msgid "Of another package"\nmsgstr "D’un autre"\n')

    wanted, merged = wanted_texts(tmp_path), merge("fr", tmp_path / "parts")

    assert sorted(text.msgid for text in missing(wanted, merged)) == ["%(n)s day", "Send my request"]
    assert [entry.msgid for entry in obsolete(wanted, merged)] == ["Gone"]


def test_words_outside_gettext_are_found(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/a.html").write_text(
        "{% load i18n %}{# a comment #}<p class='x'>{% translate 'fine' %} {{ also_fine }} PDF</p>\n"
        '<a href="/x/" title="Nicht gut">{% if a > b %}</a>\n<b>Pas bien</b>'
    )
    (tmp_path / "coaching").mkdir()
    (tmp_path / "coaching/forms.py").write_text('field = CharField(label="Your name", max_length=3)\n')

    places = [complaint.place for complaint in unmarked_texts(tmp_path)]

    assert places == ["templates/a.html:2", "templates/a.html:3", "coaching/forms.py:1"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Veuillez patienter"),
        ("fr", "Merci de répondre"),
        ("fr", "Vos données"),
        ("fr", "Une erreur est survenue"),
        ("fr", "Prêt ?"),
        ("fr", "Prêt\u00a0?"),
        ("fr", "Nom: %(name)s"),
        ("fr", "Nom :</strong> ici"),
        ("fr", "«\u00a0Bonjour\u00a0»"),
        ("fr", "10 %%"),
        ("fr", "%(size)s Mo"),
        ("fr", "l'entreprise"),
        ("fr", "A confirmer"),
        ("fr", "Ecrire à"),
        ("fr", "Attendez..."),
        ("fr", "CHF 145.00"),
        ("de", "Grösse und Straße"),
        ("de", "« Guten Tag »"),
        ("de", "„Guten Tag“"),
        ("de", "Hier klicken"),
        ("en", "Please wait"),
        ("en", "Organize your day"),
    ],
)
def test_a_word_or_sign_that_the_house_does_not_use_is_found(language: str, text: str) -> None:
    assert list(faults(text, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Erreur\u202f: il manque une réponse"),
        ("fr", "Protection des données"),
        ("fr", "Prêt\u202f? À 14:30, sur https://exemple.ch/?q=a. «\u202fOui\u202f», dit l’autre\u202f; bien."),
        ("fr", "10\u00a0%% de %(size)s\u00a0Mo, CHF\u00a0145.00, n°\u00a012"),
        ("fr", "Trouvé\u202f! <strong>%(count)s\u202f:</strong> &amp; le reste…"),
        ("de", "«Guten Tag», 20\u00a0MB gross; warum nicht?"),
        ("en", 'The founder\'s "file"; is it there? 10%%'),
    ],
)
def test_good_words_pass(language: str, text: str) -> None:
    assert list(faults(text, language)) == []


def test_addresses_are_translated_but_not_read_as_prose() -> None:
    assert not is_prose("coaching/request/<str:key>/")
    assert is_prose("Send my request")
