"""Logos and a photo of invented firms: drawn, not taken from anywhere."""

import io
from datetime import datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from companies.enums import PictureKind
from companies.models import Organisation
from companies.workflow.pictures import put_picture
from promo_portal.demo.episodes.story import Moments, Stage

if TYPE_CHECKING:
    from PIL.Image import Image as Sheet

WITH_PHOTO = "Valtour Décolletage SA"
INKS = ((29, 63, 165), (27, 104, 66), (122, 75, 0), (168, 32, 26))
LOGOS = 4  # of entries besides the one with a photo
WORDS = {
    "alternative_fr": "Pièces tournées en laiton, alignées sur un plateau.",
    "alternative_de": "Gedrehte Messingteile, auf einem Tablett aufgereiht.",
    "alternative_en": "Turned brass parts in rows on a tray.",
    "credit": "Dessin de démonstration",
}


def told(stage: Stage) -> Moments:
    """The office brings pictures that firms have sent."""
    yield stage.at(22), partial(_bring, stage)


def _bring(stage: Stage, now: datetime) -> None:
    cast = Organisation.objects.get(name=WITH_PHOTO)
    _keep(stage, cast, PictureKind.LOGO, _logo(cast.pk), {}, now)
    _keep(stage, cast, PictureKind.PHOTO, _photo(), WORDS, now)
    for entry in stage.organisations("cep")[30 : 30 + LOGOS]:
        _keep(stage, entry, PictureKind.LOGO, _logo(entry.pk), {}, now)


def _keep(stage: Stage, entry: Organisation, kind: str, png: bytes, words: dict[str, str], now: datetime) -> None:
    upload = SimpleUploadedFile(f"{kind}.png", png, "image/png")
    by = stage.officer(entry.association)
    put_picture(organisation=entry, kind=kind, upload=upload, words=words, version=None, by=by, now=now)


def _logo(number: int) -> bytes:
    """A ring with a bar through it, in an ink of the entry's own."""
    from PIL import Image, ImageDraw

    ink, chance = INKS[number % len(INKS)], Random(number)  # noqa: S311 - a drawing
    sheet = Image.new("RGBA", (480, 200), (0, 0, 0, 0))
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((20, 20, 180, 180), outline=ink, width=24)
    for step in range(4):
        length = chance.randint(90, 230)
        pen.rectangle((220, 28 + 38 * step, 220 + length, 50 + 38 * step), fill=ink)
    return _png(sheet)


def _photo() -> bytes:
    """Rows of turned parts, seen from above."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (1280, 720), (58, 62, 68))
    pen = ImageDraw.Draw(sheet)
    for row in range(6):
        for column in range(11):
            x, y = 70 + column * 114, 62 + row * 119
            pen.ellipse((x - 42, y - 38, x + 48, y + 52), fill=(38, 41, 46))
            for inset, light in ((0, 138), (6, 176), (14, 204), (22, 150), (30, 84)):
                ink = (light, int(light * 0.82), int(light * 0.45))
                pen.ellipse((x - 42 + inset, y - 42 + inset, x + 42 - inset, y + 42 - inset), fill=ink)
    return _png(sheet)


def _png(sheet: "Sheet") -> bytes:
    written = io.BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()
