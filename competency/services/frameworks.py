"""Frameworks from files. What is descriptive is written over; what judges people is appended as dated rows.

The file is checked as a whole before anything is written, and everything is written in one transaction. The same file
again changes nothing, not even a stamp; a changed one adds rows for what changed, valid from the moment of the import.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from people.api import Organisation, Person, end_of_day, today

from .. import framework_file
from ..book import book
from ..errors import RuleError
from ..framework_file import EVERYWHERE, Json
from ..frameworks.queries import content_of, references_to_retired, succession_rows
from ..frameworks.services import keep_version, move_requirements, write_successions
from ..law import Law, highest_accepted
from ..models import (
    TOP_LEVEL,
    Area,
    Competency,
    CompetencyRisk,
    EvidenceRule,
    Framework,
    LawStamp,
    Level,
    Profession,
    ProfileRequirement,
    Setting,
)
from ..queries.assessors import ROLES
from ..queries.offers import NOBODY, unreached_requirements
from ..shapes import FrameworkReport
from ..trees import EQUIVALENT, Node, TreeError, leaves, never_met_because, parse
from .rebuilding import mark_all, mark_holders, mark_working_as, marking_what_comes_within_reach

NAMESPACE = UUID("c1f3a2d4-8f0b-5e6a-9d57-3b1e2f4a6c80")
Key = tuple[str, str, str]
"""Profession, competency and setting of a requirement."""


def load_framework(
    source: str | Path | dict[str, Any], at: datetime, *, owner: Organisation | None = None
) -> FrameworkReport:
    """Import a framework from a file or its content. Raises FrameworkError with the place; then nothing is changed."""
    content = whole(framework_file.read(source), at)
    digest = sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    with transaction.atomic():
        known = Framework.objects.select_for_update().filter(code=content["code"]).first()
        if known and known.digest == digest and (owner is None or known.owner_id == owner.pk):
            return _report(_Writer(content, at))
        if known and not known.versions.exists():
            keep_version(known, content_of(known), known.imported_at)
        writer = _Writer(content, at)
        writer.write(digest, owner)
        LawStamp.renew()
        if writer.changed_law:
            mark_all(at)
        return _report(writer)


def whole(content: Json, at: datetime) -> Json:
    """Return a checked content as it will hold: with the equivalences in force, if it says nothing of them, and the day
    from which each holds; without the list, if it says none."""
    stated = {(row["old"], row["new"]): row for row in succession_rows()}
    said = content.get("successions", list(stated.values()))
    content = framework_file.read(content | {"successions": said})
    rows = [_with_its_day(row, stated.get((row["old"], row["new"])), today(at).isoformat()) for row in said]
    rest = {key: value for key, value in content.items() if key != "successions"}
    return rest | {"successions": sorted(rows, key=lambda row: (row["old"], row["new"]))} if rows else rest


def _with_its_day(row: Json, known: Json | None, day: str) -> Json:
    """What is stated already keeps its day, if it is said without one or has begun; nothing begins before today."""
    is_known = known and (known["levels"], known["reason"]) == (row["levels"], row["reason"])
    if (
        known
        and is_known
        and (not row["from"] or row["from"] == known["from"] or max(row["from"], known["from"]) <= day)
    ):
        return row | {"from": known["from"]}
    return row | {"from": max(row["from"], day)}


def _report(writer: _Writer) -> FrameworkReport:
    return FrameworkReport(
        version=writer.content["version"],
        added=dict(writer.added),
        changed=dict(writer.changed),
        unreached=tuple(unreached_requirements(today(writer.at))),
        references=tuple(references_to_retired()),
    )


@transaction.atomic
def change_rule(
    competency: Competency,
    level: int,
    tree: dict[str, Any],
    at: datetime,
    *,
    validity_months: int | None,
    valid_from: datetime | None = None,
    ends_earlier_on: date | None = None,
    reason: str = "",
    decided_by: Person | None = None,
) -> EvidenceRule:
    """Publish a new version of a rule: what `rule_draft` describes, with its errors."""
    row = rule_draft(
        competency,
        level,
        tree,
        at,
        validity_months=validity_months,
        valid_from=valid_from,
        ends_earlier_on=ends_earlier_on,
        reason=reason,
    )
    row.decided_by = decided_by
    with marking_what_comes_within_reach(at, today(row.valid_from)):
        row.save()
    if row.version == 1:
        mark_all(at)
    elif row.ends_earlier_at:
        mark_holders([competency.pk], at)
    return row


def rule_draft(
    competency: Competency,
    level: int,
    tree: dict[str, Any],
    at: datetime,
    *,
    validity_months: int | None,
    valid_from: datetime | None = None,
    ends_earlier_on: date | None = None,
    reason: str = "",
) -> EvidenceRule:
    """Return the next version of a rule, checked and not saved, valid from `valid_from` (default: now).

    `ends_earlier_on`: the last day that what older versions were satisfied by still counts; left out, it counts until
    its own expiry. Such a transition needs a reason. Raises RuleError.
    """
    valid_from = valid_from or at
    newest = EvidenceRule.objects.filter(competency=competency, level=level).order_by("-version").first()
    node = _check_rule(level, tree, validity_months)
    _check_can_be_met(competency.code, level, node, at)
    if valid_from < at:
        raise RuleError(_("A rule cannot be valid before it is published."))
    if newest and valid_from < newest.valid_from:
        raise RuleError(_("A rule cannot begin before the version that it replaces."))
    ends_at = end_of_day(ends_earlier_on) if ends_earlier_on else None
    if ends_at and ends_at < valid_from:
        raise RuleError(_("A transition cannot end before the rule begins."))
    if ends_at and not reason.strip():
        raise RuleError(_("Give the reason for ending earlier evidence before its time."))
    if newest and not ends_at and (parse(newest.tree), newest.validity_months) == (node, validity_months):
        raise RuleError(_("The rule says this already. Change something, or leave it as it is."))
    return EvidenceRule(
        competency=competency,
        level=level,
        tree=tree,
        validity_months=validity_months,
        version=newest.version + 1 if newest else 1,
        recorded_at=at,
        valid_from=valid_from,
        ends_earlier_at=ends_at,
        reason=reason,
    )


@transaction.atomic
def require(
    profession: str,
    competency: Competency,
    level: int,
    at: datetime,
    *,
    setting: str = EVERYWHERE,
    node: Organisation | None = None,
    valid_from: date | None = None,
    withdrawn: bool = False,
) -> ProfileRequirement:
    """Append a requirement: what `requirement_draft` describes, with its errors."""
    row = requirement_draft(
        profession, competency, level, at, setting=setting, node=node, valid_from=valid_from, withdrawn=withdrawn
    )
    row.save()
    mark_working_as([profession], at, below=node.path if node else "")
    return row


def requirement_draft(
    profession: str,
    competency: Competency,
    level: int,
    at: datetime,
    *,
    setting: str = EVERYWHERE,
    node: Organisation | None = None,
    valid_from: date | None = None,
    withdrawn: bool = False,
) -> ProfileRequirement:
    """Return a requirement, checked and not saved: asked of a profession in a setting, at `node` and below.

    `node` None: by the framework itself. A node adds or raises: the highest of all that ask applies, so none can
    weaken what is asked above it. Raises RuleError.
    """
    row = book().profession(profession)
    if row is None:
        raise RuleError(_("There is no profession with the code %(code)s.") % {"code": profession})
    if not 1 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if setting != EVERYWHERE and not Setting.objects.filter(code=setting).exists():
        raise RuleError(_("There is no setting with the code %(code)s.") % {"code": setting})
    return ProfileRequirement(
        profession=row,
        competency=competency,
        level=level,
        setting=setting,
        node=node,
        valid_from=valid_from or today(at),
        recorded_at=at,
        withdrawn=withdrawn,
    )


def _check_rule(level: int, tree: dict[str, Any], validity_months: int | None) -> Node:
    if not 1 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if validity_months is not None and validity_months < 1:
        raise RuleError(_("A level must hold for at least one month, or without end."))
    try:
        node = parse(tree, "rule")
    except TreeError as error:
        raise RuleError(_("The rule cannot be read: %(problem)s") % {"problem": str(error)}) from error
    known = frozenset(row.code for row in book().professions if row.licensed)
    for leaf in leaves(node):
        if nobody := leaf.by - known - ROLES.keys():
            raise RuleError(_("Nobody can hold the role %(code)s, so nobody could say it.") % {"code": min(nobody)})
        if unknown := leaf.licences - known:
            raise RuleError(_("%(code)s is not a licence that the framework knows.") % {"code": min(unknown)})
    return node


def _check_can_be_met(code: str, level: int, node: Node, at: datetime) -> None:
    """Raise where nobody could ever satisfy a rule: nothing teaches the level, or nobody's findings are accepted."""
    inputs = book().inputs
    taught = any(claim.level >= level for claim in Law(inputs, NOBODY, {}, "").claims_at(at).get(code, ()))
    accepted = highest_accepted(inputs.acceptances, code, at)
    missing = never_met_because(node, is_taught=taught, is_accepted=accepted >= level)
    if EQUIVALENT in missing:
        raise RuleError(_("Nobody could meet this: what is shown with another employer is accepted nowhere yet."))
    if missing:
        raise RuleError(
            _(
                "Nobody could meet this: nothing on offer teaches level %(level)s. "
                "Publish a course that does, or add another alternative."
            )
            % {"level": level}
        )


