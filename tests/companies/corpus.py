"""An invented directory of some 200 entries, small enough for every run and rich enough to judge a search by.

Each entry has a trade; what a query should find follows from trades, places and names, never from what search finds.
"""

# ruff: noqa: E501 - tables of invented entries are read by line

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from companies.models import Capability, CapabilitySynonym, Organisation, OrganisationActivity, OrganisationCapability
from companies.names import core_of, key_of
from promo_portal.regions.models import ActivityCode, Canton, Municipality
from promo_portal.regions.names import search_name
from tests import factories

# number, official name, other names, postcode, locality, lon, lat
PLACES = [
    (371, "Biel/Bienne", ["Biel", "Bienne"], "2502", "Biel/Bienne", 7.2444, 47.1404),
    (446, "Tramelan", [], "2720", "Tramelan", 7.1003, 47.2237),
    (443, "Saint-Imier", ["Sankt Immer"], "2610", "St-Imier", 6.9983, 47.1530),
    (711, "Sorvilier", [], "2736", "Sorvilier", 7.3053, 47.2389),
    (713, "Tavannes", ["Dachsfelden"], "2710", "Tavannes", 7.1975, 47.2209),
    (723, "La Neuveville", ["Neuenstadt"], "2520", "La Neuveville", 7.0953, 47.0655),
    (717, "Valbirse", [], "2735", "Bévilard", 7.2833, 47.2378),
    (690, "Court", [], "2738", "Court", 7.3369, 47.2397),
    (703, "Reconvilier", ["Rokwiler"], "2732", "Reconvilier", 7.2219, 47.2339),
    (435, "Corgémont", [], "2606", "Corgémont", 7.1456, 47.1947),
    (434, "Courtelary", [], "2608", "Courtelary", 7.0722, 47.1786),
    (726, "Péry-La Heutte", ["Büderich"], "2603", "Péry", 7.2486, 47.1944),
    (441, "Renan (BE)", [], "2616", "Renan BE", 6.9278, 47.1267),
    (445, "Sonvilier", [], "2615", "Sonvilier", 6.9636, 47.1392),
    (743, "Nidau", [], "2560", "Nidau", 7.2392, 47.1261),
    (733, "Brügg", [], "2555", "Brügg BE", 7.2819, 47.1244),
    (306, "Lyss", [], "3250", "Lyss", 7.3064, 47.0742),
]
PLACE_NUMBERS = [row[0] for row in PLACES]

# code, parent, French, German, English
ACTIVITIES = [
    ("C", "", "Industrie manufacturière", "Verarbeitendes Gewerbe", "Manufacturing"),
    ("F", "", "Construction", "Baugewerbe", "Construction"),
    ("G", "", "Commerce", "Handel", "Trade"),
    ("J", "", "Information et communication", "Information und Kommunikation", "Information and communication"),
    (
        "M",
        "",
        "Activités spécialisées, scientifiques et techniques",
        "Freiberufliche Dienstleistungen",
        "Professional activities",
    ),
    ("P", "", "Enseignement", "Erziehung und Unterricht", "Education"),
    ("10", "C", "Industries alimentaires", "Herstellung von Nahrungsmitteln", "Manufacture of food products"),
    ("1071", "10", "Fabrication de pain et pâtisserie", "Herstellung von Backwaren", "Manufacture of bread"),
    ("16", "C", "Travail du bois", "Herstellung von Holzwaren", "Manufacture of wood"),
    (
        "1623",
        "16",
        "Fabrication de charpentes et menuiseries",
        "Herstellung von Holzkonstruktionen",
        "Builders' carpentry",
    ),
    (
        "25",
        "C",
        "Fabrication de produits métalliques",
        "Herstellung von Metallerzeugnissen",
        "Manufacture of metal products",
    ),
    ("2562", "25", "Usinage mécanique", "Mechanik", "Machining"),
    ("2561", "25", "Traitement et revêtement des métaux", "Oberflächenveredlung", "Treatment and coating of metals"),
    (
        "26",
        "C",
        "Fabrication d'horlogerie, d'instruments et d'optique",
        "Herstellung von Uhren und Instrumenten",
        "Watches and instruments",
    ),
    ("2652", "26", "Fabrication de montres et horloges", "Herstellung von Uhren", "Manufacture of watches and clocks"),
    ("28", "C", "Fabrication de machines", "Maschinenbau", "Manufacture of machinery"),
    (
        "2841",
        "28",
        "Fabrication de machines-outils",
        "Herstellung von Werkzeugmaschinen",
        "Manufacture of machine tools",
    ),
    ("32", "C", "Autres industries manufacturières", "Herstellung von sonstigen Waren", "Other manufacturing"),
    (
        "3250",
        "32",
        "Fabrication d'instruments médicaux et dentaires",
        "Herstellung von medizinischen Apparaten",
        "Medical instruments",
    ),
    ("43", "F", "Travaux de construction spécialisés", "Ausbaugewerbe", "Specialised construction"),
    ("4321", "43", "Installation électrique", "Elektroinstallation", "Electrical installation"),
    ("4334", "43", "Travaux de peinture et plâtrerie", "Malerei und Gipserei", "Painting"),
    ("47", "G", "Commerce de détail", "Detailhandel", "Retail trade"),
    ("4773", "47", "Pharmacies", "Apotheken", "Pharmacies"),
    ("62", "J", "Programmation et conseil informatique", "Informatik", "Computer programming"),
    ("6201", "62", "Programmation informatique", "Programmierung", "Computer programming"),
    ("69", "M", "Activités juridiques et comptables", "Rechts- und Steuerberatung", "Legal and accounting"),
    ("6920", "69", "Activités comptables", "Wirtschaftsprüfung und Treuhand", "Accounting"),
    ("85", "P", "Enseignement", "Unterricht", "Education"),
    ("8532", "85", "Enseignement secondaire technique", "Berufsbildung", "Technical education"),
]

