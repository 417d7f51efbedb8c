"""What a municipality, a provider or a unit asks is laid over the region's minimum, and never lowers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from competency.book import Asked, Book
from competency.law import Inputs
from competency.queries.requirements import Profiles
from people.models import Organisation

from .world import LONG_AGO

FIRST = date(2025, 1, 1)
REGION, TOWN, UNIT, OTHER = (
    Organisation(pk=pk, path=path) for pk, path in enumerate(("0001", "00010001", "000100010001", "00010002"), start=1)
)
PLACES = [(unit, setting) for unit in (UNIT, OTHER) for setting in ("hemtjänst", "säbo")]
NOTHING: dict[str, Any] = {
    "stamp": None,
    "inputs": Inputs(),
    "areas": (),
    "levels": (),
    "settings": {},
    "competencies": (),
    "professions": (),
    "offers": (),
    "risks": (),
}


def asked(node: st.SearchStrategy[Organisation | None]) -> st.SearchStrategy[list[Asked]]:
    row = st.builds(
        Asked,
        profession=st.just("underskoterska"),
        competency=st.sampled_from([1, 2]),
        setting=st.sampled_from(["all", "hemtjänst", "säbo"]),
        level=st.integers(1, 4),
        node=node,
        valid_from=st.integers(0, 300).map(lambda days: FIRST + timedelta(days=days)),
        recorded_at=st.just(LONG_AGO),
        withdrawn=st.booleans(),
    )
    return st.lists(row, max_size=8)


def highest(rows: list[Asked], unit: Organisation, setting: str, on: date) -> dict[int, int]:
    ordered = tuple(sorted(rows, key=lambda row: row.valid_from))
    terms: Any = SimpleNamespace(profession="underskoterska", unit=SimpleNamespace(setting=setting, path=unit.path))
    return Profiles(Book(asked=ordered, **NOTHING), on).highest(terms)


@given(
    asked(st.none()), asked(st.sampled_from([REGION, TOWN, UNIT, OTHER])), st.sampled_from(PLACES), st.integers(0, 400)
)
def test_a_layer_never_lowers_what_is_asked_above_it(
    minimum: list[Asked], added: list[Asked], place: tuple[Organisation, str], day: int
) -> None:
    on = FIRST + timedelta(days=day)
    below, above = highest([*minimum, *added], *place, on), highest(minimum, *place, on)
    assert all(below[competency] >= level for competency, level in above.items())


@given(asked(st.none()), asked(st.just(TOWN)), st.integers(0, 400))
def test_a_layer_reaches_no_further_than_its_node(minimum: list[Asked], added: list[Asked], day: int) -> None:
    on = FIRST + timedelta(days=day)
    assert highest([*minimum, *added], OTHER, "säbo", on) == highest(minimum, OTHER, "säbo", on)


@given(asked(st.none()), asked(st.just(TOWN)), st.integers(0, 400))
def test_to_end_all_that_was_added_leaves_the_minimum(minimum: list[Asked], added: list[Asked], day: int) -> None:
    on = FIRST + timedelta(days=day)
    ended = [replace(row, withdrawn=True, valid_from=FIRST + timedelta(days=300)) for row in added]
    later = on + timedelta(days=300)
    assert highest([*minimum, *added, *ended], UNIT, "säbo", later) == highest(minimum, UNIT, "säbo", later)
