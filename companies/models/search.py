"""What the directory's search reads: derived from the entries, the vocabulary and the official lists, never edited.

Everything here can be made again by ``manage.py rebuild_search``; therefore no history. Design and measurements: the
documents hold plain words and entity tokens (``c:12`` a capability, ``m:371`` a municipality, ``n:25`` an activity), the
vocabulary holds everything that language does to words, so that a new synonym never touches a document.
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class TokenField(models.Field):
    """A set of search tokens (``tsvector`` without positions)."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"


class WordsField(models.Field):
    """A list of words (``text[]``)."""

    def db_type(self, connection: Any) -> str:
        return "text[]"


class SearchDocument(models.Model):
    """An entry that the public sees today, as search needs it."""

    organisation_id = models.BigIntegerField(primary_key=True)
    name_key = models.CharField(max_length=200, db_collation="C")
    name_core = models.CharField(max_length=200, db_collation="C")
    uid = models.CharField(max_length=9)
    municipality = models.PositiveIntegerField(null=True)  # BFS number of the municipality that stands today
    division = models.CharField(max_length=2)  # of the main activity
    kind = models.CharField(max_length=12)
    size_class = models.CharField(max_length=6)
    marks = WordsField()  # tokens of capabilities and of upper apps, for their filters' counts
    map_x = models.IntegerField(null=True)  # Web Mercator at 2**22 pixels round the world
    map_y = models.IntegerField(null=True)
    confirmed_on = models.DateField(null=True)
    ages_on = models.DateField()  # the day from which it is hidden
    tokens = TokenField()

    class Meta:
        db_table = "companies_search_document"
        indexes = [
            GinIndex(name="searchdocument_tokens", fields=["tokens"]),
            models.Index(name="searchdocument_by_name", fields=["name_key", "organisation_id"]),
            models.Index(
                models.F("confirmed_on").desc(nulls_last=True), "organisation_id", name="searchdocument_by_date"
            ),
            models.Index(name="searchdocument_by_place", fields=["map_y", "map_x"]),
            models.Index(name="searchdocument_ages", fields=["ages_on"]),
        ]

    def __str__(self) -> str:
        return self.name_key


class SearchTerm(models.Model):
    """A word (or a label of several words) that occurs in documents or labels, and what it leads to."""

    lex = models.CharField(max_length=120, primary_key=True, db_collation="C")
    written = models.CharField(max_length=120, db_default="", default="")  # with its accents
    frequency = models.PositiveIntegerField(default=0)  # documents that hold the word
    stems = WordsField()
    entities = WordsField()
    is_place = models.BooleanField(default=False)

    class Meta:
        db_table = "companies_search_term"
        indexes = [
            GinIndex(name="searchterm_parts", fields=["lex"], opclasses=["gin_trgm_ops"]),
            GinIndex(name="searchterm_stems", fields=["stems"]),
            GinIndex(name="searchterm_entities", fields=["entities"]),
        ]

    def __str__(self) -> str:
        return self.lex


class SearchTotal(models.Model):
    """How many entries a broad filter leaves, in all and per choice of each other filter: too many to count at once."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=80)  # the filter, "" for none
    facet = models.CharField(max_length=12)
    value = models.CharField(max_length=80)
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "companies_search_total"
        constraints = [models.UniqueConstraint(name="searchtotal_once", fields=["token", "facet", "value"])]

    def __str__(self) -> str:
        return f"{self.token} {self.facet} {self.value}: {self.count}"


class SearchAnchor(models.Model):
    """Every thousandth entry by name within a broad filter: page 900 begins beside one instead of counting from A."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    name_key = models.CharField(max_length=200, db_collation="C")
    organisation_id = models.BigIntegerField()

    class Meta:
        db_table = "companies_search_anchor"
        constraints = [models.UniqueConstraint(name="searchanchor_once", fields=["token", "position"])]

    def __str__(self) -> str:
        return f"{self.token} {self.position}"


class SearchTile(models.Model):
    """Entries per cell of the map at a zoom, so that a million points stay light."""

    id = models.BigAutoField(primary_key=True)
    zoom = models.PositiveSmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    count = models.PositiveIntegerField()
    map_x = models.IntegerField()  # the middle of its entries
    map_y = models.IntegerField()
    organisation_id = models.BigIntegerField()  # one of them

    class Meta:
        db_table = "companies_search_tile"
        constraints = [models.UniqueConstraint(name="searchtile_once", fields=["zoom", "y", "x"])]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.x}/{self.y}: {self.count}"


class SearchSynonym(models.Model):
    """Words that mean the same in names and texts (saint, st, sankt), beside the capabilities' own synonyms."""

    id = models.BigAutoField(primary_key=True)
    lex = models.CharField(max_length=60, db_collation="C")
    other = models.CharField(max_length=60, db_collation="C")

    class Meta:
        db_table = "companies_search_synonym"
        constraints = [models.UniqueConstraint(name="searchsynonym_once", fields=["lex", "other"])]

    def __str__(self) -> str:
        return f"{self.lex} = {self.other}"


class SearchNews(models.Model):
    """An entry whose words have changed, with those it had before (none: it was not public): what alerts are made from.

    Kept only while somebody follows a search, and no longer than the slowest of them needs.
    """

    id = models.BigAutoField(primary_key=True)
    organisation_id = models.BigIntegerField()
    at = models.DateTimeField()
    before = TokenField(null=True)

    class Meta:
        db_table = "companies_search_news"
        indexes = [
            models.Index(name="searchnews_of", fields=["organisation_id", "at"]),
            models.Index(name="searchnews_since", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.at:%Y-%m-%d}"
