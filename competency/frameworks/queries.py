"""A framework read back as its file would say it, its versions, and what still speaks of what is retired."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from people.api import NotFound, today

from ..coverage.models import CoverageNeed
from ..delegation.models import DelegableTask
from ..models import (
    Area,
    Claim,
    Competency,
    CompetencyRisk,
    EvidenceRule,
    Framework,
    Level,
    Offer,
    Profession,
    ProfileRequirement,
    Setting,
)
from ..shapes import Reference
from .models import FrameworkVersion
from .services import newest_successions

Json = dict[str, Any]
TITLES = ("title_sv", "title_en")


def content_of(framework: Framework) -> Json:
    """Return the framework as it stands, as `framework_file.read` gives it: read back, it changes nothing."""
    living = [row for row in Competency.objects.filter(area__framework=framework) if row.retired_at is None]
    content = framework.notes | {
        "version": framework.version,
        "code": framework.code,
        **_fields(framework, TITLES),
        "level_scale": [
            _fields(row, ("level", "name_sv", "name_en", "descriptor_sv"))
            for row in Level.objects.filter(framework=framework)
        ],
        "focus_areas": framework.focus_areas,
        "need_areas": framework.need_areas,
        "settings": [_fields(row, ("code", *TITLES)) for row in Setting.objects.all()],
        "evidence_roles": framework.evidence_roles,
        "areas": [_area(row) for row in _areas_in_use(framework, living)],
        "competencies": list(_competencies(living)),
        "professions": list(_professions()),
    }
    successions = [row for row in succession_rows() if row["new"] in _codes_of(framework)]
    return content | ({"successions": successions} if successions else {})


def succession_rows() -> list[Json]:
    """Return the equivalences in force or decided, as a file has them."""
    rows = [
        {
            "old": row.old.code,
            "new": row.new.code,
            "levels": row.levels,
            "from": today(row.valid_from).isoformat(),
            "reason": row.reason,
        }
        for row in newest_successions()
    ]
    return sorted(rows, key=lambda row: (row["old"], row["new"]))


def present_framework() -> Framework | None:
    """Return the framework of the installation, if one has been imported."""
    return Framework.objects.select_related("owner").first()


def framework_version(framework: Framework, number: int) -> FrameworkVersion:
    """Return one version with its content. Raises NotFound."""
    found = FrameworkVersion.objects.filter(framework=framework, number=number).first()
    if found is None:
        raise NotFound
    return found


def framework_versions(framework: Framework) -> list[FrameworkVersion]:
    """Return every version, the newest first, without their content."""
    return list(FrameworkVersion.objects.filter(framework=framework).defer("content").order_by("-number"))


def references_to(competencies: Iterable[Competency]) -> list[Reference]:
    """Return what still speaks of these competencies: what is asked locally, courses, tasks and needs of units."""
    wanted = {row.pk: row for row in competencies}
    found = [
        *_requirements(wanted),
        *(Reference(wanted[pk].code, "course", title) for pk, title in _courses(wanted)),
        *(
            Reference(wanted[row.competency_id].code, "task", row.title_sv)
            for row in DelegableTask.objects.filter(competency__in=wanted, retired_at=None)
            if row.competency_id
        ),
        *_needs(wanted),
    ]
    return sorted(set(found), key=lambda each: (each.competency, each.kind, each.what))


def references_to_retired() -> list[Reference]:
    return references_to(Competency.objects.filter(retired_at__isnull=False))


def _requirements(wanted: dict[int, Competency]) -> Iterator[Reference]:
    rows = ProfileRequirement.objects.filter(competency__in=wanted, node__isnull=False)
    newest = {
        (row.competency_id, row.profession_id, row.setting, row.node_id): row
        for row in rows.select_related("profession", "node")
    }
    for row in newest.values():
        if not row.withdrawn and row.node:
            what = f"{row.node.name}: {row.profession.title_sv}, {row.level}"
            yield Reference(wanted[row.competency_id].code, "requirement", what)


def _courses(wanted: dict[int, Competency]) -> Iterator[tuple[int, str]]:
    """Yield (competency, title) of what is on offer and has claimed to teach it last."""
    titles = dict(Offer.objects.filter(retired_at=None).values_list("activity_iri", "title"))
    claims = Claim.objects.filter(competency__in=wanted, activity_iri__in=titles)
    newest = {(row.competency_id, row.activity_iri): row for row in claims}
    for (pk, activity), row in newest.items():
        if not row.withdrawn:
            yield pk, titles[activity]


def _needs(wanted: dict[int, Competency]) -> Iterator[Reference]:
    rows = CoverageNeed.objects.filter(competency__in=wanted).select_related("unit")
    newest = {(row.competency_id, row.unit_id, row.level, row.part): row for row in rows}
    for row in newest.values():
        if row.at_least:
            yield Reference(wanted[row.competency_id].code, "need", row.unit.name)


def _codes_of(framework: Framework) -> set[str]:
    return set(Competency.objects.filter(area__framework=framework).values_list("code", flat=True))


def _fields(row: Any, names: Iterable[str]) -> Json:
    return {name: getattr(row, name) for name in names}


def _areas_in_use(framework: Framework, living: list[Competency]) -> list[Area]:
    """An area that no living competency is in is out of use, as much as if the file no longer named it."""
    used = {row.area_id for row in living}
    return [row for row in Area.objects.filter(framework=framework) if row.pk in used]


def _area(row: Area) -> Json:
    return _fields(row, ("code", *TITLES, "description_sv", "focus_areas"))


def _competencies(living: list[Competency]) -> Iterator[Json]:
    areas = dict(Area.objects.values_list("pk", "code"))
    risks = {row.competency_id: row.risk for row in CompetencyRisk.objects.all()}
    rules: dict[int, dict[int, EvidenceRule]] = defaultdict(dict)
    for rule in EvidenceRule.objects.order_by("level", "version"):
        rules[rule.competency_id][rule.level] = rule
    names = ("code", *TITLES, "description_sv", "kind", "may_require_delegation", "delegation_note_sv")
    lists = ("authorisation", "focus_areas", "need_areas")
    for row in living:
        open_rules = [rule for rule in rules[row.pk].values() if rule.tree]
        months = _usual([rule.validity_months for rule in open_rules])
        yield {
            **_fields(row, (*names, *lists)),
            "area": areas[row.area_id],
            "validity_months": months,
            "risk": risks.get(row.pk, 1),
            "evidence": [_evidence(rule, months) for rule in open_rules],
        }


def _usual(months: list[int | None]) -> int | None:
    return Counter(months).most_common(1)[0][0] if months else None


def _evidence(rule: EvidenceRule, usual: int | None) -> Json:
    """What shows a level; how long it holds only where that differs from the competency's other levels."""
    own = {} if rule.validity_months == usual else {"validity_months": rule.validity_months}
    return {**rule.tree, "level": rule.level, **own}


def _professions() -> Iterator[Json]:
    rows = ProfileRequirement.objects.filter(node=None).select_related("competency")
    newest = {(row.profession_id, row.competency_id, row.setting): row for row in rows}
    profiles: dict[int, list[Json]] = defaultdict(list)
    for row in sorted(newest.values(), key=lambda row: (row.competency.position, row.setting)):
        if not row.withdrawn and row.competency.retired_at is None:
            asked = {"competency": row.competency.code, "required_level": row.level, "setting": row.setting}
            profiles[row.profession_id].append(asked)
    names = ("code", *TITLES, "licensed", "regulation_note", "isco08_group", "esco")
    for profession in Profession.objects.filter(retired_at=None):
        yield {**_fields(profession, names), "profile": profiles[profession.pk]}
