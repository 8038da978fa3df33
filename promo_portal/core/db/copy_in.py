"""COPY of text into a table, in one piece."""

from io import BytesIO
from typing import Any


def copy_in(cursor: Any, statement: str, text: str) -> None:
    """Run a ``COPY … FROM STDIN`` with this text.

    The driver asks for the text piece by piece, 8 kB by default, and for each piece a thread has to wait until Python's
    other threads let it go on. Where a file is read and judged meanwhile, these waits took half as long again as the copy.
    """
    whole = text.encode()
    cursor.copy_expert(statement, BytesIO(whole), size=len(whole) + 1)
