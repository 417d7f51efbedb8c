"""Timestamps and durations (Data 4.5, 4.6; 2.0: 4.2.7), against the validator and as they are given back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.bodies import named, plain
from xapi.statement import check
from xapi.statement.formats import is_duration, parse_timestamp

from .asking import get, post
from .rules import VERSIONS, Rule, at, judge

BOTH = [
    "2026-11-22T08:59:00Z",
    "2026-11-22T08:59:00.123456789+01:00",
    "2026-02-28T23:59:60Z",
    "2024-02-29T00:00:00-11:30",
]
NEITHER = ["", "now", "2026-11-22", "08:59:00Z", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-22T25:00:00Z",
           "2026-11-22T08:60:00Z", "2026-11-22T08:59:00+24:00", "2026-11-22 kl. 8", "1795337", " 2026-11-22T08:59:00Z",
           "2026-11-22T08:59:00Z\n"]  # fmt: skip
MINUS_ZERO = ["2026-11-22T08:59:00-00", "2026-11-22T08:59:00-0000", "2026-11-22T08:59:00-00:00"]
DURATIONS = [
    "P3Y",
    "P4W",
    "P3Y1M29DT4H35M59.14S",
    "PT4H35M59.14S",
    "PT16559.14S",
    "PT0S",
    "P0D",
    "PT36H",
    "P0.5Y",
    "PT1,5S",
]
NO_DURATIONS = ["x", "", "P", "PT", "P4W1D", "1D", "-P1D", "P-1D", "P1H", "PT1D", "P1DT", "P1M1Y", "p1d", "P1D ", "P1S"]
ALTERNATIVE = ["P0003-06-04T12:30:05", "P00030604T123005"]

RULES = [
    Rule("XAPI-00123", at("timestamp"), [*NEITHER, *MINUS_ZERO], BOTH),
    Rule("XAPI-00124", at("result.duration"), [*NO_DURATIONS, *ALTERNATIVE, 1, None, {}], DURATIONS),
    Rule("XAPI-00077", at("result.duration"), [1, True, None, {}, [], "12 minutes"], ["PT12M"]),
    # The suites take weeks beside other parts. They stand alone, and only the smallest part may have a fraction.
    Rule("S-4.2.7-4", at("result.duration"), ["P1Y2W", "P2W1D", "P1W1M", "P1WT1H", "P1.5YT1S", "PT0.5H1M"], ["P1.5W"]),
]  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_a_rule_of_the_specification_is_kept(rule: Rule, version: str) -> None:
    judge(rule, version)


@pytest.mark.parametrize("text", ["20261122T085900Z", "2026-W47-7T08:59:00Z", "2026-11-22T08:59:00", "2026-11-22T08Z"])
def test_2_0_wants_rfc_3339_where_1_0_3_takes_iso_8601(text: str) -> None:
    """2.0:4.2.7-1"""
    assert check(plain(timestamp=text), "1.0.3") == []
    assert [error.path for error in check(plain(timestamp=text), "2.0.0")] == ["$.timestamp"]


numbers = st.integers(0, 9999).map(str)
part = st.lists(numbers, min_size=1, max_size=3)


@given(st.data())
def test_parts_in_their_order_are_a_duration_and_weeks_beside_them_are_not(data: st.DataObject) -> None:
    """XAPI-00124, S-4.2.7-4"""

    def some(letters: str) -> str:
        return "".join(data.draw(numbers) + letter for letter in letters if data.draw(st.booleans()))

    date, time = some("YMD"), some("HMS")
    text = f"P{date}{'T' + time if time else ''}"
    assert is_duration(text) is bool(date or time)
    assert not date or not is_duration(f"{text[: len(date) + 1]}{data.draw(numbers)}W{text[len(date) + 1 :]}")


@given(st.datetimes().filter(lambda moment: 1 < moment.year < 9999), st.integers(3, 9))
def test_a_fraction_of_any_length_is_read(moment: Any, digits: int) -> None:
    """XAPI-00122"""
    text = f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f".{'1' * digits}Z"
    read = parse_timestamp(text)
    assert read is not None
    assert f"{read.microsecond:06}"[:3] == "111"


# --- As they are given back ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_timestamp_keeps_its_precision(client: Client) -> None:
    """XAPI-00122"""
    body = named(timestamp="2026-11-22T08:59:00.123456+01:00")
    assert post(client, body).status_code == 200
    assert get(client, body["id"])["timestamp"] == body["timestamp"]


@pytest.mark.django_db
def test_a_statement_without_a_timestamp_gets_the_moment_it_was_stored(client: Client) -> None:
    """2.0:4.2.4.2-1"""
    body = named()
    post(client, body)
    stored = get(client, body["id"])
    assert stored["timestamp"] == stored["stored"]


@pytest.mark.django_db
def test_a_timestamp_to_come_is_no_reason_to_refuse(client: Client) -> None:
    """2.0:4.2.4.2-2"""
    body = named(timestamp="2199-01-01T00:00:00Z")
    assert post(client, body).status_code == 200
    assert get(client, body["id"])["timestamp"] == body["timestamp"]


@pytest.mark.django_db
def test_a_duration_finer_than_a_hundredth_is_taken_and_compared_without(client: Client) -> None:
    """2.0:4.2.7-2, 2.0:4.2.7-3: it may be cut to hundredths; ours is given back as it came."""
    body = plain(id=str(uuid4()), result={"duration": "PT1.23456S"})
    assert post(client, body).status_code == 200
    assert get(client, body["id"])["result"]["duration"] == "PT1.23456S"
    assert post(client, body | {"result": {"duration": "PT1.239S"}}).status_code == 200
    assert post(client, body | {"result": {"duration": "PT1.24S"}}).status_code == 409
