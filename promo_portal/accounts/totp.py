"""Codes of an authenticator app: each works once, also within the minute and a half in which it would still be right."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction


def step_of(secret: str, code: str) -> int | None:
    """The time step for which the code is right, the latest where there are several; ``None`` for a wrong code."""
    steps = [
        step
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    ]
    return max(steps, default=None)


@transaction.atomic
def claim(authenticator: Authenticator, code: str) -> bool:
    """Use up a code: ``False`` if it is wrong, or as old as one that was used before (RFC 6238, 5.2).

    allauth remembers codes for thirty seconds in the cache, which is shorter than a code lives and gone with the cache;
    here the last step used stands in the database.
    """
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    step = step_of(decrypt(row.data["secret"]), code)
    if step is None or step <= row.data.get("last_step", 0):
        return False
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    authenticator.data = row.data
    return True
