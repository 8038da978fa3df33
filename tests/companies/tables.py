"""Tables to import, and how they are sent in."""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import Workbook

LIST = "/admin/companies/importrun/"
HEAD = "Raison sociale;IDE;Rue;NPA;Localité\n"


def upload(desk: Client, text: str | bytes, name: str = "liste.csv") -> HttpResponse:
    """Send a file in."""
    content = text if isinstance(text, bytes) else text.encode()
    return desk.post(f"{LIST}add/", {"file": SimpleUploadedFile(name, content)})


def excel(fill: Callable[[Any], Any]) -> bytes:
    """A workbook whose first sheet was filled."""
    book = Workbook()
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
