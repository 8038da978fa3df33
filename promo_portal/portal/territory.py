"""The first region's map: where its labels stand on ``static/img/territory.svg``, and which districts it shows.

The outlines are drawn once from the official boundaries (source on the page); a second region brings its own file.
"""

from dataclasses import dataclass

from django.utils.translation import get_language

DISTRICTS = (241, 242)  # Jura bernois, Biel/Bienne


@dataclass(frozen=True)
class Label:
    """A place name on the map, in the map's units."""

    name_fr: str
    name_de: str
    x: int
    y: int
    anchor: str = "middle"

    @property
    def name(self) -> str:
        """The name as one says it in the reader's language."""
        return self.name_de if get_language() == "de" else self.name_fr


LABELS = (
    Label("Bienne", "Biel", 290, 243),
    Label("Saint-Imier", "Saint-Imier", 96, 232),
    Label("Tramelan", "Tramelan", 168, 156),
    Label("La Neuveville", "La Neuveville", 178, 311),
    Label("Tavannes", "Tavannes", 240, 176),
    Label("Valbirse", "Valbirse", 300, 137),
)
