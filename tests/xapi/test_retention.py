"""Rules of retention: reported before they are applied, applied in batches, taken up where they were cut off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from people.models import Organisation
from xapi import retention
from xapi.api import Decision, full_statement, hold, record
from xapi.identity import Identifier, stand_in
from xapi.models import Agent, RedactablePart, RetentionBatch, RetentionKind, RetentionRule, RetentionRun
from xapi.retention import Due, apply, due, set_rule
from xapi.vocabulary import own

from .bodies import ANNA, ANSWERED, AT, BASE, BEATA, agent, named

pytestmark = pytest.mark.django_db

DECISION = Decision("the retention plan", "archivist", AT)
BEFORE = datetime(2025, 11, 21, 23, 0, tzinfo=UTC)
"""A year before the day that AT is on in Stockholm."""
DAY = date(2026, 1, 1)


@pytest.fixture
def answered(granvik: Organisation) -> Callable[..., UUID]:
    def made(at: datetime, key: str = ANNA, verb: str = ANSWERED, organisation: Organisation | None = None) -> UUID:
        body = named(actor=agent(key), verb={"id": verb}, result={"response": "her answer", "success": True})
        (one,) = record([body], organisation=organisation or granvik, at=at)
        return one.statement_id

    return made


def year(organisation: Organisation, kind: RetentionKind = RetentionKind.ANSWERS) -> RetentionRule:
    return set_rule(organisation, kind, 12, valid_from=DAY, decision=DECISION)


def kept(statement_id: UUID) -> bool:
    return not RedactablePart.objects.get(statement__statement_id=statement_id).tombstone


def test_without_a_rule_nothing_is_removed(answered: Callable[..., UUID]) -> None:
    old = answered(BEFORE - timedelta(days=2000))
    assert due(AT) == []
    assert list(apply(DECISION)) == []
    assert kept(old)


def test_a_rule_reports_how_many_and_from_when_and_changes_nothing(
    answered: Callable[..., UUID], granvik: Organisation
) -> None:
    oldest, newest = BEFORE - timedelta(days=30), BEFORE - timedelta(microseconds=1)
    ids = [answered(oldest), answered(newest), answered(BEFORE)]
    rule = year(granvik)
    assert due(AT) == [Due(rule, BEFORE, 2, 0, oldest, newest)]
    assert all(kept(one) for one in ids)


def test_applied_the_answer_goes_and_the_result_stays(
    answered: Callable[..., UUID], granvik: Organisation, lyngfors: Organisation
) -> None:
    before = BEFORE - timedelta(days=1)
    old, young = answered(before), answered(BEFORE)
    other_verb, elsewhere = answered(before, verb=own().assessed), answered(before, organisation=lyngfors)
    rule = year(granvik)
    (done,) = apply(DECISION)
    assert (done.rule, done.statements, done.identifiers) == (rule, 1, 0)
    assert full_statement(old)["result"] == {"success": True}
    assert [kept(one) for one in (young, other_verb, elsewhere)] == [True, True, True]
    assert [one.statements for one in due(AT)] == [0]


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        (RetentionKind.ANSWERS, [True, False, False]),
        (RetentionKind.ASSESSMENTS, [False, True, False]),
        (RetentionKind.EVERYTHING, [True, True, True]),
    ],
)
def test_a_kind_is_about_its_own_statements(
    kind: RetentionKind, gone: list[bool], answered: Callable[..., UUID], granvik: Organisation
) -> None:
    verbs = (ANSWERED, own().assessed, "http://example.com/verbs/other")
    ids = [answered(BEFORE - timedelta(days=1), verb=verb) for verb in verbs]
    year(granvik, kind)
    list(apply(DECISION))
    assert [not kept(one) for one in ids] == gone


@pytest.mark.parametrize(("kind", "identifiers"), [(RetentionKind.ANSWERS, 0), (RetentionKind.EVERYTHING, 1)])
def test_who_a_result_is_about_stays_findable_when_only_detail_goes(
    kind: RetentionKind, identifiers: int, granvik: Organisation
) -> None:
    body = named(actor={"mbox": "mailto:carl@example.org"}, verb={"id": ANSWERED})
    record([body], organisation=granvik, at=BEFORE - timedelta(days=1))
    year(granvik, kind)
    (done,) = apply(DECISION)
    assert (done.statements, done.identifiers) == (1, identifiers)


@pytest.mark.parametrize("kind", [RetentionKind.ANSWERS, RetentionKind.ASSESSMENTS])
def test_an_identifier_that_another_rule_left_goes_with_everything(kind: RetentionKind, granvik: Organisation) -> None:
    verb = ANSWERED if kind == RetentionKind.ANSWERS else own().assessed
    body = named(actor={"mbox": "mailto:carl@example.org"}, verb={"id": verb})
    record([body, named()], organisation=granvik, at=BEFORE - timedelta(days=1))
    year(granvik, kind)
    list(apply(DECISION))
    year(granvik, RetentionKind.EVERYTHING)
    assert {one.rule.kind: one.statements for one in due(AT)} == {kind: 0, RetentionKind.EVERYTHING: 1}
    assert sum(one.identifiers for one in apply(DECISION)) == 1
    assert not Agent.objects.filter(ifi_kind="mbox").exists()
    assert [one.statements for one in due(AT)] == [0, 0]


def test_a_foreign_row_is_one_whose_identifier_may_name_somebody() -> None:
    """The database and `Identifier.names_nobody` draw one line."""
    nobody = stand_in(uuid4(), BASE)
    pseudonyms = nobody.home_page
    identifiers = [
        nobody,
        Identifier("account", "s-1", BASE),
        Identifier("account", "carl", pseudonyms),
        Identifier("account", nobody.value.upper() + "A", pseudonyms),
        Identifier("account", nobody.value, "https://hr.example.com"),
        Identifier("mbox", "mailto:carl@example.org"),
    ]
    for one in identifiers:
        Agent.objects.create(ifi_kind=one.kind, ifi_value=one.value, home_page=one.home_page, key=one.digest)
    foreign = set(Agent.objects.foreign(BASE).values_list("key", flat=True))
    assert {bytes(key) for key in foreign} == {one.digest for one in identifiers if not one.names_nobody(BASE)}


def test_the_newest_rule_counts_from_its_day_and_may_end_the_others(granvik: Organisation) -> None:
    set_rule(granvik, RetentionKind.ANSWERS, 24, valid_from=DAY, decision=DECISION)
    later = set_rule(granvik, RetentionKind.ANSWERS, 12, valid_from=date(2026, 11, 1), decision=DECISION)
    set_rule(granvik, RetentionKind.ANSWERS, 1, valid_from=date(2027, 1, 1), decision=DECISION)
    assert [one.rule for one in due(AT)] == [later]
    set_rule(granvik, RetentionKind.ANSWERS, None, valid_from=date(2026, 11, 2), decision=DECISION)
    assert due(AT) == []


def test_what_is_under_legal_hold_stays(answered: Callable[..., UUID], granvik: Organisation) -> None:
    before = BEFORE - timedelta(days=1)
    held, free = answered(before), answered(before, BEATA)
    hold(until=AT + timedelta(days=1), decision=DECISION, actor_key=ANNA)
    rule = year(granvik)
    assert due(AT) == [Due(rule, BEFORE, 1, 1, before, before)]
    list(apply(DECISION))
    assert [kept(held), kept(free)] == [True, False]


def test_a_run_that_was_cut_off_is_taken_up(
    answered: Callable[..., UUID], granvik: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    ids = [answered(BEFORE - timedelta(days=1)) for _number in range(5)]
    year(granvik)
    run = retention._started(RetentionRule.objects.get(), DECISION)
    retention._next_batch(run, DECISION)
    assert [kept(one) for one in ids] == [False, False, True, True, True]
    (done,) = apply(Decision("another ground", "another", AT))
    assert done.statements == 3
    assert RetentionRun.objects.get().ground == "the retention plan"
    batches = RetentionBatch.objects.order_by("pk").values_list("statements", "is_last")
    assert list(batches) == [(2, False), (2, False), (1, True)]


def test_after_a_run_that_is_taken_up_a_later_day_has_a_run_of_its_own(
    answered: Callable[..., UUID], granvik: Organisation
) -> None:
    year(granvik)
    run = retention._started(RetentionRule.objects.get(), DECISION)
    later = answered(BEFORE)
    list(apply(Decision("plan", "archivist", AT + timedelta(days=1))))
    assert not kept(later)
    assert RetentionRun.objects.exclude(pk=run.pk).count() == 1


def test_months_end_where_the_month_does() -> None:
    rule = RetentionRule(months=12)
    assert retention._before(rule, datetime(2028, 2, 29, 12, tzinfo=UTC)) == datetime(2027, 2, 27, 23, tzinfo=UTC)


@pytest.mark.parametrize("table", ["xapi_retentionrule", "xapi_retentionrun", "xapi_retentionbatch"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET id = id", "DELETE FROM {0}", "replace"])
def test_the_database_lets_nobody_change_rules_or_runs(
    change: str, table: str, answered: Callable[..., UUID], granvik: Organisation
) -> None:
    answered(BEFORE - timedelta(days=1))
    year(granvik)
    list(apply(DECISION))
    if change == "replace":
        change = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"
        if connection.vendor == "postgresql":
            change = "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = 1"
    with (
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


# --- The commands ----------------------------------------------------------------------------------------------------

DECIDED = ["--ground", "the plan", "--decided-by", "archivist"]


def said(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_command_sets_reports_and_applies(answered: Callable[..., UUID], granvik: Organisation) -> None:
    assert said("retention", "report") == "There is no rule; nothing would be removed.\n"
    old = answered(datetime(2020, 5, 4, 12, tzinfo=UTC))
    said("retention", "rule", "granvik", "answers", "--months", "12", *DECIDED)
    assert "granvik answers: 1 statements from before" in said("retention", "report")
    assert "with detail to remove, 2020-05-04" in said("retention", "report")
    assert "2020-05-04 to 2020-05-04" in said("retention", "report")
    assert kept(old)
    assert said("retention", "apply", *DECIDED) == "granvik answers: 1 statements, 0 identifiers disposed of.\n"
    assert not kept(old)


def test_the_command_holds(answered: Callable[..., UUID], granvik: Organisation) -> None:
    answered(datetime(2020, 5, 4, 12, tzinfo=UTC))
    said("retention", "rule", "granvik", "answers", "--months", "12", *DECIDED)
    said("retention", "hold", "--actor", ANNA, "--until", "9999-01-01", *DECIDED)
    assert "1 under legal hold stay" in said("retention", "report")


@pytest.mark.parametrize(
    "arguments",
    [
        ["retention", "hold", "--until", "2027-01-01", *DECIDED],
        ["retention", "rule", "granvik", "answers", "--months", "0", *DECIDED],
        ["retention", "rule", "nowhere", "answers", *DECIDED],
        ["retention", "apply", "--ground", "", "--decided-by", "archivist"],
        ["dispose", "--actor", ANNA],
        ["dispose", "--statement", str(uuid4()), *DECIDED],
    ],
)
def test_the_commands_refuse_what_is_not_said_clearly(arguments: list[str], granvik: Organisation) -> None:
    year(granvik)
    with pytest.raises(CommandError):
        call_command(*arguments)


@pytest.mark.parametrize("by", ["--statement", "--actor"])
def test_the_command_says_what_would_go_and_then_what_went(by: str, answered: Callable[..., UUID]) -> None:
    statement_id = answered(AT)
    what = [by, str(statement_id) if by == "--statement" else ANNA]
    line = "1 statements, 0 identifiers, 0 documents and 0 attachments {} disposed of.\n"
    assert said("dispose", *what, "--dry-run") == f"{statement_id}\n{line.format('would be')}"
    assert kept(statement_id)
    assert said("dispose", *what, *DECIDED) == f"{statement_id}\n{line.format('are')}"
    assert not kept(statement_id)


def test_the_report_says_what_is_counted_where_identifiers_go_too(
    answered: Callable[..., UUID], granvik: Organisation
) -> None:
    answered(BEFORE - timedelta(days=1))
    year(granvik, RetentionKind.EVERYTHING)
    report = said("retention", "report")
    assert "with detail to remove, or an identifier from elsewhere, which goes unless something else needs it" in report
