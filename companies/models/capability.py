"""The controlled vocabulary of what organisations can do: kept by staff, in three languages, with synonyms."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.enums import CapabilityKind
from promo_portal.audit.history import tracked
from promo_portal.regions.models import ThreeLabels


@tracked()
class Capability(ThreeLabels):
    """A process, material, machine, certificate or capacity; search finds it by any label or synonym."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=CapabilityKind)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
        ordering = ["label_fr", "id"]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Let the search know the new words at once."""
        super().save(*args, **kwargs)
        _tell_search(self.pk)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Let the search forget its words at once."""
        pk = self.pk
        done = super().delete(*args, **kwargs)
        _tell_search(pk)
        return done


@tracked()
class CapabilitySynonym(models.Model):
    """Another word for a capability, in one of the portal's languages."""

    capability = models.ForeignKey(
        Capability, on_delete=models.CASCADE, related_name="synonyms", verbose_name=_("capability")
    )
    language = models.CharField(_("language"), max_length=2, choices=[("fr", "fr"), ("de", "de"), ("en", "en")])
    text = models.CharField(_("word"), max_length=120)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["capability", "language", "text"]
        constraints = [
            models.UniqueConstraint(name="capabilitysynonym_once", fields=["capability", "language", "text"])
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Let the search know the new word at once."""
        super().save(*args, **kwargs)
        _tell_search(self.capability_id)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Let the search forget the word at once."""
        done = super().delete(*args, **kwargs)
        _tell_search(self.capability_id)
        return done


def _tell_search(pk: int | None) -> None:
    from companies.search import capability_changed

    if pk:
        capability_changed(pk)
