"""The one way by which delegations, occasions and the words of plans go: under a permit, written in the same transaction.

A permit points by a foreign key, checked at commit, at a row that only the trigger on what has gone writes (xapi 0002).
A delegation goes with its events, an occasion with its bookings; of a plan event the words alone, once. A decision that
followed one that goes no longer says so, and that is all that may change of it. No permit can be written against a
legal hold in force.

SQLite refuses to rename a table while a trigger names one that is missing: a later migration that makes it rebuild a
table that is named here, of `people` and `xapi` too, drops these triggers before (`drop_doors`) and adds them after.
"""

import re
from typing import Any

import django.db.models.deletion
import uuid
from django.db import migrations, models
from django.db.models import Q

from competency.protecting import append_only

PROTECT = django.db.models.deletion.PROTECT
DELEGATION, EVENT = "competency_delegation", "competency_delegationevent"
PLAN, OCCASION, SEAT = "competency_planevent", "competency_occasion", "competency_seat"
PERMIT = "competency_recordpermit"

FREE = "p.kind = '{kind}' AND p.uuid = {of} AND NOT EXISTS (SELECT 1 FROM xapi_disposaluse u WHERE u.number = p.use_id)"
UNUSED = f"FROM {PERMIT} p WHERE {FREE}"


def lacks(kind: str, of: str) -> str:
    return f"NOT EXISTS (SELECT 1 {UNUSED.format(kind=kind, of=of)})"


def uses(kind: str) -> str:
    return f"INSERT INTO xapi_disposaluse (number) SELECT p.use_id {UNUSED.format(kind=kind, of='OLD.uuid')}"


def changes(vendor: str, columns: list[str]) -> str:
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)


DELEGATION_COLUMNS = (
    "id recorded_at uuid first_day last_day single_occasion note takes_over giver_id receiver_id provider_id scope_id task_id"
).split()
PLAN_COLUMNS = "id recorded_at uuid number kind side actor_id organisation_id person_id".split()
IS_GONE = {
    "sqlite": "json_extract({row}.said, '$.disposed') IS 1",
    "postgresql": "({row}.said ->> 'disposed') IS NOT DISTINCT FROM 'true'",
}


def deletions() -> dict[str, str]:
    """Return when a row may not be removed, by table."""
    return {
        DELEGATION: lacks("delegation", "OLD.uuid"),
        EVENT: lacks("delegation", f"(SELECT d.uuid FROM {DELEGATION} d WHERE d.id = OLD.delegation_id)"),
        OCCASION: lacks("occasion", "OLD.uuid"),
        SEAT: lacks("occasion", f"(SELECT o.uuid FROM {OCCASION} o WHERE o.id = OLD.occasion_id)"),
    }


def updates(vendor: str) -> dict[str, str]:
    """Return when a row may not be changed, by table."""
    gone = {row: IS_GONE[vendor].format(row=row) for row in ("OLD", "NEW")}
    followed = f"(SELECT d.uuid FROM {DELEGATION} d WHERE d.id = OLD.follows_id)"
    return {
        DELEGATION: f"{changes(vendor, DELEGATION_COLUMNS)} OR NEW.follows_id IS NOT NULL OR {lacks('delegation', followed)}",
        PLAN: f"{changes(vendor, PLAN_COLUMNS)} OR {gone['OLD']} OR NOT ({gone['NEW']}) OR {lacks('plan', 'OLD.uuid')}",
    }


USED_BY = {DELEGATION: ("DELETE", "delegation"), OCCASION: ("DELETE", "occasion"), PLAN: ("UPDATE", "plan")}

THING = f"""
    SELECT 'delegation' AS kind, d.uuid, d.provider_id AS organisation_id FROM {DELEGATION} d
    UNION ALL SELECT 'plan', e.uuid, e.organisation_id FROM {PLAN} e
    UNION ALL SELECT 'occasion', o.uuid, o.node_id FROM {OCCASION} o
"""
PEOPLE = f"""
    SELECT d.giver_id FROM {DELEGATION} d WHERE NEW.kind = 'delegation' AND d.uuid = NEW.uuid
    UNION SELECT d.receiver_id FROM {DELEGATION} d WHERE NEW.kind = 'delegation' AND d.uuid = NEW.uuid
    UNION SELECT e.person_id FROM {PLAN} e WHERE NEW.kind = 'plan' AND e.uuid = NEW.uuid
    UNION SELECT o.made_by_id FROM {OCCASION} o WHERE NEW.kind = 'occasion' AND o.uuid = NEW.uuid
    UNION SELECT s.person_id FROM {SEAT} s JOIN {OCCASION} o ON o.id = s.occasion_id
        WHERE NEW.kind = 'occasion' AND o.uuid = NEW.uuid
"""
# The newest hold of each organisation and agent counts, if it lasts; on a node it covers what lies below.
HELD = f"""
    EXISTS (
        SELECT 1 FROM xapi_legalhold h WHERE h.until > NEW.made_at
        AND NOT EXISTS (
            SELECT 1 FROM xapi_legalhold n
            WHERE n.id > h.id AND COALESCE(n.organisation_id, 0) = COALESCE(h.organisation_id, 0)
            AND COALESCE(n.agent_id, 0) = COALESCE(h.agent_id, 0)
        )
        AND (h.organisation_id IS NULL OR EXISTS (
            SELECT 1 FROM people_organisation below JOIN people_organisation node ON node.id = h.organisation_id
            WHERE below.id = NEW.organisation_id AND substr(below.path, 1, length(node.path)) = node.path
        ))
        AND (h.agent_id IS NULL OR EXISTS (
            SELECT 1 FROM xapi_agent g WHERE g.id = h.agent_id AND g.ifi_value IN (
                SELECT who.actor_key FROM people_person who WHERE who.id IN ({PEOPLE})
                UNION SELECT l.value FROM people_identitylink l WHERE l.kind = 'actor_key' AND l.person_id IN ({PEOPLE})
            )
        ))
    )
"""
UNKNOWN = f"""
    NOT EXISTS (
        SELECT 1 FROM ({THING}) t
        WHERE t.kind = NEW.kind AND t.uuid = NEW.uuid AND t.organisation_id = NEW.organisation_id
    )
"""


