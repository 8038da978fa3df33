"""What a file really is, told from its bytes; its name only has to agree. Whatever is not on the list is refused.

Source of the rules: OWASP ASVS 5.2 (file type by content, unpacked size, pixel flood). Nothing is unpacked or decoded
here: the headers say how large the content would be, and that is enough to refuse it.
"""

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from promo_portal.core.formats import words
from promo_portal.files.names import ending_of

HEAD, TAIL = 8192, 65_536 + 22
MOST_MEMBERS, MOST_UNPACKED, MOST_TIMES = 2_000, 200 * 1_000_000, 100
SMALL_MEMBER = 1_000_000  # below, even a strong compression does no harm
MOST_PIXELS = 50_000_000
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
END_OF_ZIP = b"PK\x05\x06"
OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
OPEN_DOCUMENT = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
IMAGES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
MACROS = ("vbaproject.bin", "vbadata.xml", "basic/", "scripts/")
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    **OPEN_DOCUMENT,
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "txt": "text/plain",
    "csv": "text/csv",
}
PICTURE_FORMATS = "PNG, JPG, WEBP"
FORMATS = "PDF, DOCX, XLSX, PPTX, ODT, ODS, PNG, JPG, WEBP, TXT, CSV"


class Refused(Exception):
    """The file cannot be taken; ``message`` tells the person why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Verdict:
    """A file that may be stored."""

    content_type: str
    size: int


def judge(name: str, stream: BinaryIO, size: int) -> Verdict:
    """Look at a file's size, name and bytes; ``Refused`` for what cannot be taken."""
    if size == 0:
        raise Refused(_("This file is empty. Choose it again, or save it anew first."))
    if size > settings.FILES_MAX_BYTES:
        sizes = {"size": words.file_size(size), "most": words.file_size(settings.FILES_MAX_BYTES)}
        raise Refused(_("This file has %(size)s and the limit is %(most)s.") % sizes)
    ending = ending_of(name)
    if ending not in TYPES:
        raise Refused(_("We take %(formats)s. Save the document in one of these formats.") % {"formats": FORMATS})
    stream.seek(0)
    head = stream.read(HEAD)
    if head.startswith(OLE):
        raise Refused(
            _("This is an older Office format, or protected by a password. Save it as DOCX, XLSX or PDF, unprotected.")
        )
    CHECKS[ending](ending, stream, head, size)
    stream.seek(0)
    return Verdict(TYPES[ending], size)


def judge_picture(name: str, stream: BinaryIO, size: int) -> Verdict:
    """The same where only a picture will do."""
    if ending_of(name) not in IMAGES:
        text = _("We take %(formats)s. Save the picture in one of these formats.")
        raise Refused(text % {"formats": PICTURE_FORMATS})
    return judge(name, stream, size)


def _lies(ending: str) -> Refused:
    return Refused(
        _("The content is not what the ending .%(ending)s says. Open it and save it again as that format.")
        % {"ending": ending}
    )


def _active(what: str) -> Refused:
    return Refused(_("The file carries %(what)s. Save it without, or as PDF.") % {"what": what})


