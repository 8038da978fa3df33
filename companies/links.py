"""The address by which a company reaches its own entry, without an account.

The signature covers the entry, the contact and a digest of the mailed address. A link therefore ends by itself when its
contact has left, or when the address is no longer one of the entry's; nobody has to revoke anything. Opening it changes
nothing.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from companies.models import AlertReader, Contact, Organisation, SavedSearch
from promo_portal.core import links

ENTRY = "companies.entry"
STOP = "companies.entry.stop"  # of the unsubscribing page: works as long as anybody may still hold the mail
STOP_DAYS = 3 * 366
# Of searches that somebody follows: the button that begins it, the list of all of theirs, the end of one.
ALERT_CONFIRM, ALERT_MANAGE, ALERT_STOP = "companies.alert.confirm", "companies.alert.manage", "companies.alert.stop"
ALERT_DAYS = {ALERT_CONFIRM: 7, ALERT_MANAGE: 400, ALERT_STOP: STOP_DAYS}
LARGEST_PK = 2**63 - 1
RELATED = ("municipality__canton", "association", "legal_form", "merged_into", "parent")


@dataclass(frozen=True)
class Opened:
    """What stands behind a link: the entry that its signature names, and the one that this has become."""

    mailed: Organisation
    organisation: Organisation  # the heir where entries were merged
    contact: Contact | None
    address: str  # empty where the link's address is no longer the entry's
    has_ended: bool

    @property
    def is_revoked(self) -> bool:
        """Whether the link's address, or the person it was mailed to, has nothing to do with the entry any more."""
        return not self.address

    @property
    def who(self) -> str:
        """Who answers, for the history: the contact's name, or how they came."""
        return str(self.contact) if self.contact else "link"

    @property
    def language(self) -> str:
        """In which language the entry's people are written to."""
        found = (self.contact or self.organisation).language
        return found if found in {"fr", "de", "en"} else "fr"


def _digest(address: str) -> str:
    return sha256(address.lower().encode()).hexdigest()[:16]


def token_for(organisation_id: int, contact_id: int | None, address: str, *, purpose: str = ENTRY) -> str:
    """A token for an entry and whoever reads at ``address``."""
    days = settings.DIRECTORY_LINK_DAYS if purpose == ENTRY else STOP_DAYS
    return links.sign(purpose, f"{organisation_id}.{contact_id or 0}.{_digest(address)}", days=days)


def url_to(route: str, token: str, *, language: str) -> str:
    """The whole address of one of the link's pages for a mail, in the reader's language."""
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(route, args=[token])}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 20 and int(text) <= LARGEST_PK else 0  # noqa: PLR2004


def opened(token: str, *, purpose: str = ENTRY) -> Opened:
    """The entry behind a link; 404 for anything that is no link of ours for this purpose."""
    link = links.read(purpose, token)
    parts = (link.key if link else "").split(".")
    if link is None or len(parts) != 3:  # noqa: PLR2004 - entry, contact, digest
        raise Http404
    mailed = Organisation.objects.select_related(*RELATED).filter(pk=_number(parts[0])).first()
    if mailed is None:
        raise Http404
    organisation = _heir(mailed)
    contact = None
    if parts[1] != "0":
        contact = Contact.objects.filter(pk=_number(parts[1]), organisation=organisation, left_on=None).first()
        addresses = [contact.email] if contact else []
    else:
        addresses = [text for one in (organisation, mailed) for text in (one.internal_email, one.email)]
        people = Contact.objects.filter(organisation=organisation, left_on=None).exclude(email="")
        addresses += people.values_list("email", flat=True)
    address = next((text for text in addresses if text and _digest(text) == parts[2]), "")
    return Opened(mailed, organisation, contact, address, link.has_ended())


def _heir(organisation: Organisation) -> Organisation:
    """What a merged entry has become; mergers point at the last heir, so one step is enough, and more end soon."""
    for _step in range(5):
        if organisation.merged_into_id is None:
            break
        organisation = Organisation.objects.select_related(*RELATED).get(pk=organisation.merged_into_id)
    return organisation


def alert_token(purpose: str, key: str) -> str:
    """A token for a saved search, or for a reader and all of theirs; neither address nor search stands in it."""
    return links.sign(purpose, key, days=ALERT_DAYS[purpose])


def search_behind(token: str, purpose: str) -> tuple[SavedSearch, bool]:
    """The saved search that a link names, and whether the link has ended; 404 for anything else."""
    link = links.read(purpose, token)
    rows = SavedSearch.objects.select_related("reader", "association")
    found = rows.filter(key=link.key).first() if link else None
    if link is None or found is None:
        raise Http404
    return found, link.has_ended()


def reader_behind(token: str) -> tuple[AlertReader, bool]:
    """The reader whose list a link opens; 404 for anything else."""
    link = links.read(ALERT_MANAGE, token)
    found = AlertReader.objects.filter(key=link.key).first() if link else None
    if link is None or found is None:
        raise Http404
    return found, link.has_ended()


def masked(address: str) -> str:
    """i…@valtour.example: enough to recognise one's own address, too little to learn somebody else's."""
    name, _sign, host = address.partition("@")
    return f"{name[:1]}…@{host}"
