"""Lists of the directory that other websites show as theirs: whose, which entries, on which addresses."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.regions.models import Association

# A site is told by its origin (RFC 6454): scheme, host and port, never a path. Anything else in the policy would be a hole.
_ORIGIN = re.compile(r"https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::[0-9]{2,5})?")
MOST_ORIGINS = 10


def origins_in(text: str) -> list[str]:
    """The lines of a field, each once, in small letters and without the closing slash."""
    lines = (line.strip().lower().rstrip("/") for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def check_origins(text: str) -> None:
    """Refuse what is no origin of a website; raises ``ValidationError``."""
    found = origins_in(text)
    for line in found:
        if not _ORIGIN.fullmatch(line):
            raise ValidationError(
                gettext(
                    "“%(line)s” is no website's address: write https:// and the name, such as https://www.tavannes.ch."
                )
                % {"line": line[:80]}
            )
    if len(found) > MOST_ORIGINS:
        raise ValidationError(gettext("At most %(count)s addresses.") % {"count": MOST_ORIGINS})


@tracked()
class Embed(models.Model):
    """A list for another website: a municipality's or a cluster's companies, framed where staff allow it."""

    key = models.SlugField(_("short name"), max_length=50, unique=True)
    association = models.ForeignKey(
        Association, verbose_name=_("association"), on_delete=models.PROTECT, null=True, blank=True
    )
    title = models.CharField(_("title above the list"), max_length=120)
    query = models.CharField(pgettext_lazy("embedded list", "which entries"), max_length=300, blank=True)
    origins = models.TextField(_("websites that may show it"), validators=[check_origins])
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("fr", _("French")), ("de", _("German")), ("en", _("English"))],
        default="fr",
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = MomentField(_("created"), editable=False)

    class Meta:
        verbose_name = pgettext_lazy("model", "embedded list")
        verbose_name_plural = pgettext_lazy("model", "embedded lists")
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(name="embed_has_origins", condition=~Q(origins="")),
            models.CheckConstraint(name="embed_has_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Addresses are kept as browsers name them."""
        self.origins = "\n".join(origins_in(self.origins))
        super().save(*args, **kwargs)

    @property
    def allowed(self) -> list[str]:
        """The origins whose pages may frame the list."""
        return self.origins.split()
