"""What is typed into the search: names, trades, products, places, slips, numbers, in the languages of the region.

None of them was chosen for being quick. They are asked of the search page and, begun, of the suggestions.
"""

# What half the country is called or does comes first: such words have the most hits, hence the most work.
SEARCHES = (
    "maschinen", "mécanique", "SA", "conseil", "informatique", "treuhand", "Müller", "precision",
    "décolletage", "decolletage", "Drehteile", "fraisage 5 axes", "pièces décolletées de précision", "taillage d'engrenages",
    "horlogerie", "montres", "Uhren", "watches", "horlogers", "cadrans émaillés", "Zifferblätter",
    "machines-outils", "Werkzeugmaschinen", "tours automatiques", "robotique", "Montageanlagen",
    "galvanoplastie", "Galvanik", "traitement thermique", "Härterei", "heat treatment",
    "implants dentaires", "Medizintechnik", "ISO 13485", "salle blanche", "impression 3D", "Laserschweissen",
    "fiduciaire Bienne", "Treuhänder Biel", "menuiserie Tavannes", "Schreinerei Zürich", "restaurant Genève",
    "Holzbau", "charpente", "électricien", "Elektroinstallationen", "boulangerie", "Bäckerei", "pharmacie",
    "Tramelan", "Saint-Imier", "Dachsfelden", "2720",
    "Gerber", "Vuilleumier décolletage", "Chappuis", "Hofer AG", "Gebr. Keller",
    "décoletage", "horologerie", "galvanoplasti", "Maschienenbau", "tramlan",
    "CHE-900.000.001", "zzyzx",
)  # fmt: skip

# Cut as somebody types who pauses after two, three, five letters, and after the whole.
_CUTS = (2, 3, 5, 99)
SUGGESTIONS = tuple(dict.fromkeys(text[: _CUTS[number % len(_CUTS)]].strip() for number, text in enumerate(SEARCHES)))

# On the staff's list of organisations.
STAFF_SEARCHES = ("décolletage", "Müller", "maschinen", "Gerber Tavannes", "CHE-900.000.001", "zzyzx")

# Filters of the list, alone and together, as parameters of its address.
FILTERS = (
    "municipality=371", "municipality=261", "activity=C", "activity=25", "kind=company", "size=micro",
    "kind=company&activity=C", "municipality=371&activity=C", "q=maschinen&activity=C", "q=conseil&municipality=371",
    "q=mécanique&kind=company", "page=400", "sort=confirmed", "q=maschinen&page=40",
)  # fmt: skip

# Parts of the map: west, south, east, north in degrees, and the zoom at which one sees them. The country, the Jura, the
# same larger and smaller, two cities far from it.
_PARTS = (
    "zoom=8", "bbox=6.8,46.9,7.6,47.4&zoom=10", "bbox=7.1,47.0,7.4,47.3&zoom=12", "bbox=6.6,46.5,8.0,47.6&zoom=9",
    "bbox=8.4,47.3,8.6,47.5&zoom=12", "bbox=7.22,47.12,7.27,47.15&zoom=15", "bbox=6.0,46.1,6.3,46.3&zoom=12",
)  # fmt: skip
_MAP_FILTERS = (
    "activity=C",
    "activity=25",
    "kind=company",
    "municipality=371",
    "size=micro",
    "kind=company&activity=G",
)
# Every search with one of the parts in turn, every filter with all of them, some parts as they are.
MAPS = (
    *(f"{_PARTS[number % len(_PARTS)]}&q={text}" for number, text in enumerate(SEARCHES)),
    *(f"{part}&{chosen}" for chosen in _MAP_FILTERS for part in _PARTS),
    *_PARTS[:4],
)