@dataclass
class _Writer:
    """Writes one checked file, and counts what it added and changed by the name of the thing."""

    content: Json
    at: datetime
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    @property
    def changed_law(self) -> bool:
        """True when what was shown, or what is asked of people, may be another than before."""
        return any(self.added[name] or self.changed[name] for name in ("rules", "requirements"))

    def write(self, digest: str, owner: Organisation | None) -> None:
        framework = self._framework(digest, owner)
        for row in self.content["level_scale"]:
            self._put(Level, "levels", {"framework": framework, "level": row["level"]}, _level(row))
        for place, row in enumerate(self.content["settings"]):
            if row["code"] != EVERYWHERE:
                self._put(Setting, "settings", {"code": row["code"]}, _titles(row) | {"position": place})
        for place, row in enumerate(self.content["areas"]):
            self._put(Area, "areas", {"code": row["code"]}, _area(row, framework, place))
        areas = {area.code: area for area in Area.objects.filter(framework=framework)}
        for place, row in enumerate(self.content["competencies"]):
            values = _competency(row, areas[row["area"]], place)
            self._put(Competency, "competencies", {"code": row["code"]}, values)
        for place, row in enumerate(self.content["professions"]):
            self._put(Profession, "professions", {"code": row["code"]}, _profession(row, place))
        self._retire(framework)
        competencies = {row.code: row for row in Competency.objects.filter(area__framework=framework)}
        self._rules(competencies)
        self._risks(competencies)
        self._requirements(competencies)
        self._successions(competencies)
        keep_version(framework, self.content, self.at)

    def _framework(self, digest: str, owner: Organisation | None) -> Framework:
        before = Framework.objects.filter(code=self.content["code"]).first()
        values = {
            "title_sv": self.content["title_sv"],
            "title_en": self.content["title_en"],
            "version": self.content["version"],
            "notes": {key: value for key, value in self.content.items() if isinstance(value, str)},
            "focus_areas": self.content["focus_areas"],
            "need_areas": self.content["need_areas"],
            "evidence_roles": self.content["evidence_roles"],
            "digest": digest,
            "imported_at": self.at,
        }
        if owner or before is None:
            values["owner"] = owner
        (self.changed if before else self.added)["framework"] += 1
        return Framework.objects.update_or_create(code=self.content["code"], defaults=values)[0]

    def _put(self, model: type[Model], name: str, key: Json, values: Json) -> None:
        """Write a descriptive row, if it is new or says something else."""
        row = model._default_manager.filter(**key).first()
        if row is None:
            model._default_manager.create(**key, **values, **self._lasting_uuid(model, key))
            self.added[name] += 1
        elif any(getattr(row, field) != value for field, value in values.items()):
            for attribute, value in values.items():
                setattr(row, attribute, value)
            row.save()
            self.changed[name] += 1

    def _lasting_uuid(self, model: type[Model], key: Json) -> Json:
        """What statements refer to has the same UUID in every installation that uses the framework."""
        if model not in (Competency, Profession):
            return {}
        return {"uuid": uuid5(NAMESPACE, f"{self.content['code']}/{model._meta.model_name}/{key['code']}")}

    def _retire(self, framework: Framework) -> None:
        """Retire what the file no longer names. It is never deleted: evidence and history refer to it."""
        kept = {row["code"] for row in self.content["competencies"]}
        for row in Competency.objects.filter(area__framework=framework, retired_at=None).exclude(code__in=kept):
            row.retired_at = self.at
            row.save()
            self.changed["competencies"] += 1
        kept = {row["code"] for row in self.content["professions"]}
        for profession in Profession.objects.filter(retired_at=None).exclude(code__in=kept):
            profession.retired_at = self.at
            profession.save()
            self.changed["professions"] += 1

    def _rules(self, competencies: dict[str, Competency]) -> None:
        newest = {(row.competency_id, row.level): row for row in EvidenceRule.objects.order_by("version")}
        rows = []
        for entry in self.content["competencies"]:
            competency = competencies[entry["code"]]
            said = {rule["level"]: framework_file.tree_of(rule) for rule in entry["evidence"]}
            own = {rule["level"]: rule["validity_months"] for rule in entry["evidence"] if "validity_months" in rule}
            gone = {level for pk, level in newest if pk == competency.pk and newest[pk, level].tree} - said.keys()
            for level, tree in sorted(said.items()) + [(level, {}) for level in sorted(gone)]:
                before = newest.get((competency.pk, level))
                months = own.get(level, entry["validity_months"])
                if before and (before.tree, before.validity_months) == (tree, months):
                    continue
                rows.append(self._rule(competency, level, tree, months, before))
        EvidenceRule.objects.bulk_create(rows)

    def _rule(
        self, competency: Competency, level: int, tree: Json, months: int | None, before: EvidenceRule | None
    ) -> EvidenceRule:
        (self.changed if before else self.added)["rules"] += 1
        return EvidenceRule(
            competency=competency,
            level=level,
            tree=tree,
            validity_months=months,
            version=before.version + 1 if before else 1,
            recorded_at=self.at,
            valid_from=max(self.at, before.valid_from) if before else self.at,
        )

    def _risks(self, competencies: dict[str, Competency]) -> None:
        newest = {row.competency_id: row.risk for row in CompetencyRisk.objects.all()}
        rows = []
        for entry in self.content["competencies"]:
            pk, risk = competencies[entry["code"]].pk, entry["risk"]
            if newest.get(pk) != risk:
                (self.changed if pk in newest else self.added)["risks"] += 1
                rows.append(CompetencyRisk(competency_id=pk, risk=risk, valid_from=today(self.at), recorded_at=self.at))
        CompetencyRisk.objects.bulk_create(rows)

    def _requirements(self, competencies: dict[str, Competency]) -> None:
        """Append what is new or at another level, and withdraw what the file no longer asks for."""
        professions = {row.code: row for row in Profession.objects.all()}
        before = {
            (row.profession.code, row.competency.code, row.setting): row
            for row in ProfileRequirement.objects.filter(node=None).select_related("profession", "competency")
        }
        said: dict[Key, int] = {
            (profession["code"], row["competency"], row["setting"]): row["required_level"]
            for profession in self.content["professions"]
            for row in profession["profile"]
        }
        rows = []
        gone = [key for key, row in before.items() if key not in said and not row.withdrawn]
        for key in [*said, *gone]:
            known = before.get(key)
            if known and not known.withdrawn and known.level == said.get(key):
                continue
            (self.changed if known else self.added)["requirements"] += 1
            rows.append(
                ProfileRequirement(
                    profession=professions[key[0]],
                    competency=known.competency if known else competencies[key[1]],
                    setting=key[2],
                    level=said.get(key) or (known.level if known else 0),
                    valid_from=today(self.at),
                    recorded_at=self.at,
                    withdrawn=key not in said,
                )
            )
        ProfileRequirement.objects.bulk_create(rows)

    def _successions(self, competencies: dict[str, Competency]) -> None:
        """State what took over from what. What was never here has left nothing that could count."""
        rows = [row for row in self.content.get("successions", []) if {row["old"], row["new"]} <= competencies.keys()]
        for name, count in write_successions(rows, competencies, self.at).items():
            (self.added if name == "added" else self.changed)["equivalences"] += count
        for competency in competencies.values():
            if competency.retired_at is not None:
                move_requirements(competency, self.at)


def _titles(row: Json) -> Json:
    return {"title_sv": row["title_sv"], "title_en": row.get("title_en") or ""}


def _level(row: Json) -> Json:
    return {"name_sv": row["name_sv"], "name_en": row["name_en"], "descriptor_sv": row["descriptor_sv"]}


def _area(row: Json, framework: Framework, place: int) -> Json:
    return _titles(row) | {
        "framework": framework,
        "description_sv": row["description_sv"],
        "focus_areas": row["focus_areas"],
        "position": place,
    }


def _competency(row: Json, area: Area, place: int) -> Json:
    return _titles(row) | {
        "area": area,
        "description_sv": row["description_sv"],
        "kind": row["kind"],
        "may_require_delegation": row["may_require_delegation"],
        "delegation_note_sv": row["delegation_note_sv"],
        "authorisation": row["authorisation"],
        "focus_areas": row["focus_areas"],
        "need_areas": row["need_areas"],
        "position": place,
        "retired_at": None,
    }


def _profession(row: Json, place: int) -> Json:
    return _titles(row) | {
        "licensed": row["licensed"],
        "regulation_note": row["regulation_note"],
        "isco08_group": row["isco08_group"],
        "esco": row["esco"],
        "position": place,
        "retired_at": None,
    }
