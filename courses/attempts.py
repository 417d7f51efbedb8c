"""Who is taking what: the frame around the statements, which alone say what was done.

A registration is one person's one go at a course; a retake after completion, or after a major change of the course, is
a new one. An attempt is one go at the whole question set. Neither has a status: progress is folded from the
registration's statements (`courses.progress`), so there is nothing here that could disagree with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import connection, models

if TYPE_CHECKING:
    from people.api import Person


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def stamp_of(self, person: Person, course_key: UUID) -> tuple[int, UUID] | None:
        """Return pk and stamp of her newest registration on a course, or None."""
        newest = self.filter(person=person, course_key=course_key).order_by("-cycle")
        return newest.values_list("pk", "stamp").first()

    def change(self, **values: object) -> None:
        """Change rows together with their stamp, also when all that changed is what hangs on them."""
        self.update(stamp=uuid4(), **values)


class Registration(models.Model):
    """One person, one course, one cycle. Its uuid is the `context.registration` of all that she does in it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="registrations")
    course_key = models.UUIDField()
    cycle = models.PositiveSmallIntegerField()
    # The major version that this registration is about. When the course is remade, the next one is.
    major = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    # Another one with every change of the registration, its attempts or its statements, in the same transaction: what
    # was read under one stamp is true for as long as it stands.
    stamp = models.UUIDField(default=uuid4, editable=False)
    # Where she was reading when she left: a bookmark, which says nothing about what was done.
    place_module = models.UUIDField(null=True, blank=True)
    place_screen = models.PositiveSmallIntegerField(default=0)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course_key", "cycle"], name="a_cycle_of_a_course_is_one_registration"
            ),
            models.CheckConstraint(condition=models.Q(cycle__gte=1), name="cycles_count_from_one"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


@dataclass(frozen=True)
class Seat:
    """Whose account it is, and which registration on a course is her newest. `stamp` is only to be compared."""

    person_uuid: UUID
    registration_pk: int | None
    stamp: object


def seat_of(user_pk: int, course_key: UUID) -> Seat | None:
    """Return the seat of an account at a course; None for an account that stands for nobody.

    Every module page asks this. It is in SQL because Django takes twenty times as long to word the question, and to ask
    for the person by herself first, as the database takes to answer it.
    """
    key = Registration._meta.get_field("course_key").get_db_prep_value(course_key, connection)
    with connection.cursor() as cursor:
        cursor.execute(SEAT, [key, user_pk])
        row = cursor.fetchone()
    return Seat(UUID(str(row[0])), row[1], row[2]) if row else None


SEAT = """
SELECT person.uuid, registration.id, registration.stamp
FROM people_person AS person
LEFT JOIN courses_registration AS registration
    ON registration.person_id = person.id AND registration.course_key = %s
WHERE person.user_id = %s
ORDER BY registration.cycle DESC LIMIT 1
"""


class Attempt(models.Model):
    """One go at the question set. Its uuid seeds the order in which a retry is asked."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    # The earliest time that is believed of an answer in this attempt (semantics 8).
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "number"], name="an_attempt_has_a_number_of_its_own"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="attempts_count_from_one"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
