"""allauth's doors to our house."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class PortalAccountAdapter(DefaultAccountAdapter):
    """Mail through the outbox, no open sign-up."""


class PortalMFAAdapter(DefaultMFAAdapter):
    """Second factors."""
