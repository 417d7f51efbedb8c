"""What is read out of what is published: which texts can be found, under which names, and where each of them opens.

Answers to questions are left out, and so is what only its maker sees. A glossary entry is found where a module shows
it, so that it opens among the words that it explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from competency.api import (
    OccasionText,
    Profile,
    ProfileLine,
    competencies,
    levels,
    occasion_texts,
    professions,
    profile_of,
)
from courses.api import PublishedCourse, PublishedModule, Section, glossary_texts, published_courses
from search.shapes import Kind, Passage, Sheet, Source, SourceKind

CONTENT_LANGUAGE = "sv"
KINDS = {"case": Kind.CASE, "video": Kind.TRANSCRIPT, "audio": Kind.TRANSCRIPT, "term": Kind.TERM}
LONGEST_HEADING = 400

Glossary = Mapping[int, tuple[str, str]]


def course_sources(keys: Iterable[UUID]) -> Iterator[Source]:
    """Return those of the courses that are published, each with its modules and their paragraphs."""
    glossary = glossary_texts()
    return (course_source(course, glossary) for course in published_courses(keys))


def course_source(course: PublishedCourse, glossary: Glossary) -> Source:
    itself = Sheet(str(course.key), course.title, "", course.minutes, tuple(_about(course)))
    return Source(
        kind=SourceKind.COURSE,
        key=str(course.key),
        title=course.title,
        path=f"/kurser/{course.slug}/",
        sheets=(itself, *(_module_sheet(module, glossary) for module in course.modules)),
        focus_area=course.focus_area,
        professions=course.target_professions,
        teaches=course.teaches,
        owner=course.owner,
    )


def _about(course: PublishedCourse) -> Iterator[Passage]:
    """What the course says of itself, which competencies it teaches, and what it builds on: Senior alert, a law."""
    titles = {row.code: row.title_sv for row in competencies(retired=True)}
    taught = _lines(*(titles[code] for code in course.teaches if code in titles))
    for text in (_lines(course.summary, course.lead, *course.takeaways), taught, _lines(*course.sources)):
        if text:
            yield Passage(Kind.COURSE, "", text)


def _module_sheet(module: PublishedModule, glossary: Glossary) -> Sheet:
    found = [passage for section in module.sections if (passage := _passage(section, glossary))]
    return Sheet(
        key=str(module.key),
        title=module.title,
        path=f"{module.slug}/",
        minutes=module.minutes,
        passages=(_contents(found), *found),
        is_part=True,
    )


def _contents(passages: Iterable[Passage]) -> Passage:
    """The module as a whole, told by what its paragraphs are called."""
    headings = dict.fromkeys(passage.heading for passage in passages if passage.heading)
    return Passage(Kind.MODULE, "", " · ".join(headings))


def _passage(section: Section, glossary: Glossary) -> Passage | None:
    """Return the paragraph; None for a glossary entry that is no more."""
    if section.term is None:
        kind = KINDS.get(section.kind, Kind.SECTION)
        return Passage(kind, section.heading[:LONGEST_HEADING], section.text, section.anchor)
    if section.term not in glossary:
        return None
    word, explanation = glossary[section.term]
    return Passage(Kind.TERM, word, explanation, section.anchor, section.term)


def role_sources(on: date) -> Iterator[Source]:
    """Return the page of each profession as it is on a day, a paragraph for each area of competence."""
    names = {level.level: level.name_sv for level in levels()}
    return (_role_source(profile_of(row.code, on), names) for row in professions())


def _role_source(profile: Profile, names: Mapping[int, str]) -> Source:
    row = profile.profession
    by_area: dict[str, list[ProfileLine]] = {}
    for line in profile.lines:
        by_area.setdefault(line.competency.area.code, []).append(line)
    sections = (_area_passage(code, lines, names) for code, lines in by_area.items())
    about = Passage(Kind.ROLE, "", row.regulation_note)
    sheet = Sheet(row.code, row.title_sv, "", None, (about, *sections))
    return Source(SourceKind.ROLE, row.code, row.title_sv, f"/roller/{row.code}/", (sheet,), professions=(row.code,))


def _area_passage(code: str, lines: Iterable[ProfileLine], names: Mapping[int, str]) -> Passage:
    expected = list(lines)
    text = _lines(*(_expected(line, names) for line in expected))
    return Passage(Kind.ROLE, expected[0].competency.area.title_sv, text, f"area-{code}")


def _expected(line: ProfileLine, names: Mapping[int, str]) -> str:
    level = max([line.level, *(level for _setting, level in line.in_settings)])
    return f"{line.competency.title_sv}: {level} {names.get(level, '')}".strip()


def event_sources(at: datetime, uuids: Iterable[UUID] | None = None) -> Iterator[Source]:
    """Return those of the occasions that lie ahead and are not called off; all of them, if none are named."""
    return (_event_source(occasion) for occasion in occasion_texts(at, uuids))


def _event_source(occasion: OccasionText) -> Source:
    practised = " · ".join(title for title, _level in occasion.practised.values())
    with translation.override(CONTENT_LANGUAGE):
        when = date_format(localtime(occasion.starts_at), "j F Y H:i")
        title = gettext("Practise: %(what)s") % {"what": practised}
    text = _lines(when, f"{occasion.unit}, {occasion.place}", occasion.note)
    key, title = str(occasion.uuid), title[:255]
    sheet = Sheet(key, title, "", occasion.minutes, (Passage(Kind.EVENT, "", text),))
    teaches = {code: level for code, (_title, level) in occasion.practised.items()}
    return Source(SourceKind.EVENT, key, title, occasion.path, (sheet,), teaches=teaches)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
