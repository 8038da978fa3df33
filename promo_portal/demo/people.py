"""The demo's cast: every role in two associations, all invented, all with the same password and a second factor."""

import base64
import hashlib
import time
from dataclasses import dataclass
from datetime import date

from allauth.mfa import app_settings
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import make_password

from promo_portal.accounts.enums import SECOND_FACTOR_ROLES, Role
from promo_portal.accounts.models import Membership, User
from promo_portal.regions.models import Association, Municipality

PASSWORD = "Demonstration-2710"  # noqa: S105 - of invented people, on a machine that sends nothing out
CEP, SEELAND = "cep", "bienne-seeland"
TAVANNES, NIDAU = 713, 743
IN_OFFICE_SINCE = date(2023, 1, 1)


@dataclass(frozen=True)
class Account:
    """Somebody of the cast; ``founder`` accounts come about when their request is accepted."""

    role: Role
    first_name: str
    last_name: str
    email: str
    association: str | None = None
    language: str = "fr"
    municipality: int | None = None
    phone: str = ""

    @property
    def comes_from_a_story(self) -> bool:
        """Whether the person is made by the workflow, as in real life."""
        return self.role == Role.FOUNDER

    @property
    def has_second_factor(self) -> bool:
        """Whether the role needs a code from an app."""
        return self.role in SECOND_FACTOR_ROLES


CAST = (
    Account(Role.FOUNDER, "Léa", "Chappuis", "lea.chappuis@atelier-chappuis.example", CEP),
    Account(Role.COACH, "Nadine", "Rais", "nadine.rais@cep.example", CEP, phone="+41324930011"),
    Account(Role.COACH, "Julien", "Gigon", "julien.gigon@cep.example", CEP, phone="+41324930012"),
    Account(Role.MANAGER, "Claire", "Moser", "claire.moser@cep.example", CEP, phone="+41324930010"),
    Account(Role.OFFICER, "Olivier", "Racine", "olivier.racine@cep.example", CEP, phone="+41324930013"),
    Account(Role.COMMISSION_MEMBER, "Paul", "Voirol", "paul.voirol@commission.example", CEP),
    Account(Role.SPECIALIST, "Anne", "Huguenin", "anne.huguenin@brevets.example", CEP),
    Account(Role.COMPANY_CONTACT, "Ivo", "Gerber", "ivo.gerber@valtour.example", CEP),
    Account(Role.MUNICIPALITY_DELEGATE, "Sara", "Lutz", "sara.lutz@tavannes.example", CEP, municipality=TAVANNES),
    Account(Role.FOUNDER, "Mirjam", "Tschanz", "mirjam.tschanz@seewerk.example", SEELAND, "de"),
    Account(Role.COACH, "Beat", "Kunz", "beat.kunz@bienne-seeland.example", SEELAND, "de", phone="+41323280021"),
    Account(Role.MANAGER, "Doris", "Frei", "doris.frei@bienne-seeland.example", SEELAND, "de", phone="+41323280020"),
    Account(Role.OFFICER, "Sandra", "Aebi", "sandra.aebi@bienne-seeland.example", SEELAND, "de"),
    Account(Role.COMMISSION_MEMBER, "Urs", "Hofer", "urs.hofer@kommission.example", SEELAND, "de"),
    Account(Role.SPECIALIST, "Renate", "Zbinden", "renate.zbinden@treuhand.example", SEELAND, "de"),
    Account(Role.COMPANY_CONTACT, "Marc", "Grosjean", "marc.grosjean@medlac.example", SEELAND),
    Account(Role.MUNICIPALITY_DELEGATE, "Peter", "Wyss", "peter.wyss@nidau.example", SEELAND, "de", NIDAU),
    Account(Role.CANTON_OFFICER, "Kurt", "Amstutz", "kurt.amstutz@kanton.example", None, "de"),
    Account(Role.ADMINISTRATOR, "Ada", "Minder", "ada.minder@portail.example"),
)
BY_EMAIL = {account.email: account for account in CAST}


def create_cast() -> dict[str, User]:
    """Create everybody who is there before the first founder comes, and return all by address."""
    associations = {association.code: association for association in Association.objects.all()}
    _contact_data(associations)
    people = {}
    for account in CAST:
        if account.comes_from_a_story:
            continue
        user = User(
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            language=account.language,
            phone=account.phone,
        )
        user.set_unusable_password()
        user.save()
        Membership.objects.create(
            user=user,
            role=account.role,
            association=associations[account.association] if account.association else None,
            municipality=Municipality.objects.get(bfs=account.municipality) if account.municipality else None,
            valid_from=IN_OFFICE_SINCE,
        )
        people[account.email] = user
    return people


def _contact_data(associations: dict[str, Association]) -> None:
    """Give the associations invented addresses; real ones are entered by their staff."""
    for code, phone, locality in (
        (CEP, "+41320000000", "2710 Tavannes"),
        (SEELAND, "+41320000001", "2502 Biel/Bienne"),
    ):
        association = associations[code]
        association.phone, association.email, association.locality = phone, f"info@{code}.example", locality
        association.save(update_fields=["phone", "email", "locality"])


def equip(seed: int) -> None:
    """Let everybody of the cast also sign in by hand: password, and a code from an app where the role needs one."""
    User.objects.filter(email__in=BY_EMAIL).update(password=make_password(PASSWORD))
    for user in User.objects.filter(email__in=BY_EMAIL):
        if BY_EMAIL[user.email].has_second_factor:
            TOTP.activate(user, _secret(user.email, seed))
            RecoveryCodes.activate(user)


def _secret(email: str, seed: int) -> str:
    """The same app code after every reset, so that a phone that knows it goes on working."""
    return base64.b32encode(hashlib.sha256(f"{seed}:{email}".encode()).digest()[:20]).decode()


def code_of(stored: str) -> str:
    """The code of a stored (encrypted) secret at this moment, by the real clock."""
    return format_hotp_value(hotp_value(decrypt(stored), int(time.time()) // app_settings.TOTP_PERIOD))