def sqlite() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    made = [f"DROP TRIGGER IF EXISTS {table}_refuses_{verb}" for table, verb in REPLACED]
    for verb, table, unlawful in doors("sqlite"):
        made.append(
            f"CREATE TRIGGER {table}_door_{verb.lower()} BEFORE {verb} ON {table}"
            f" WHEN {unlawful} {refuse.format(table=table)}"
        )
    made += [
        f"CREATE TRIGGER {table}_used AFTER {verb} ON {table} BEGIN {uses(kind)}; END"
        for table, (verb, kind) in USED_BY.items()
    ]
    return [
        *made,
        f"CREATE TRIGGER {PERMIT}_hold BEFORE INSERT ON {PERMIT} WHEN {HELD}"
        " BEGIN SELECT RAISE(ABORT, 'a legal hold is in force'); END",
        f"CREATE TRIGGER {PERMIT}_known BEFORE INSERT ON {PERMIT} WHEN {UNKNOWN}"
        " BEGIN SELECT RAISE(ABORT, 'a permit is for something that is there'); END",
        # INSERT OR REPLACE removes the old row without asking the trigger on DELETE.
        f"CREATE TRIGGER {PERMIT}_no_replace BEFORE INSERT ON {PERMIT}"
        f" WHEN EXISTS (SELECT 1 FROM {PERMIT} WHERE id = NEW.id OR uuid = NEW.uuid OR use_id = NEW.use_id)"
        f" {refuse.format(table=PERMIT)}",
    ]


def postgresql() -> list[str]:
    error = "RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation';"
    made = [f"DROP TRIGGER {table}_refuses_{verb} ON {table}" for table, verb in REPLACED]
    for verb, table, unlawful in doors("postgresql"):
        name, row = f"{table}_door_{verb.lower()}", "OLD" if verb == "DELETE" else "NEW"
        words = error.format(words=f"{table} is append-only")
        made += function(name, f"IF {unlawful} THEN {words} END IF; RETURN {row};", f"BEFORE {verb}", table)
    for table, (verb, kind) in USED_BY.items():
        made += function(f"{table}_used", f"{uses(kind)}; RETURN NULL;", f"AFTER {verb}", table)
    checks = ((HELD, "a legal hold is in force"), (UNKNOWN, "a permit is for something that is there"))
    body = " ".join(f"IF {unlawful} THEN {error.format(words=words)} END IF;" for unlawful, words in checks)
    return [*made, *function(f"{PERMIT}_lawful", f"{body} RETURN NEW;", "BEFORE INSERT", PERMIT)]


def function(name: str, body: str, when: str, table: str) -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def doors(vendor: str) -> list[tuple[str, str, str]]:
    """Return (verb, table, when it is refused)."""
    removed = [("DELETE", table, unlawful) for table, unlawful in deletions().items()]
    return removed + [("UPDATE", table, unlawful) for table, unlawful in updates(vendor).items()]


REPLACED = [(DELEGATION, "update"), (DELEGATION, "delete"), (EVENT, "delete"), (PLAN, "update")]


def add_doors(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, None)


def drop_doors(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for name in re.findall("CREATE TRIGGER ([a-z_]+)", " ".join(sqlite())):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("competency", "0034_course_assignments"),
        ("people", "0003_title_rights"),
        ("xapi", "0010_connection_events"),
    ]
    operations = [
        migrations.CreateModel(
            name="KeepingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("plan", "words of plans"), ("occasion", "occasions and bookings")], max_length=16
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(null=True)),
                ("valid_from", models.DateField()),
                ("ground", models.CharField(max_length=500)),
                ("decided_by", models.CharField(max_length=200)),
                ("node", models.ForeignKey("people.organisation", PROTECT, related_name="+")),
            ],
            options={
                "ordering": ["valid_from", "recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=Q(months=None) | Q(months__gt=0), name="keeping_months"),
                    models.CheckConstraint(condition=Q(kind__in=["plan", "occasion"]), name="keeping_kind_is_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordPermit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delegation", "delegations"),
                            ("plan", "words of plans"),
                            ("occasion", "occasions and bookings"),
                        ],
                        max_length=16,
                    ),
                ),
                ("uuid", models.UUIDField(unique=True)),
                ("ground", models.CharField(max_length=500)),
                ("decided_by", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("organisation", models.ForeignKey("people.organisation", PROTECT, related_name="+")),
                ("use", models.OneToOneField("xapi.disposaluse", PROTECT, default=uuid.uuid4, related_name="+")),
            ],
        ),
        append_only("competency_keepingrule", PERMIT),
        migrations.RunPython(add_doors, migrations.RunPython.noop),
    ]
