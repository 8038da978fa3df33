"""How a letter of the portal is put together: the sentences of each are written once and stand in both parts."""

from dataclasses import dataclass, field
from typing import Any

from promo_portal.accounts.models import User
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.rendering import message
from promo_portal.regions.models import Association


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail in the order in which people read: about what, what to do by when, the button, what else, why."""

    subject: str
    about: str
    paragraphs: list[str]
    why: str
    button_url: str = ""
    button_label: str = ""
    otherwise: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)  # name, a line about it, address
    unsubscribe_url: str = ""  # of a page that also takes the one-click POST of RFC 8058
    unsubscribe_label: str = ""

    def message(self, association: Association | None, *, person: User | None = None) -> Message:
        """Both parts, signed by a person of the association or by the association itself."""
        sender = ", ".join(str(part) for part in (person, association) if part)
        context: dict[str, Any] = {
            "letter": self,
            "association": association,
            "person": person,
            "button_url": self.button_url,
            "button_label": self.button_label,
        }
        return message(
            "mailing/letter",
            subject=self.subject,
            context=context,
            sender_name=sender,
            reply_to=(person.email if person else "") or (association.email if association else ""),
            unsubscribe_url=self.unsubscribe_url,
        )
