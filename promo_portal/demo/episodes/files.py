"""What the episodes of coaching share: their data, a founder's file, and who heads an association."""

import tomllib
from pathlib import Path
from typing import Any

from coaching.models import (
    CaseFile,
)
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.regions.models import Association

DATA = tomllib.loads((Path(__file__).parent / "coaching.toml").read_text(encoding="utf-8"))
BEGIN = 1100  # days ago: before the first founder
ASSOCIATIONS = ("cep", "bienne-seeland")


def case_of(row: dict[str, Any]) -> CaseFile | None:
    """The founder's file; there is none when only some of the stories are told."""
    related = ("lead", "founder", "association")
    return CaseFile.objects.filter(founder__email=row["founder"]).select_related(*related).first()


def manager_of(association: Association) -> User:
    return Membership.objects.select_related("user").get(role=Role.MANAGER, association=association).user
