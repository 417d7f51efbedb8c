"""Small makers for tests with a database: a framework of four competencies, courses, statements, colleagues."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4, uuid5

from competency.api import OfferSpec, Teaches, register_offer, verify_qualification
from people.api import Employment, Organisation, Person, activity_iri, actor_of, hire
from tests.people import factories as make
from xapi.api import Credential, record, vocabulary

LONG_AGO = datetime(2020, 1, 1, 8, tzinfo=UTC)
BEGAN = datetime(2025, 1, 1, 8, tzinfo=UTC)
NOW = datetime(2025, 11, 20, 9, tzinfo=UTC)
TODAY = date(2025, 11, 20)
SPACE = UUID("6f1b7a52-0000-5000-8000-000000000000")

COURSE = {"all_of": [{"type": "course"}]}
QUIZ = {"all_of": [{"type": "course"}, {"type": "quiz"}]}
TOP = {
    "any_of": [
        {"type": "certificate", "note": "den som godkänner anger nivå"},
        {"type": "observation", "by": ["mas", "mar"]},
    ]
}


def evidence(third: dict[str, Any]) -> list[dict[str, Any]]:
    trees = (COURSE, QUIZ, third, TOP)
    return [{"level": level, **deepcopy(tree)} for level, tree in enumerate(trees, start=1)]


OBSERVED = {"any_of": [{"type": "observation", "by": ["sjukskoterska"], "in_person": True}]}
CONFIRMED = {"any_of": [{"type": "confirmation", "by": ["enhetschef"]}]}
LICENSED = {
    "any_of": [
        {"type": "observation", "by": ["sjukskoterska"]},
        {"type": "formal_qualification", "licence": ["sjukskoterska", "specialistsjukskoterska"]},
    ]
}


def competency(code: str, third: dict[str, Any], months: int | None, risk: int) -> dict[str, Any]:
    return {
        "code": code,
        "area": code[:3],
        "title_sv": f"Kompetens {code}",
        "title_en": f"Competency {code}",
        "description_sv": "Kan det.",
        "kind": "skill",
        "validity_months": months,
        "may_require_delegation": False,
        "focus_areas": [],
        "need_areas": [],
        "evidence": evidence(third),
        "risk": risk,
    }


def profession(code: str, profile: dict[str, int], licensed: bool = False) -> dict[str, Any]:
    """`profile`: level by competency, or by “competency@setting”."""
    rows = [
        {"competency": key.partition("@")[0], "required_level": level, "setting": key.partition("@")[2] or "all"}
        for key, level in profile.items()
    ]
    return {"code": code, "title_sv": code.title(), "title_en": code.upper(), "licensed": licensed, "profile": rows}


def framework(**changes: Any) -> dict[str, Any]:
    """HYG-01 (observed, a year), HYG-02 (confirmed), MED-01 (licence, without end), MED-02 (observed, two years)."""
    return {
        "version": "2025-01-01",
        "language": "sv",
        "level_scale": [{"level": n, "name_sv": f"Nivå {n}", "name_en": f"Level {n}"} for n in range(5)],
        "focus_areas": [{"code": "egenvard", "title_sv": "Egenvård"}],
        "need_areas": [],
        "settings": [
            {"code": "hemtjänst", "title_sv": "Hemtjänst"},
            {"code": "säbo", "title_sv": "Särskilt boende"},
            {"code": "all", "title_sv": "Alla"},
        ],
        "evidence_roles": [{"code": code} for code in ("enhetschef", "sjukskoterska", "mas", "mar")],
        "areas": [{"code": "HYG", "title_sv": "Hygien"}, {"code": "MED", "title_sv": "Läkemedel"}],
        "competencies": [
            competency("HYG-01", OBSERVED, 12, 2),
            competency("HYG-02", CONFIRMED, 12, 1),
            competency("MED-01", LICENSED, None, 3),
            competency("MED-02", OBSERVED, 24, 3),
        ],
        "professions": [
            profession("underskoterska", {"HYG-01": 2, "HYG-02": 2, "MED-02": 2, "MED-02@säbo": 3}),
            profession("vardbitrade", {"HYG-01": 1}),
            profession("sjukskoterska", {"HYG-01": 3, "MED-01": 3}, licensed=True),
            profession("specialistsjukskoterska", {"HYG-01": 3, "MED-01": 3}, licensed=True),
            profession("enhetschef", {"HYG-02": 1}),
        ],
    } | changes


def superseded(*newer: str, levels: dict[str, int] | None = None, **changes: Any) -> dict[str, Any]:
    """The framework in which HYG-01 is retired and `newer` (default: HYG-10) take over from it, and are asked for."""
    newer = newer or ("HYG-10",)
    content = framework(version="2025-04-11")
    content["competencies"] = [
        *(competency(code, OBSERVED, 12, 2) for code in newer),
        *content["competencies"][1:],
    ]
    for each in content["professions"]:
        rows = [row for row in each["profile"] if row["competency"] == "HYG-01"]
        asked = [row | {"competency": code} for row in rows for code in newer]
        each["profile"] = [*asked, *(row for row in each["profile"] if row not in rows)]
    said = {"old": "HYG-01", "levels": levels or {"1": 1, "2": 2, "3": 3, "4": 4}, "reason": "Kursen är omgjord."}
    return content | {"successions": [said | {"new": code} for code in newer]} | changes


def course_iri(slug: str) -> str:
    return activity_iri("course", uuid5(SPACE, slug))


def questions_iri(slug: str) -> str:
    return activity_iri("questions", uuid5(SPACE, slug))


def spec(slug: str = "hygien", revision: str = "1.0", **changes: Any) -> OfferSpec:
    teaches = changes.pop("teaches", {"HYG-01": 2})
    values: dict[str, Any] = {
        "activity_iri": course_iri(slug),
        "questions_iri": questions_iri(slug),
        "title": slug.title(),
        "path": f"/kurser/{slug}/",
        "minutes": 7,
        "revision": revision,
        "teaches": tuple(Teaches(code, level) for code, level in teaches.items()),
    }
    return OfferSpec(**(values | changes))


def offer(slug: str = "hygien", *, at: datetime = BEGAN, **changes: Any) -> OfferSpec:
    made = spec(slug, **changes)
    register_offer(made, at)
    return made


def says(
    who: Person,
    organisation: Organisation | None,
    verb: str,
    activity: str,
    at: datetime,
    *,
    registration: UUID | None = None,
    revision: str = "1.0",
    stored: datetime | None = None,
    source: Credential | None = None,
    **more: Any,
) -> UUID:
    """Record one statement of the player's kind, or of another system (`source`), and return its id."""
    body: dict[str, Any] = {
        "id": str(uuid4()),
        "actor": actor_of(who),
        "verb": vocabulary.verb(verb),
        "object": {"objectType": "Activity", "id": activity},
        "context": {"revision": revision} | ({"registration": str(registration)} if registration else {}),
        "timestamp": at.isoformat(),
    }
    return record([body | more], organisation=organisation, source=source, at=stored or at)[0].statement_id


