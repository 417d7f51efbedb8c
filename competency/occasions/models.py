"""Occasions and who has a seat at them. What is shown there becomes evidence by an observation, never by a seat."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from people.api import Notice

from ..models import TOP_LEVEL, Competency


class Occasion(models.Model):
    """A time and a place to practise, for those who work at `node` and below it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    seats = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    assessors = models.ManyToManyField("people.Person", related_name="+")
    made_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, seats__gte=1), name="an_occasion_has_time_and_seats")
        ]
        indexes = [models.Index(fields=["starts_at"], name="occasions_by_time")]


class OccasionCompetency(models.Model):
    """What is practised: a competency, and the highest level that may be shown there."""

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="practised")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["occasion", "competency"], name="an_occasion_names_a_competency_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=TOP_LEVEL), name="occasion_level_on_scale"),
        ]


class Seat(models.Model):
    """A seat that somebody has booked. Given up, it is kept and may be booked by another."""

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="booked")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    booked_at = models.DateTimeField()
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            # Two who want the last seat at once: the database lets one have it.
            models.UniqueConstraint(
                fields=["occasion", "number"], condition=Q(given_up_at=None), name="a_seat_is_booked_by_one"
            ),
            models.UniqueConstraint(
                fields=["occasion", "person"], condition=Q(given_up_at=None), name="a_person_has_one_seat"
            ),
        ]


class OccasionNotice(Notice):
    """Something about an occasion that somebody with a seat must know."""

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="notices")

    class Meta(Notice.Meta):
        constraints = [
            models.UniqueConstraint(fields=["recipient", "occasion", "key"], name="an_occasion_notice_is_given_once")
        ]
        indexes = [models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="occasion_notice_unread")]