# slug, kind, French, German, English, synonyms
CAPABILITIES = [
    (
        "decolletage",
        "process",
        "Décolletage",
        "Décolletage (Drehteile)",
        "Bar turning",
        ["tournage automatique", "Drehteile", "Automatendreherei"],
    ),
    ("fraisage", "process", "Fraisage", "Fräsen", "Milling", ["centre d'usinage", "Fräserei"]),
    ("taillage", "process", "Taillage d'engrenages", "Verzahnung", "Gear cutting", ["pignons", "Zahnräder"]),
    (
        "traitement-thermique",
        "process",
        "Traitement thermique",
        "Wärmebehandlung",
        "Heat treatment",
        ["trempe", "Härterei"],
    ),
    (
        "galvanoplastie",
        "process",
        "Galvanoplastie",
        "Galvanik",
        "Electroplating",
        ["dorage", "nickelage", "Vernickelung"],
    ),
    ("polissage", "process", "Polissage", "Polieren", "Polishing", ["terminage", "Poliererei"]),
    (
        "electroerosion",
        "process",
        "Électroérosion",
        "Funkenerosion",
        "Electrical discharge machining",
        ["érosion à fil", "Drahterosion"],
    ),
    (
        "controle-optique",
        "process",
        "Contrôle optique",
        "Optische Prüfung",
        "Optical inspection",
        ["métrologie", "Messtechnik"],
    ),
    ("salle-blanche", "capacity", "Salle blanche", "Reinraum", "Clean room", []),
    ("titane", "material", "Titane", "Titan", "Titanium", []),
    ("iso-13485", "certificate", "ISO 13485", "ISO 13485", "ISO 13485", ["dispositifs médicaux"]),
    ("soudage-laser", "process", "Soudage laser", "Laserschweissen", "Laser welding", []),
    (
        "impression-3d",
        "process",
        "Fabrication additive",
        "Additive Fertigung",
        "Additive manufacturing",
        ["impression 3D", "3D-Druck"],
    ),
]


@dataclass(frozen=True)
class Trade:
    """What a group of entries does: the truth that queries are judged by."""

    key: str
    activity: str
    capabilities: tuple[str, ...]
    french: tuple[str, ...]
    german: tuple[str, ...]
    names_fr: tuple[str, ...]
    names_de: tuple[str, ...] = ()
    kind: str = "company"
    entries: int = 10


