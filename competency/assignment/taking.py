"""Who has taken which course, from the statements: the platform says `satisfied` when it is completed and passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from people.api import Person
from xapi.api import StoredStatement, vocabulary

from ..book import book, lineages, major_of
from ..evidence import revision_of
from ..queries.evidence import statements_by_person
from .closing import Taken

Asked = tuple[int, int, str]
"""Person, employer and activity."""


def taken_by(asked: Iterable[Asked]) -> Mapping[Asked, list[Taken]]:
    """Return how often each person has taken a course for an employer, whatever its version; voided is not taken.

    What was earned with another employer is not told: it counts here only by what it shows.
    """
    wanted = set(asked)
    found: dict[Asked, list[Taken]] = defaultdict(list)
    if not wanted:
        return found
    people = Person.objects.in_bulk({person for person, _employer, _activity in wanted})
    activities = {activity for _person, _employer, activity in wanted}
    said = statements_by_person(people.values(), verbs=[vocabulary.SATISFIED], activities=activities)
    law_book, above = book(), lineages()
    for person, employer, activity in wanted:
        law = law_book.law(employer, above)
        for row in said[person]:
            counts = row.activity == activity and row.voided_at is None and law.is_home(row.organisation_id)
            if counts and law.accepted(row.authority_key, activity):
                found[person, employer, activity].append(_taken(row))
    return found


def _taken(row: StoredStatement) -> Taken:
    return Taken(major_of(revision_of(row)) or 0, row.happened_at)