def takes(
    who: Person, organisation: Organisation, slug: str, at: datetime, *, passes: bool = True, **more: Any
) -> UUID:
    """Take a course in one go, and return its registration."""
    registration = uuid4()
    says(who, organisation, vocabulary.INITIALIZED, course_iri(slug), at, registration=registration, **more)
    says(who, organisation, vocabulary.COMPLETED, course_iri(slug), at, registration=registration, **more)
    if passes:
        says(who, organisation, vocabulary.PASSED, questions_iri(slug), at, registration=registration, **more)
    return registration


@dataclass(frozen=True)
class Town:
    """Two municipalities of a region, a provider that works for the first, and the people of its home care."""

    region: Organisation
    granvik: Organisation
    lyngfors: Organisation
    omsorg: Organisation
    norr: Organisation
    solrosen: Organisation
    ekbacken: Organisation
    omsorg_granvik: Organisation
    usk: Person
    chef: Person
    ssk: Person
    mas: Person

    @property
    def employment(self) -> Employment:
        return self.usk.employments.get()


_numbers = count(500000)


def works_at(
    unit: Organisation, who: Person | str, profession: str, *, at: datetime = LONG_AGO, **terms: Any
) -> Person:
    """Employ somebody since long ago, known since then, and return her."""
    someone = make.person(who) if isinstance(who, str) else who
    hire(someone, str(next(_numbers)), at=at, unit=unit, starts_on=at.date(), profession=profession, **terms)
    return someone


def town() -> Town:
    region = make.region()
    granvik, lyngfors = make.municipality("granvik", region), make.municipality("lyngfors", region)
    omsorg = make.private_provider("omsorg", region)
    norr, solrosen = make.unit("norr", granvik, "hemtjänst"), make.unit("solrosen", granvik, "säbo")
    ekbacken, omsorg_granvik = make.unit("ekbacken", lyngfors), make.unit("omsorg-granvik", omsorg, "hemtjänst")
    make.answers_for(granvik, omsorg_granvik)
    usk = works_at(norr, "Ulla", "underskoterska")
    chef = works_at(norr, "Clara", "enhetschef")
    ssk = works_at(solrosen, "Sara", "sjukskoterska")
    mas = works_at(solrosen, "Maja", "sjukskoterska")
    make.holds("manager", norr, chef)
    make.holds("chief_nurse", granvik, mas)
    return Town(region, granvik, lyngfors, omsorg, norr, solrosen, ekbacken, omsorg_granvik, usk, chef, ssk, mas)


def licensed(who: Person, organisation: Organisation, code: str = "sjukskoterska", at: datetime = BEGAN) -> None:
    verify_qualification(None, who, code, at, organisation=organisation)


def days(number: float, since: datetime = BEGAN) -> datetime:
    return since + timedelta(days=number)
