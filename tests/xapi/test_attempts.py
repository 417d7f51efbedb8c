"""A transaction that is begun again when others came in between, and when it may be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from xapi.attempts import ATTEMPTS, LookAgain, attempted
from xapi.models import Verb

pytestmark = pytest.mark.django_db(transaction=True)


def refused_by_the_database(code: str) -> None:
    """What PostgreSQL answers with `code`; SQLite knows no such codes."""
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'ended' USING ERRCODE = '{code}'; END $$")


def work(times: int, fail: Callable[[], None]) -> tuple[list[int], Callable[[], int]]:
    """A piece of work that writes a row and fails so many times, and the list of its attempts."""
    made: list[int] = []

    def once() -> int:
        made.append(len(made) + 1)
        Verb.objects.create(iri="http://example.com/x", key=b"x" * 32)
        if len(made) <= times:
            fail()
        return len(made)

    return made, once


def look_again() -> None:
    raise LookAgain


def stored_already() -> None:
    Verb.objects.create(iri="http://example.com/x", key=b"x" * 32)


@pytest.fixture
def _on_postgresql(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer and ends nobody's transaction")


@pytest.mark.parametrize("fail", [look_again, stored_already])
@pytest.mark.parametrize("is_nested", [False, True])
def test_it_is_begun_again_from_nothing(fail: Callable[[], None], is_nested: bool) -> None:
    made, once = work(3, fail)
    if is_nested:
        with transaction.atomic():
            assert attempted(once) == 4
    else:
        assert attempted(once) == 4
    assert made == [1, 2, 3, 4]
    assert Verb.objects.filter(iri="http://example.com/x").count() == 1


@pytest.mark.parametrize(("fail", "error"), [(look_again, LookAgain), (stored_already, IntegrityError)])
def test_after_the_last_attempt_the_error_rises(fail: Callable[[], None], error: type[Exception]) -> None:
    made, once = work(ATTEMPTS, fail)
    with pytest.raises(error):
        attempted(once)
    assert len(made) == ATTEMPTS
    assert not Verb.objects.filter(iri="http://example.com/x").exists()


@pytest.mark.usefixtures("_on_postgresql")
@pytest.mark.parametrize("code", ["40P01", "40001"])
def test_what_the_database_ended_is_begun_again(code: str) -> None:
    made, once = work(2, lambda: refused_by_the_database(code))
    assert attempted(once) == 3
    assert made == [1, 2, 3]


@pytest.mark.usefixtures("_on_postgresql")
@pytest.mark.parametrize("code", ["40P01", "40001"])
def test_inside_another_transaction_what_the_database_ended_rises(code: str) -> None:
    made, once = work(2, lambda: refused_by_the_database(code))
    with pytest.raises(OperationalError), transaction.atomic():
        attempted(once)
    assert made == [1]


@pytest.mark.usefixtures("_on_postgresql")
@pytest.mark.parametrize("code", ["55P03", "57014", "P0001"])
def test_other_refusals_rise_at_once(code: str) -> None:
    """A lock that was not to be had, a question that was cancelled, a trigger's own error."""
    made, once = work(2, lambda: refused_by_the_database(code))
    with pytest.raises(DatabaseError):
        attempted(once)
    assert made == [1]
