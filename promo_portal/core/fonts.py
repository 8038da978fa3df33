"""Cuts the one typeface to what the portal writes: Inter, weights 400 to 700, Latin; 48 kB instead of 877.

The full variable font comes from its Python package; nothing is fetched. The result depends only on the package's file
and on the constants here, so two machines make the same bytes.
"""

import hashlib
import logging
from pathlib import Path

import fontpkg_inter
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SOURCE = fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"
WEIGHTS = (400, 700)
FEATURES = ["kern", "calt", "tnum", "case", "ccmp", "locl", "mark"]
LIMIT = 50_000  # bytes; the page budget for the font

# Basic Latin, Latin-1, the rest of what French, German and Swiss names need, and the signs of ux.md 1.3.
CHARACTERS = sorted(
    {
        *range(0x20, 0x7F),
        *range(0xA0, 0x100),
        *map(ord, "ŒœŸŠšŽžČčĆćĐđĞğİıŁłŃńŚśŞşŘřŮůÿ"),
        *map(ord, "\u2009\u202f\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026\u2039\u203a"),
        *map(ord, "−×·•²³½€→←↑↓↗✓№"),
    }
)


def stamp() -> str:
    """Changes when the source, the tool's version or the choice of characters changes."""
    from fontTools import version

    digest = hashlib.sha256(SOURCE.read_bytes())
    digest.update(repr((version, WEIGHTS, FEATURES, CHARACTERS)).encode())
    return digest.hexdigest()


def cut(target: Path) -> int:
    """Write the cut font to ``target`` and return its size in bytes; stops above the budget."""
    for name in ("fontTools.subset", "fontTools.varLib", "fontTools.ttLib"):
        logging.getLogger(name).setLevel(logging.ERROR)
    font = TTFont(SOURCE, recalcTimestamp=False)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": WEIGHTS})
    font.flavor = "woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)
    size = target.stat().st_size
    if size > LIMIT:
        msg = f"the cut font has {size} bytes, the budget is {LIMIT}"
        raise ValueError(msg)
    return size
