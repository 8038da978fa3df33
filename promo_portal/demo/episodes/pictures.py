"""Logos and a photo of invented firms: drawn, not taken from anywhere."""

import io
from datetime import datetime
from functools import partial
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from companies import entry
from companies.enums import PictureKind, ProposalSource
from companies.models import Organisation
from companies.workflow.pictures import put_picture
from companies.workflow.proposals import propose_changes
from companies.workflow.proposed_pictures import hold_picture
from promo_portal.demo.episodes.story import Moments, Stage

if TYPE_CHECKING:
    from PIL.Image import Image as Sheet

WITH_PHOTO = "Valtour Décolletage SA"
WITH_FIRST_LOGO = "Medlac AG"
INKS = ((29, 63, 165), (27, 104, 66), (122, 75, 0), (168, 32, 26))
LOGOS = 4  # of entries besides the one of the cast
WORDS = {
    "alternative_fr": "Pièces tournées en laiton, alignées sur un plateau.",
    "alternative_de": "Gedrehte Messingteile, auf einem Tablett aufgereiht.",
    "alternative_en": "Turned brass parts in rows on a tray.",
    "credit": "Dessin de démonstration",
}
OTHER_WORDS = {
    "alternative_fr": "Pièces tournées en acier, prêtes à l’envoi.",
    "alternative_de": "Gedrehte Stahlteile, bereit zum Versand.",
    "credit": "Dessin de démonstration",
}
BRASS, STEEL = (1.0, 0.82, 0.45), (0.86, 0.93, 1.0)


def told(stage: Stage) -> Moments:
    """The office brings pictures that firms have sent; two firms propose some of their own by their links."""
    yield stage.at(22), partial(_bring, stage)
    yield stage.at(3), partial(_propose, WITH_PHOTO)
    yield stage.at(2), partial(_propose, WITH_FIRST_LOGO)


def _bring(stage: Stage, now: datetime) -> None:
    cast = Organisation.objects.get(name=WITH_PHOTO)
    _keep(stage, cast, PictureKind.LOGO, _logo(cast.pk), {}, now)
    _keep(stage, cast, PictureKind.PHOTO, _photo(), WORDS, now)
    seen = [firm for firm in stage.organisations("cep") if firm.pk != cast.pk and firm.is_public(now.date())]
    for firm in seen[:LOGOS]:
        _keep(stage, firm, PictureKind.LOGO, _logo(firm.pk), {}, now)
    turner = next((firm for firm in seen if "écolletage" in firm.name), seen[0])  # one that visitors see, too
    _keep(stage, turner, PictureKind.PHOTO, _photo(), WORDS, now)


def _propose(name: str, now: datetime) -> None:
    """A new photo in place of the one that stands there; a first logo where there was none."""
    firm = Organisation.objects.get(name=name)
    person = firm.contacts.get(is_main=True)
    kind = PictureKind.PHOTO if name == WITH_PHOTO else PictureKind.LOGO
    png = _photo(STEEL) if kind == PictureKind.PHOTO else _logo(firm.pk)
    words = OTHER_WORDS if kind == PictureKind.PHOTO else {}
    text = entry.picture_text({"picture": entry.mark_of(sha256(png).hexdigest()), **words})
    (proposal,) = propose_changes(
        organisation=firm, values={kind: text}, source=ProposalSource.COMPANY, source_detail=str(person), by=str(person),
        now=now, answer_to=person.email,
    )  # fmt: skip
    upload = SimpleUploadedFile(f"{kind}.png", png, "image/png")
    hold_picture(proposal=proposal, upload=upload, by=str(person), now=now)


def _keep(stage: Stage, firm: Organisation, kind: str, png: bytes, words: dict[str, str], now: datetime) -> None:
    upload = SimpleUploadedFile(f"{kind}.png", png, "image/png")
    by = stage.officer(firm.association)
    put_picture(organisation=firm, kind=kind, upload=upload, words=words, version=None, by=by, now=now)


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


def _photo(metal: tuple[float, float, float] = BRASS) -> bytes:
    """Rows of turned parts, seen from above."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (1280, 720), (58, 62, 68))
    pen = ImageDraw.Draw(sheet)
    for row in range(6):
        for column in range(11):
            x, y = 70 + column * 114, 62 + row * 119
            pen.ellipse((x - 42, y - 38, x + 48, y + 52), fill=(38, 41, 46))
            for inset, light in ((0, 138), (6, 176), (14, 204), (22, 150), (30, 84)):
                ink = tuple(int(light * part) for part in metal)
                pen.ellipse((x - 42 + inset, y - 42 + inset, x + 42 - inset, y + 42 - inset), fill=ink)
    return _png(sheet)


def _png(sheet: "Sheet") -> bytes:
    written = io.BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()