def _magic(head: bytes) -> set[str]:
    """The types that the first bytes agree with."""
    import puremagic  # a megabyte of signatures; where files come in

    try:
        return {found.mime_type for found in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _pdf(ending: str, stream: BinaryIO, head: bytes, size: int) -> None:
    if not head.startswith(b"%PDF-") or "application/pdf" not in _magic(head):
        raise _lies(ending)
    stream.seek(0)
    whole = stream.read()
    if END_OF_ZIP in whole[-TAIL:]:
        raise _lies(ending)
    if re.search(rb"/Encrypt\b", whole):
        raise Refused(_("The PDF is protected by a password. Save it without the password."))
    if re.search(rb"/(JavaScript|Launch|EmbeddedFile)\b", whole):
        raise _active(_("a program or another file"))


def _members(ending: str, stream: BinaryIO, size: int) -> list[zipfile.ZipInfo]:
    """The parts of a packed document, from its directory alone; ``Refused`` for bombs and locked parts."""
    stream.seek(max(0, size - TAIL))
    tail = stream.read()
    at = tail.rfind(END_OF_ZIP)
    if at < 0 or len(tail) < at + 22:
        raise _lies(ending)
    if struct.unpack("<H", tail[at + 10 : at + 12])[0] > MOST_MEMBERS:
        raise _bomb()
    stream.seek(0)
    try:
        members = zipfile.ZipFile(stream).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise _lies(ending) from error
    if sum(member.file_size for member in members) > MOST_UNPACKED or any(map(_swells, members)):
        raise _bomb()
    if any(member.flag_bits & 1 for member in members):
        raise Refused(_("The file is protected by a password. Save it without the password."))
    if any(".." in member.filename or member.filename.startswith(("/", "\\")) for member in members):
        raise _lies(ending)
    return members


def _swells(member: zipfile.ZipInfo) -> bool:
    return member.file_size > SMALL_MEMBER and member.file_size > MOST_TIMES * max(member.compress_size, 1)


def _bomb() -> Refused:
    return Refused(
        _("Unpacked, this file would be far too large. Save it again, with smaller pictures or fewer parts.")
    )


def _no_macros(names: list[str]) -> None:
    if any(name.lower().endswith(MACROS[:2]) or name.lower().startswith(MACROS[2:]) for name in names):
        raise _active(_("macros"))


def _office(ending: str, stream: BinaryIO, head: bytes, size: int) -> None:
    if not head.startswith(b"PK\x03\x04"):
        raise _lies(ending)
    names = [member.filename for member in _members(ending, stream, size)]
    if "[Content_Types].xml" not in names or not any(name.startswith(OFFICE[ending]) for name in names):
        raise _lies(ending)
    _no_macros(names)
    if any("/embeddings/" in name or "/activeX/" in name for name in names):
        raise _active(_("a program or another file"))


def _open_document(ending: str, stream: BinaryIO, head: bytes, size: int) -> None:
    if not head.startswith(b"PK\x03\x04"):
        raise _lies(ending)
    names = [member.filename for member in _members(ending, stream, size)]
    stream.seek(0)
    with zipfile.ZipFile(stream) as packed:
        if "mimetype" not in names or packed.getinfo("mimetype").file_size > HEAD:
            raise _lies(ending)
        if packed.read("mimetype").strip() != OPEN_DOCUMENT[ending].encode():
            raise _lies(ending)
    _no_macros(names)


def _image(ending: str, stream: BinaryIO, head: bytes, size: int) -> None:
    from PIL import Image, UnidentifiedImageError

    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(stream.read()), formats=[IMAGES[ending]]) as picture:
                width, height = picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _lies(ending) from error
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Refused:
    return Refused(_("This picture has too many pixels. Save it at a smaller size."))


def _text(ending: str, stream: BinaryIO, head: bytes, size: int) -> None:
    stream.seek(0)
    whole = stream.read()
    binary = b"\x00" in whole and not whole.startswith((b"\xff\xfe", b"\xfe\xff"))
    if binary or _magic(head) & {"application/pdf", "application/zip", "application/x-dosexec"}:
        raise _lies(ending)
    if re.match(rb"\s*(<!doctype|<html|<svg|<\?xml|<script|#!)", head.lstrip(b"\xef\xbb\xbf"), re.IGNORECASE):
        raise _lies(ending)


CHECKS: Mapping[str, Callable[[str, BinaryIO, bytes, int], None]] = {
    "pdf": _pdf,
    **dict.fromkeys(OFFICE, _office),
    **dict.fromkeys(OPEN_DOCUMENT, _open_document),
    **dict.fromkeys(IMAGES, _image),
    "txt": _text,
    "csv": _text,
}