TRADES = [
    Trade("decolletage", "2562", ("decolletage",), ("Pièces décolletées de 0,3 à 16 mm en laiton et acier", "Décolletage de haute précision pour la connectique"), ("Drehteile in Messing und Stahl", "Präzisionsdrehteile in Serie"), ("Décolletage {0} SA", "{0} Décolletages Sàrl"), ("{0} Drehteile AG",), entries=16),
    Trade("fraisage", "2562", ("fraisage", "controle-optique"), ("Usinage 5 axes de pièces complexes", "Fraisage de prototypes et petites séries"), ("Fräsen von Einzelteilen und Kleinserien",), ("Mécanique {0} SA", "Usinage {0} Sàrl"), ("{0} Mechanik GmbH",), entries=14),
    Trade("horlogerie", "2652", ("polissage",), ("Fabrication de montres mécaniques et de mouvements", "Manufacture horlogère, assemblage et réglage"), ("Herstellung von Uhren und Uhrwerken",), ("Montres {0} SA", "Manufacture {0} SA"), ("{0} Uhren AG",), entries=16),
    Trade("engrenages", "2562", ("taillage",), ("Taillage de pignons et de roues dentées", "Roulage et denture de précision"), ("Zahnräder und Verzahnungen",), ("Pignons {0} SA",), ("{0} Zahnräder AG",), entries=8),
    Trade("thermique", "2561", ("traitement-thermique",), ("Trempe, revenu et nitruration des aciers",), ("Härten und Nitrieren von Stahl",), ("Thermo {0} SA",), ("Härterei {0} AG",), entries=6),
    Trade("galvano", "2561", ("galvanoplastie",), ("Dorage et nickelage de composants horlogers",), ("Vergolden und Vernickeln",), ("Galvano {0} SA",), ("Galvanik {0} AG",), entries=6),
    Trade("machines", "2841", ("controle-optique",), ("Construction de machines-outils et de tours automatiques", "Machines spéciales et automatisation"), ("Werkzeugmaschinen und Automation",), ("Machines {0} SA", "{0} Automation SA"), ("{0} Maschinenbau AG",), entries=12),
    Trade("medical", "3250", ("iso-13485", "titane", "salle-blanche"), ("Implants et instruments chirurgicaux en titane", "Vis orthopédiques et implants dentaires"), ("Implantate und chirurgische Instrumente",), ("{0} Médical SA", "Implants {0} SA"), ("{0} Medizintechnik AG",), entries=10),
    Trade("laser", "2562", ("soudage-laser",), ("Gravure et soudage au laser",), ("Lasergravur und Laserschweissen",), ("Laser {0} Sàrl",), (), entries=5),
    Trade("additive", "2562", ("impression-3d",), ("Impression 3D métal et polymères",), ("3D-Druck in Metall und Kunststoff",), ("{0} Additive SA",), (), entries=4),
    Trade("erosion", "2562", ("electroerosion",), ("Érosion à fil et enfonçage de moules",), ("Drahterosion und Senkerosion",), ("Érosion {0} SA",), (), entries=5),
    Trade("informatique", "6201", (), ("Développement de logiciels sur mesure et télématique", "Applications web et maintenance informatique"), ("Softwareentwicklung und Informatik",), ("{0} Informatique Sàrl", "Logiciels {0} SA"), ("{0} Software GmbH",), entries=12),
    Trade("fiduciaire", "6920", (), ("Comptabilité, fiscalité et révision de PME",), ("Treuhand, Steuern und Buchhaltung",), ("Fiduciaire {0} SA",), ("Treuhand {0} AG",), entries=10),
    Trade("electricite", "4321", (), ("Installations électriques et téléphoniques, photovoltaïque",), ("Elektroinstallationen und Photovoltaik",), ("{0} Électricité SA",), ("Elektro {0} AG",), entries=10),
    Trade("menuiserie", "1623", (), ("Charpentes, fenêtres et menuiserie en bois",), ("Holzbau, Fenster und Zimmerei",), ("Menuiserie {0} Sàrl",), ("{0} Holzbau AG",), entries=10),
    Trade("peinture", "4334", (), ("Peinture, plâtrerie et rénovation de façades",), ("Malerei und Gipserei, Fassaden",), ("Peinture {0} Sàrl",), ("Malerei {0} GmbH",), entries=8),
    Trade("boulangerie", "1071", (), ("Pain, pâtisserie et chocolats artisanaux",), ("Brot, Gebäck und Konfiserie",), ("Boulangerie {0}",), ("Bäckerei {0}",), entries=8),
    Trade("pharmacie", "4773", (), ("Médicaments, conseils et vaccinations",), ("Medikamente und Beratung",), ("Pharmacie {0} SA",), ("Apotheke {0} AG",), entries=6),
    Trade("ecole", "8532", (), ("Formation de micromécaniciens et d'horlogers",), ("Ausbildung von Mikromechanikern",), ("École technique {0}",), ("Berufsschule {0}",), kind="school", entries=4),
]  # fmt: skip

FAMILIES = [
    "Gobat",
    "Voirol",
    "Chappuis",
    "Rossé",
    "Gerber",
    "Bühler",
    "Müller",
    "Schär",
    "Zürcher",
    "Lüthi",
    "Jeanneret",
    "Perrenoud",
    "Évard",
    "Houriet",
    "Girardin",
    "Béguelin",
    "Kummer",
    "Schneeberger",
    "Ammann",
    "Wälti",
    "Hänni",
    "Châtelain",
    "Monnier",
    "Vuilleumier",
    "Geiser",
    "Tschanz",
    "Affolter",
    "Sauvain",
    "Criblez",
    "Mathez",
]

