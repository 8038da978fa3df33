"""Does the search find what people mean? Two halves: the first may be tuned on, the second tells how well it carries.

``first``: entries of which one must be among the first three. ``all_of``: entries that the whole list must hold.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from companies.search.finding import Criteria, find
from tests.companies.corpus import Corpus


@dataclass(frozen=True)
class Query:
    text: str
    first: frozenset[str]
    all_of: frozenset[str] = frozenset()


NAMES = {
    "Arcadec SA": ["Arcadec", "ARCADEC SA", "arcadek", "Arcadec, Tramelan", "CHE-109.322.551", "109322551"],
    "Bernasconi Frères Sàrl": [
        "Bernasconi Frères",
        "bernasconi freres sarl",
        "Bernasconni",
        "frères bernasconi",
        "che 107 787 577",
    ],
    "Combe-Grède Précision SA": ["Combe Grede", "précision combe-grède", "combegrède", "CHE116281710 TVA"],
    "Drehteile Seeland AG": ["Drehteile Seeland", "Seeland Drehteile AG", "drehteile seland", "101.417.073"],
    "Établissements Gobat-Bandelier SA": [
        "Établissements Gobat-Bandelier",
        "gobat bandelier",
        "Ets Gobat Bandelier",
        "bandellier",
    ],
    "Étampes du Vallon SA": ["etampes du vallon", "Étampes Vallon", "étampe vallon"],
    "Œuvray Médical SA": ["Œuvray", "oeuvray medical", "Oeuvrai"],
    "Câbles de l'Orval SA": ["cables orval", "Câbles de l’Orval", "orval"],
    "Mueller Präzision AG": ["Mueller Präzision", "Müller Präzision", "muller prazision"],
    "Schrauben Roth GmbH": ["Schrauben Roth", "roth schrauben", "Schraube Roth"],
    "Imprimerie du Courtelary Sàrl": ["imprimerie courtelary", "imprimeur Courtelary", "Imprimerie du Courtelari"],
    "Transports Saint-Imier SA": ["Transports St-Imier", "transport saint imier", "Transports St. Imier SA"],
    "Bienne Logistique SA": ["Bienne Logistique", "logistique bienne"],
    "Hôtel de la Couronne, Sonceboz": ["hotel couronne", "Couronne Sonceboz", "hôtel de la courone"],
    "Garage des Reussilles SA": ["garage reussilles", "Garage des Reusilles"],
    "Carrosserie Moderne Sàrl": ["carrosserie moderne", "carroserie moderne", "Carrosserie"],
    "Ressorts du Jura SA": ["ressorts jura", "resorts du jura", "ressort"],
    "Joint Étanche SA": ["joint etanche", "joints d'étanchéité", "étanchéité"],
    "Plastiques Injectés SA": ["plastiques injectes", "injection plastique"],
    "Kunststofftechnik Lyss AG": ["Kunststofftechnik", "Spritzguss", "Kunststoffteile"],
    "Haute école d'ingénierie de l'Arc": ["haute école arc", "microtechnique", "ecole ingenierie"],
    "Nettoyage Éclair Sàrl": ["nettoyage eclair", "Reinigungen", "nettoyages"],
    "Fromagerie de Courtelary": ["fromagerie courtelary", "tête de moine", "fromage"],
}
TRADES = {
    "decolletage": ["décolletage", "Decolletage", "pièces décolletées", "décolleteur"],
    "thermique": ["trempe", "Härterei", "traitement thermique", "Wärmebehandlung", "heat treatment"],
    "galvano": ["galvanoplastie", "Vernickelung", "dorage", "galvanik"],
    "horlogerie": ["montres", "montre", "Uhren", "watches", "horloger", "horlogères"],
    "engrenages": ["engrenages", "Zahnräder", "pignons", "Zahnrad"],
    "machines": ["machines-outils", "Werkzeugmaschinen", "machine-outil", "Werkzeugmaschine"],
    "medical": ["implants", "dispositifs médicaux", "ISO 13485", "salle blanche", "Reinraum", "implant dentaire"],
    "laser": ["soudage laser", "Laserschweissen"],
    "additive": ["impression 3D", "3D-Druck", "fabrication additive"],
    "erosion": ["électroérosion", "Drahterosion", "electroerosion"],
    "informatique": ["informatique", "Informatik", "programmation", "logiciels"],
    "fiduciaire": ["fiduciaire", "Treuhänder", "comptabilité", "fiduciaires", "Treuhand"],
    "electricite": ["installation électrique", "Elektroinstallationen", "photovoltaïque"],
    "menuiserie": ["menuiserie", "Holzbau", "charpente", "Holzbauten"],
    "peinture": ["peinture", "Malerei", "plâtrerie"],
    "boulangerie": ["boulangerie", "Bäckerei", "boulangeries", "Bäckereien"],
    "pharmacie": ["pharmacie", "Apotheken", "pharmacies", "Apotheke"],
    "fraisage": ["fraisage", "Fräsen", "Fräserei"],
}
PLACES = {
    446: ["Tramelan", "2720", "tramlan"],
    713: ["Dachsfelden", "Tavannes"],
    723: ["Neuenstadt", "La Neuveville"],
    443: ["Sankt Immer", "St-Imier", "Saint-Imier"],
    371: ["Biel", "Bienne", "Biel/Bienne"],
    441: ["Renan", "Renan BE"],
    703: ["Reconvilier", "Rokwiler"],
}
MIXED = {"décolletage": "decolletage", "Drehteile": "decolletage", "horlogerie": "horlogerie", "fiduciaire": "fiduciaire",
         "électricité": "electricite", "menuiserie": "menuiserie", "machines": "machines"}  # fmt: skip


def queries(corpus: Corpus) -> list[Query]:
    found = [Query(text, frozenset({name})) for name, texts in NAMES.items() for text in texts]
    for trade, texts in TRADES.items():
        truth = frozenset(corpus.of_trade(trade))
        found += [Query(text, truth, truth) for text in texts]
    for number, texts in PLACES.items():
        truth = frozenset(corpus.at(number))
        found += [Query(text, frozenset(corpus.pk), truth) for text in texts]  # a name may rightly come first
    for word, trade in MIXED.items():
        for number, texts in PLACES.items():
            truth = frozenset(corpus.of_trade(trade) & corpus.at(number))
            if truth:
                found.append(Query(f"{word} {texts[0]}", truth, truth))
    return found


@dataclass
class Score:
    """How a half of the queries did."""

    asked: int = 0
    in_three: int = 0
    recall: float = 0.0
    recalled: int = 0
    misses: list[str] | None = None


def score(half: list[Query], corpus: Corpus) -> Score:
    by_pk = {pk: name for name, pk in corpus.pk.items()}
    result = Score(misses=[])
    assert result.misses is not None
    for query in half:
        found = find(Criteria(query.text), with_facets=False)
        first = [by_pk[pk] for pk in found.ids[:3]]
        result.asked += 1
        result.in_three += bool(query.first & set(first))
        if not query.first & set(first):
            result.misses.append(f"{query.text}: {first}")
        if query.all_of:
            pages = range(1, -(-found.count // 100) + 1)
            hits = {
                by_pk[pk]
                for page in pages
                for pk in find(Criteria(query.text, page=page, per_page=100), with_facets=False).ids
            }
            share = len(hits & query.all_of) / len(query.all_of)
            result.recall, result.recalled = result.recall + share, result.recalled + 1
            if share < 0.9:
                missing = sorted(query.all_of - hits)
                result.misses.append(f"{query.text}: recall {share:.2f}, such as {missing[:3]}")
    return result


@pytest.mark.parametrize("which", ["tuned on", "untouched"])
def test_the_search_finds_what_people_mean(which: str, corpus: Corpus, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        everything = queries(corpus)
        half = everything[0::2] if which == "tuned on" else everything[1::2]
        result = score(half, corpus)

    print(f"{which}: {result.in_three}/{result.asked} in the first three, recall {result.recall / result.recalled:.3f}")
    assert len(everything) >= 100
    assert result.in_three >= 0.96 * result.asked, result.misses
    assert result.recall >= 0.9 * result.recalled, result.misses
