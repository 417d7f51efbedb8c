"""The index: what is published, a row for each paragraph, with the terms that the analysis read out of it.

All of it is derived and may be thrown away. It lies beside what it is made of, so a publish and its index are one
transaction. The terms of a field are a line of signs (`search.encoding`).
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from search.shapes import Kind, SourceKind


class SourceRow(models.Model):
    """One thing published: a course, a role page, an occasion."""

    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in SourceKind])
    key = models.CharField(max_length=64)
    title = models.CharField(max_length=255)
    path = models.CharField(max_length=300)
    focus_area = models.CharField(max_length=30, blank=True)
    professions = models.JSONField(default=list)
    teaches = models.JSONField(default=dict)
    owner = models.UUIDField(null=True)
    digest = models.CharField(max_length=64)
    """Of what was read and how: the same again needs no writing."""
    generation = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "search_source"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="a_source_is_indexed_once")]


class SheetRow(models.Model):
    """A page with passages."""

    source = models.ForeignKey(SourceRow, models.CASCADE, related_name="sheets")
    key = models.CharField(max_length=64)
    title = models.CharField(max_length=255)
    path = models.CharField(max_length=600)
    """Below the address of the source."""
    minutes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "search_sheet"


class PassageRow(models.Model):
    """A paragraph, its place in the page, and the terms of each field."""

    sheet = models.ForeignKey(SheetRow, models.CASCADE, related_name="passages")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in Kind])
    heading = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)
    anchor = models.CharField(max_length=40, blank=True)
    term = models.IntegerField(null=True)
    """The glossary entry that stands here."""
    course_terms = models.TextField(blank=True)
    title_terms = models.TextField(blank=True)
    heading_terms = models.TextField(blank=True)
    text_terms = models.TextField(blank=True)

    class Meta:
        db_table = "search_passage"
        indexes = [
            models.Index(fields=["term"], condition=models.Q(term__isnull=False), name="search_passages_of_a_term")
        ]


class TermRow(models.Model):
    """A term: its number, in how many public passages it stands, and a spelling of it. It keeps its number for good."""

    id = models.AutoField(primary_key=True)
    term = models.CharField(max_length=60, unique=True)
    passages = models.IntegerField(default=0)
    spelling = models.CharField(max_length=60)

    class Meta:
        db_table = "search_term"


class IndexState(models.Model):
    """One row: which analysis made the index, how much it holds, and a stamp that changes with it."""

    stamp = models.UUIDField(default=uuid4)
    analysis = models.CharField(max_length=64, blank=True)
    """What the whole index was made with; what is published meanwhile is read by the newest."""
    generation = models.PositiveIntegerField(default=1)
    passages = models.IntegerField(default=0)
    course_words = models.IntegerField(default=0)
    title_words = models.IntegerField(default=0)
    heading_words = models.IntegerField(default=0)
    text_words = models.IntegerField(default=0)
    roles_stamp = models.CharField(max_length=80, blank=True)
    """What the role pages were read from."""

    class Meta:
        db_table = "search_state"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="search_there_is_one_state")]


from search.log.models import LoggedSearch  # noqa: E402  (their tables belong to this room)
from search.saved.models import SavedSearch  # noqa: E402

__all__ = ["IndexState", "LoggedSearch", "PassageRow", "SavedSearch", "SheetRow", "SourceRow", "TermRow"]