# Entries of their own: names, spellings and texts that queries aim at. name, place, trade, texts (fr, de), capabilities, uid
SINGLES = [
    ("Arcadec SA", 446, "decolletage", "Décolletage de haute précision, titane et inox pour le médical", "", ("decolletage", "titane"), "109322551"),
    ("Bernasconi Frères Sàrl", 717, "decolletage", "Pièces décolletées, tournage multibroches, reprise et contrôle optique", "", ("decolletage", "controle-optique"), "107787577"),
    ("Combe-Grède Précision SA", 443, "decolletage", "Décolletage et taillage pour l'horlogerie ; pignons, axes, tiges", "", ("decolletage", "taillage"), "116281710"),
    ("Drehteile Seeland AG", 371, "decolletage", "", "Décolletage in Serie, Messing und Automatenstahl", ("decolletage",), "101417073"),
    ("Établissements Gobat-Bandelier SA", 690, "fraisage", "Outillage et étampes", "", ("fraisage",), ""),
    ("Étampes du Vallon SA", 434, "etampes", "Étampage et découpage fin de tôles", "", (), ""),
    ("Œuvray Médical SA", 713, "medical", "Instruments de chirurgie mini-invasive", "", ("iso-13485",), ""),
    ("Câbles de l'Orval SA", 713, "cables", "Câblage et confection de faisceaux électriques", "", (), ""),
    ("Mueller Präzision AG", 371, "fraisage", "", "Präzisionsmechanik und Baugruppenmontage", ("fraisage",), ""),
    ("Schrauben Roth GmbH", 306, "schrauben", "", "Schrauben und Verbindungselemente für die Medizintechnik", (), ""),
    ("Imprimerie du Courtelary Sàrl", 434, "imprimerie", "Impression offset et numérique, reliure", "", (), ""),
    ("Transports Saint-Imier SA", 443, "transport", "Transports de marchandises et déménagements", "", (), ""),
    ("Bienne Logistique SA", 733, "transport", "Entreposage et logistique de pièces", "", (), ""),
    ("Fromagerie de Courtelary", 434, "fromagerie", "Tête de Moine et fromages à pâte dure", "", (), ""),
    ("Hôtel de la Couronne, Sonceboz", 435, "hotel", "Hôtel, restaurant et salles de séminaire", "", (), ""),
    ("Garage des Reussilles SA", 446, "garage", "Réparation et vente d'automobiles", "", (), ""),
    ("Carrosserie Moderne Sàrl", 723, "garage", "Tôlerie et peinture de véhicules", "", (), ""),
    ("Ressorts du Jura SA", 703, "ressorts", "Ressorts de précision, fils et rubans", "", (), ""),
    ("Joint Étanche SA", 441, "joints", "Joints d'étanchéité en caoutchouc et silicone", "", (), ""),
    ("Plastiques Injectés SA", 711, "plastique", "Injection de pièces techniques en matière plastique", "", (), ""),
    ("Kunststofftechnik Lyss AG", 306, "plastique", "", "Spritzguss von technischen Kunststoffteilen", (), ""),
    ("Haute école d'ingénierie de l'Arc", 443, "recherche", "Recherche appliquée en microtechnique", "", (), ""),
    ("Chambre du commerce du Vallon", 443, "association", "Défense des intérêts économiques", "", (), ""),
    ("Nettoyage Éclair Sàrl", 371, "nettoyage", "Nettoyage de bureaux et d'ateliers", "Reinigung von Büros", (), ""),
]  # fmt: skip


@dataclass
class Corpus:
    """What was made: entries by name, their trades and places."""

    trade: dict[str, str] = field(default_factory=dict)  # name: trade
    place: dict[str, int] = field(default_factory=dict)  # name: BFS number
    capability: dict[str, set[str]] = field(default_factory=dict)
    pk: dict[str, int] = field(default_factory=dict)

    def of_trade(self, *keys: str) -> set[str]:
        return {name for name, key in self.trade.items() if key in keys}

    def at(self, *numbers: int) -> set[str]:
        return {name for name, number in self.place.items() if number in numbers}

    def with_capability(self, *slugs: str) -> set[str]:
        return {name for name, own in self.capability.items() if own & set(slugs)}


