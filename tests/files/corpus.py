"""Files as honest people and others send them, made in memory; nothing here is ever run."""

import io
import struct
import zipfile
import zlib

from PIL import Image

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + b"\x00" * 600


def packed(*parts: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return made.getvalue()


def office(folder: str, *more: tuple[str, bytes]) -> bytes:
    return packed(("[Content_Types].xml", b"<Types/>"), (f"{folder}/document.xml", b"<w/>"), *more)


def open_document(kind: str, *more: tuple[str, bytes]) -> bytes:
    return packed(("mimetype", f"application/vnd.oasis.opendocument.{kind}".encode()), ("content.xml", b"<o/>"), *more)


def picture(kind: str, size: tuple[int, int] = (4, 3)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "white").save(made, kind)
    return made.getvalue()


def flood_of_pixels() -> bytes:
    """The head of a picture of 30,000 × 30,000 dots, in a few hundred bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack("!L", len(content)) + name + content + struct.pack("!L", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack("!LLBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def swelling() -> bytes:
    """A document whose directory announces ten gigabytes in ten thousand bytes."""
    made = bytearray(office("word", ("word/media/image1.bmp", b"\0" * 10_000_000)))
    at = made.rfind(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<L", 4_000_000_000)
    return bytes(made)


def locked() -> bytes:
    made = bytearray(office("word"))
    at = made.find(b"PK\x01\x02")
    made[at + 8] |= 1
    return bytes(made)


GOOD = {
    "plan.pdf": PDF,
    "PLAN.PDF": PDF,
    "plan.exe.pdf": PDF,
    "lettre.docx": office("word"),
    "budget.xlsx": office("xl"),
    "exposé.pptx": office("ppt"),
    "lettre.odt": open_document("text"),
    "budget.ods": open_document("spreadsheet"),
    "photo.png": picture("PNG"),
    "photo.jpg": picture("JPEG"),
    "photo.webp": picture("WEBP"),
    "notes.txt": "Réunion du 3 mars".encode(),
    "notes-anciennes.txt": "Réunion du 3 mars".encode("cp1252"),
    "clients.csv": b"Nom;Lieu\r\nAtelier;Court\r\n",
}
BAD = {
    "vide.pdf": b"",
    "page.pdf": b"<!doctype html><script>alert(1)</script>",
    "texte.pdf": b"Bonjour",
    "image.pdf": picture("PNG"),
    "double.pdf": PDF + packed(("a.txt", b"a")),
    "programme.pdf": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "lance.pdf": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/Launch/F(cmd.exe)>>"),
    "annexe.pdf": PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFile 3 0 R>>"),
    "clef.pdf": PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"),
    "dessin.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "dessin.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "page.html": b"<html></html>",
    "page.txt": b"\xef\xbb\xbf <HTML><script>alert(1)</script>",
    "script.txt": b"#!/bin/sh\nrm -rf /\n",
    "nul.txt": b"a\x00b",
    "nul.csv": b"MZ\x90\x00\x03\x00\x00\x00",
    "dessin.csv": b"<?xml version='1.0'?><svg/>",
    "macros.docm": office("word", ("word/vbaProject.bin", OLE)),
    "macros.docx": office("word", ("word/vbaProject.bin", OLE)),
    "macros.xlsm": office("xl", ("xl/vbaProject.bin", OLE)),
    "macros.xlsx": office("xl", ("xl/VBAPROJECT.BIN", OLE)),
    "macros.odt": open_document("text", ("Basic/Standard/Module1.xml", b"<m/>")),
    "scripts.ods": open_document("spreadsheet", ("Scripts/python/x.py", b"x")),
    "objet.docx": office("word", ("word/embeddings/oleObject1.bin", OLE)),
    "actif.docx": office("word", ("word/activeX/activeX1.bin", OLE)),
    "ancien.doc": OLE,
    "ancien.docx": OLE,
    "ancien.xlsx": OLE,
    "archive.zip": packed(("a.txt", b"a")),
    "archive.docx": packed(("a.txt", b"a")),
    "tableau.docx": office("xl"),
    "texte.ods": open_document("text"),
    "sortie.docx": office("word", ("../../etc/passwd", b"x")),
    "racine.docx": office("word", ("/etc/passwd", b"x")),
    "clef.docx": locked(),
    "coupe.docx": office("word")[:-30],
    "bombe.docx": swelling(),
    "beaucoup.docx": office("word", *((f"word/{number}.xml", b"") for number in range(2_100))),
    "pixels.png": flood_of_pixels(),
    "photo.jpg": picture("PNG"),
    "coupe.png": picture("PNG")[:20],
    "programme.exe": b"MZ\x90\x00",
    "plan.pdf.exe": PDF,
    "sans-fin": PDF,
}
NAMES = {
    "../../x.pdf": "x.pdf",
    "C:\\Users\\Léa\\plan.pdf": "plan.pdf",
    "a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie: x=1.pdf",
    "facture\u202efdp.exe.pdf": "facturefdp.exe.pdf",
    "a\x00b.pdf": "ab.pdf",
    "  plan   d’affaires\u00a0.pdf ": "plan d’affaires .pdf",
    "...": "document",
    "": "document",
    "x" * 300 + ".pdf": "x" * 146 + ".pdf",
    'a"; filename="b.exe.pdf': 'a"; filename="b.exe.pdf',
}
