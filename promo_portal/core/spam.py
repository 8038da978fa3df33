"""Keeping robots out of public forms without third parties or puzzles.

Four cheap hurdles: a field that people do not see, a minimum time between reading and sending, a limit per network and
form (``core.limits``), and a proof of work that the visitor's browser computes meanwhile. Without JavaScript there is no
proof; such forms take the road of confirming by mail. Format of the proof: ALTCHA version 2, PBKDF2 with SHA-256.
"""

import secrets
import time
from typing import Any

import altcha
from django import forms
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _

from promo_portal.core.access import public
from promo_portal.core.limits import allow, claim, network_of

PROOF_SECONDS = 3600
LEAST_TRIES, MOST_TRIES = 12, 40  # key derivations of PROOF_OF_WORK_COST rounds each that the browser must try
HOUR = 3600
LONGEST_PROOF = 4000
LONGEST_READING = 24 * HOUR


def _secret(use: str) -> str:
    return f"altcha:{use}:{settings.SECRET_KEY}"


def new_challenge() -> dict[str, Any]:
    """A signed task for the browser: find the counter whose derived key begins as stated."""
    challenge = altcha.create_challenge(
        algorithm="PBKDF2/SHA-256",
        cost=settings.PROOF_OF_WORK_COST,
        counter=LEAST_TRIES + secrets.randbelow(MOST_TRIES - LEAST_TRIES),
        expires_at=int(time.time()) + PROOF_SECONDS,
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("key"),
    )
    return challenge.to_dict()


@public
def challenge(request: HttpRequest) -> JsonResponse:
    """The view behind a form's ``data-proof`` address."""
    response = JsonResponse(new_challenge())
    response["Cache-Control"] = "no-store"
    return response


def accept_proof(payload: str) -> bool:
    """Whether ``payload`` solves a challenge of ours that has not ended and was never used before."""
    if not payload or len(payload) > LONGEST_PROOF:
        return False
    result = altcha.verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("key"))
    if not result.verified:
        return False
    nonce = altcha.Payload.from_base64(payload).challenge.parameters.nonce
    return claim(f"proof:{nonce}", seconds=PROOF_SECONDS + 60)


def within_limit(request: HttpRequest, form: str, *, times: int = 5, seconds: int = HOUR) -> bool:
    """Count one stored message of ``form`` against the sender's network; ``False`` when it has had its share."""
    return allow(f"{form}:{network_of(request.META.get('REMOTE_ADDR', ''))}", times=times, seconds=seconds)


class GuardedForm(forms.Form):
    """A public form with a field that only robots fill and the time at which it was opened.

    Whoever stumbles is asked to send once more, with everything kept: filling in by a password manager is quick, too.
    """

    least_seconds = 2

    website = forms.CharField(required=False, label=_("Leave this field empty"))
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    proof = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opened = self._opened_at()
        self.stamp = stamp(type(self)) if opened is None else self.data[self.add_prefix("opened")]

    def _opened_at(self) -> float | None:
        """When the form was shown, by the signature it came back with; a day-old page does not count."""
        try:
            name, _, seconds = _stamp_signer.unsign(self.data.get(self.add_prefix("opened"), "")).partition(" ")
            age = time.time() - float(seconds)
        except (BadSignature, ValueError):
            return None
        return float(seconds) if name == type(self).__name__ and age < LONGEST_READING else None

    def stumbles(self) -> bool:
        """Whether a robot seems to have filled the form in; asked once the form is bound."""
        if self.data.get(self.add_prefix("website"), "").strip():
            return True
        opened = self._opened_at()
        return opened is None or time.time() - opened < self.least_seconds


_stamp_signer = Signer(salt="form-opened")


def stamp(form: type[GuardedForm], *, seconds_ago: float = 0) -> str:
    """The signed moment at which a form was shown."""
    return _stamp_signer.sign(f"{form.__name__} {time.time() - seconds_ago:.2f}")