@dataclass(frozen=True)
class _Entry:
    name: str
    place: int
    trade: str
    french: str
    german: str
    capabilities: tuple[str, ...]
    uid: str
    activity: str
    kind: str
    size: str


def _entries() -> list[_Entry]:
    activities = {trade.key: trade.activity for trade in TRADES}
    found = [
        _Entry(name, place, trade, fr, de, caps, uid, activities.get(trade, ""), "company", "10-49")
        for name, place, trade, fr, de, caps, uid in SINGLES
    ]
    sizes = ("1-9", "1-9", "10-49", "50-249", "1-9", "250+", "")
    for at, trade in enumerate(TRADES):
        for number in range(trade.entries):
            family = FAMILIES[(at * 7 + number * 11) % len(FAMILIES)]
            is_german = bool(trade.names_de) and number % 3 == 2
            names = trade.names_de if is_german else trade.names_fr
            french = "" if is_german else trade.french[number % len(trade.french)]
            german = trade.german[number % len(trade.german)] if is_german else ""
            place = PLACE_NUMBERS[(at * 5 + number * 3) % len(PLACE_NUMBERS)]
            size = sizes[(at + number) % len(sizes)]
            name = names[number % len(names)].format(family)
            found.append(
                _Entry(name, place, trade.key, french, german, trade.capabilities, "", trade.activity, trade.kind, size)
            )
    unique = {entry.name: entry for entry in reversed(found)}
    return list(reversed(unique.values()))


def build(confirmed_on: date) -> Corpus:
    """Make everything in a few statements; the search itself is not built here."""
    association = factories.AssociationFactory(code="cep")
    canton = Canton.objects.get_or_create(code="BE", defaults={"name_fr": "Berne", "name_de": "Bern"})[0]
    shown: dict[int, Any] = {}
    for bfs, official, others, postcode, locality, lon, lat in PLACES:
        names = search_name([official, *others], [locality, postcode])
        values = {
            "official_name": official,
            "search_name": names,
            "canton": canton,
            "lon": lon,
            "lat": lat,
            "valid_from": date(1960, 1, 1),
        }
        shown[bfs] = Municipality.objects.update_or_create(bfs=bfs, defaults=values)[0]
    codes: dict[str, ActivityCode] = {}
    levels = {1: "section", 2: "division", 3: "group", 4: "class"}
    for code, parent, fr, de, en in ACTIVITIES:
        codes[code] = ActivityCode.objects.get_or_create(
            code=code,
            defaults={
                "level": levels[len(code)],
                "parent": codes.get(parent),
                "label_fr": fr,
                "label_de": de,
                "label_en": en,
            },
        )[0]
    capabilities: dict[str, Capability] = {}
    for slug, kind, fr, de, en, synonyms in CAPABILITIES:
        capability = Capability(slug=slug, kind=kind, label_fr=fr, label_de=de, label_en=en)
        Capability.objects.bulk_create([capability])
        CapabilitySynonym.objects.bulk_create(
            CapabilitySynonym(capability=capability, language="fr", text=text) for text in synonyms
        )
        capabilities[slug] = capability
    entries = _entries()
    organisations = Organisation.objects.bulk_create(
        Organisation(
            association=association, name=entry.name, name_key=key_of(entry.name), name_core=core_of(entry.name),
            uid=entry.uid, kind=entry.kind, municipality=shown[entry.place], purpose_fr=entry.french,
            purpose_de=entry.german, size_class=entry.size, confirmed_on=confirmed_on, listed_on=confirmed_on,
            postcode=next(row[3] for row in PLACES if row[0] == entry.place),
            locality=next(row[4] for row in PLACES if row[0] == entry.place),
            lon=float(shown[entry.place].lon) + at % 13 / 2000, lat=float(shown[entry.place].lat) + at % 7 / 2000,
            is_demonstration=True,
        )
        for at, entry in enumerate(entries)
    )  # fmt: skip
    OrganisationActivity.objects.bulk_create(
        OrganisationActivity(organisation=row, activity=codes[entry.activity], is_main=True)
        for row, entry in zip(organisations, entries, strict=True)
        if entry.activity
    )
    OrganisationCapability.objects.bulk_create(
        OrganisationCapability(organisation=row, capability=capabilities[slug])
        for row, entry in zip(organisations, entries, strict=True)
        for slug in entry.capabilities
    )
    corpus = Corpus()
    for row, entry in zip(organisations, entries, strict=True):
        corpus.trade[entry.name], corpus.place[entry.name] = entry.trade, entry.place
        corpus.capability[entry.name], corpus.pk[entry.name] = set(entry.capabilities), row.pk
    return corpus
