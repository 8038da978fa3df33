"""Drawing a picture anew for the public: pixels only, upright, in two sizes. What a camera or a program wrote beside them
(place, date, device, a preview of what was cut away) does not come along.
"""

import io
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from companies.enums import PictureKind

CONTENT_TYPE = "image/webp"
# The widest and the highest a drawing gets, in pixels; a picture that is smaller stays as it is.
BOXES = {
    PictureKind.LOGO: {"small": (320, 160), "large": (640, 320)},
    PictureKind.PHOTO: {"small": (640, 640), "large": (1280, 1280)},
}
SIZES = ("small", "large")
LARGEST = 1280
PALETTES = {"P", "1"}  # no shades to draw smaller from
QUALITY = 80


class Unreadable(Exception):
    """The bytes are no picture that can be drawn."""


@dataclass(frozen=True)
class Drawing:
    """The bytes of each size, and the measure of the large one in pixels."""

    sizes: dict[str, bytes]
    width: int
    height: int


def draw(raw: bytes, kind: str) -> Drawing:
    """Draw anew what was uploaded; ``Unreadable`` where its bytes are broken."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # a library that pages of the web never need

    try:
        with Image.open(io.BytesIO(raw), formats=["PNG", "JPEG", "WEBP"]) as opened:
            has_holes = "A" in opened.getbands() or "transparency" in opened.info
            mode = "RGBA" if has_holes else "RGB"
            sheet: Image.Image = opened.convert(mode) if opened.mode in PALETTES else opened
            sheet.thumbnail((LARGEST, LARGEST))  # a JPEG is read at this size: a camera's fills no memory
            whole = ImageOps.exif_transpose(sheet).convert(mode)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Unreadable(str(error)) from error
    sizes, measure = {}, whole.size
    for size, box in BOXES[PictureKind(kind)].items():
        part = whole.copy()
        part.thumbnail(box, Image.Resampling.LANCZOS)
        bare = Image.new(part.mode, part.size)
        bare.paste(part)  # a new sheet: nothing but the pixels
        written = io.BytesIO()
        bare.save(written, "WEBP", quality=QUALITY, method=4)
        sizes[size], measure = written.getvalue(), part.size
    return Drawing(sizes, *measure)


def path_of(key: uuid.UUID, size: str) -> str:
    """Where a drawing lies below the media folder."""
    return f"pictures/{key.hex[:2]}/{key.hex}-{size}.webp"


def keep(drawing: Drawing) -> uuid.UUID:
    """Put a drawing away; returns its key."""
    key = uuid.uuid4()
    for size, content in drawing.sizes.items():
        default_storage.save(path_of(key, size), ContentFile(content))
    return key


def forget(key: uuid.UUID) -> None:
    """Delete a drawing that nobody names any more."""
    for size in SIZES:
        default_storage.delete(path_of(key, size))
