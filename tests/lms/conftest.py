"""The roof is tried on the town of the competence room."""

from tests.competency.conftest import english, hygiene, school, town

__all__ = ["english", "hygiene", "school", "town"]
