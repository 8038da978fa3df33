"""Who wants to know what the scanner said: apps that hold files register here, since they live above."""

from collections.abc import Callable

from promo_portal.core.slots import Slot
from promo_portal.files.models import StoredFile

listeners: Slot[Callable[[StoredFile], None]] = Slot("verdicts on files")


def tell(row: StoredFile) -> None:
    """Pass a verdict on; runs in the transaction and the scope that settled it."""
    for listener in listeners:
        listener(row)
