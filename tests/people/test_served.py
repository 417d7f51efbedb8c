"""Days of work and of responsibility say, for every day, what the questions about one day say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from people.models import CareResponsibility, EmploymentTerms, Organisation
from people.served import answered_for, served_by
from people.services import change_employment
from people.visibility import responsible_provider
from tests.people import factories as make

BEGAN = date(2026, 1, 1)
DAYS = [BEGAN + timedelta(days=n) for n in range(-3, 25)]
offsets = st.integers(0, 20)


def covers(row, on):
    return row.first <= on and (row.until is None or on < row.until)


class TestServed(TestCase):
    @settings(max_examples=25)
    @given(st.lists(st.tuples(offsets, st.booleans(), st.none() | offsets), max_size=5))
    def test_where_she_works_on_each_day(self, changes):
        region = make.region()
        town = make.municipality("town", region)
        units = [make.unit("one", town), make.unit("two", town)]
        held = make.works_at(units[0], starts_on=BEGAN)
        for valid_from, is_second, ends in changes:
            day = BEGAN + timedelta(days=valid_from)
            ends_on = None if ends is None else BEGAN + timedelta(days=ends)
            change_employment(held, valid_from=day, at=make.AT, unit=units[is_second], ends_on=ends_on)
        rows = served_by([held.person_id])[held.person_id]
        for day in DAYS:
            terms = EmploymentTerms.objects.in_force(day).current(day).filter(employment=held)
            told = [row.unit_path for row in rows if covers(row, day)]
            assert told == [each.unit.path for each in terms]

    @settings(max_examples=25)
    @given(st.lists(st.tuples(st.integers(0, 2), st.booleans(), offsets, offsets), max_size=5))
    def test_who_answers_on_each_day(self, rows):
        region = make.region()
        towns = [make.municipality("town", region), make.municipality("city", region)]
        provider = make.private_provider("provider", region)
        nodes = [towns[0], make.unit("unit", towns[0]), make.unit("private", provider)]
        for node, is_second, first, length in rows:
            start = BEGAN + timedelta(days=first)
            make.answers_for(towns[is_second], nodes[node], start, start + timedelta(days=length))
        found = answered_for(node.path for node in nodes)
        for day in DAYS:
            for node in nodes:
                expected = responsible_provider(node, day)
                told = [row.provider for row in found[node.path] if covers(row, day)]
                assert told == ([expected.pk] if expected else [])


@pytest.mark.django_db
def test_nobody_and_nowhere_are_asked_of_without_fuss():
    assert served_by([]) == {}
    assert answered_for([]) == {}
    assert CareResponsibility.objects.count() == Organisation.objects.count() == 0
