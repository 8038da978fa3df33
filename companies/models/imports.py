"""A file that came in: what it was, how it was read, what became of each row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.enums import ImportState, Undoing, Verdict
from companies.models.organisation import Organisation
from promo_portal.core.fields import MomentField
from promo_portal.regions.models import Association


class ImportRun(models.Model):
    """One file on its way into the directory: chosen, columns named, rows judged, run, and undone while untouched.

    With an association only its region's entries are touched; administrators and the command line work without.
    """

    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("association"),
        null=True,
        blank=True,
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.CHOSEN)
    file_name = models.CharField(_("file"), max_length=200)
    stored_as = models.CharField(_("kept as"), max_length=200, blank=True, editable=False)
    size = models.BigIntegerField(_("size"), default=0)
    digest = models.CharField(_("digest"), max_length=64, blank=True, editable=False)
    reading = models.JSONField(_("how it is read"), default=dict)
    columns = models.JSONField(_("columns"), default=list)
    counts = models.JSONField(_("counts"), default=dict)
    message = models.CharField(_("what happened"), max_length=500, blank=True)
    job_id = models.BigIntegerField(_("job"), null=True, blank=True)
    actor_id = models.BigIntegerField(_("number of the person"), null=True, blank=True)
    actor_name = models.CharField(_("by"), max_length=200, blank=True)
    created_at = MomentField(_("begun"), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # Documents of new entries are committed right after the entries: until then, or where that failed, they are owed.
    owes_search = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        """Whether a worker has it."""
        return self.state in {ImportState.JUDGING, ImportState.RUNNING}


class ColumnMemory(models.Model):
    """How an association last named the columns of files with a certain header, so that it need not do so again."""

    association = models.ForeignKey(
        Association,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("association"),
        null=True,
        blank=True,
    )
    signature = models.CharField(_("signature of the header"), max_length=64)
    columns = models.JSONField(_("columns"), default=list)

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="columnmemory_once", fields=["association", "signature"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.signature[:8]


class ImportRow(models.Model):
    """One row of the file and its verdict; a refused row keeps its cells, so that it can be handed back.

    After the run was undone, ``outcome`` says whether what the row had done could be taken back.
    """

    run = models.ForeignKey(
        ImportRun,
        on_delete=models.CASCADE,
        related_name="rows",
        verbose_name=_("import"),
        db_index=False,  # `importrow_once` begins with it
        db_constraint=False,  # a row is written by its run alone, in the transaction that holds it
    )
    number = models.PositiveIntegerField(_("row"))
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict)
    outcome = models.CharField(_("undoing"), max_length=6, choices=Undoing, blank=True, default="", db_default="")
    name = models.CharField(_("name"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    notes = models.JSONField(_("notes"), default=list)  # [code, {values}], told by companies.imports.words
    cells = models.JSONField(_("cells"), default=list)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        db_index=False,  # `importrow_organisation`
        db_constraint=False,  # so is its entry, and entries are never deleted
    )

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(name="importrow_once", fields=["run", "number"])]
        indexes = [
            models.Index(name="importrow_verdict", fields=["run", "verdict", "number"]),
            models.Index(
                name="importrow_organisation", fields=["organisation"], condition=Q(organisation__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"
