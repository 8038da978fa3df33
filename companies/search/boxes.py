"""A part of the map: which tiles cover it, and which rows lie in it."""

from dataclasses import dataclass

from companies.search.documents import TILE_ZOOMS, mercator

MOST_TILES = {8: 2, 10: 16, 12: 16, 14: 16}  # more of the largest ones are most of the country: they narrow nothing
DEEPEST = 18


@dataclass(frozen=True)
class Box:
    """A part of the map in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> "Box | None":
        """``west,south,east,north``, as the map's script and addresses write it; nothing where it is no such box."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            return None
        is_whole = -180 <= west < east <= 180 and -90 <= south < north <= 90  # noqa: PLR2004 - degrees
        return cls(west, south, east, north) if is_whole else None

    def __str__(self) -> str:
        """As it stands in addresses: ten metres are near enough."""
        return ",".join(f"{part:.4f}" for part in (self.west, self.south, self.east, self.north))

    def pixels(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom on the square world map."""
        left, top = mercator(max(-180.0, self.west), min(84.9, self.north))
        right, bottom = mercator(min(179.9, self.east), max(-84.9, self.south))
        return left or 0, top or 0, right or 0, bottom or 0

    def tiles(self, zoom: int = DEEPEST) -> list[str]:
        """Tokens of the finest tiles of which few cover the box; none where the box is wide."""
        left, top, right, bottom = self.pixels()
        for tokens_zoom in sorted(TILE_ZOOMS, reverse=True):
            shift = 22 - tokens_zoom
            columns = range(left >> shift, (right >> shift) + 1)
            rows = range(top >> shift, (bottom >> shift) + 1)
            if tokens_zoom <= zoom + 2 and len(columns) * len(rows) <= MOST_TILES[tokens_zoom]:
                return [f"t:{tokens_zoom}:{x}:{y}" for x in columns for y in rows]
        return []

    def sql(self) -> str:
        """The exact condition on a document's place; whole numbers of our own, so nothing is left to be quoted."""
        left, top, right, bottom = self.pixels()
        return f"map_y BETWEEN {top:d} AND {bottom:d} AND map_x BETWEEN {left:d} AND {right:d}"
