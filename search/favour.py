"""What suits the one who seeks: her profession, her kind of workplace, her employer's own courses, what she lacks.

It only moves what was found a little, and says why in words; it never hides or adds anything. A visitor is favoured
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from competency.api import (
    Competency,
    Profession,
    Setting,
    computed_at,
    gaps_of,
    law_stamp,
    professions,
    settings,
    settings_that_ask,
)
from people.api import EmploymentTerms, Kept, Person, employments_of, today

PROFESSION, SETTING, OWNER, GAP = 1.05, 1.02, 1.12, 1.08


@dataclass(frozen=True)
class Meta:
    """What is known of a source apart from its words."""

    professions: tuple[str, ...] = ()
    teaches: Mapping[str, int] = field(default_factory=dict)
    owner: UUID | None = None


@dataclass(frozen=True)
class Lack:
    competency: Competency
    held: int
    asked: int


@dataclass(frozen=True)
class Suits:
    """What one searcher is and lacks. `asked_there`: in which settings a competency is asked, where not in all."""

    professions: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    owners: frozenset[UUID] = frozenset()
    lacks: Mapping[str, Lack] = field(default_factory=dict)
    asked_there: Mapping[str, frozenset[str]] = field(default_factory=dict)
    named: tuple[Profession | Setting, ...] = ()
    """Her professions and settings themselves, for their titles in the reader's language."""

    def favour(self, meta: Meta) -> float:
        """Return by how much the score of a source grows."""
        factor = GAP if self._gap(meta) else 1.0
        factor *= PROFESSION if self.professions.intersection(meta.professions) else 1.0
        factor *= OWNER if meta.owner in self.owners else 1.0
        return factor * (SETTING if self._settings(meta) else 1.0)

    def reasons(self, meta: Meta) -> tuple[str, ...]:
        """Return why it suits her, in words, the most telling first."""
        found = []
        if gap := self._gap(meta):
            lack, level = gap
            found.append(_("You lack level %(level)s in %(title)s") % {"level": level, "title": lack.competency.title})
        found += [_("For you as %(profession)s") % {"profession": title} for title in self._titles(meta.professions)]
        if meta.owner in self.owners:
            found.append(_("Made where you work"))
        there = self._settings(meta)
        return (*found, *(_("Asked for in %(setting)s") % {"setting": title} for title in self._titles(there)))

    def _titles(self, codes: Iterable[str]) -> list[str]:
        wanted = set(codes)
        return [row.title.lower() for row in self.named if row.code in wanted]

    def _gap(self, meta: Meta) -> tuple[Lack, int] | None:
        """Return what the source teaches of what she lacks, and to which level, the widest gap first."""
        found = [(self.lacks[code], level) for code, level in meta.teaches.items() if code in self.lacks]
        helps = [(lack, min(lack.asked, level)) for lack, level in found if lack.held < level]
        return max(helps, key=lambda each: (each[1] - each[0].held, each[0].competency.code), default=None)

    def _settings(self, meta: Meta) -> frozenset[str]:
        """Return those of her settings in which something that it teaches is asked for, and not everywhere."""
        there = (self.asked_there.get(code, frozenset()) for code in meta.teaches)
        return frozenset().union(*there) & self.settings


NOBODY = Suits()
_kept: Kept[Suits] = Kept(size=2000)


def suits(person: Person | None, at: datetime) -> Suits:
    """Return what suits her, worked out when anything about her or the framework has changed."""
    if person is None:
        return NOBODY
    terms = employments_of(person, today(at))
    key = (person.pk, today(at), tuple(row.pk for row in terms), computed_at(person), law_stamp())
    return _kept.get(key, lambda: _suits(person, terms, at))


def _suits(person: Person, terms: list[EmploymentTerms], at: datetime) -> Suits:
    day, all_settings = today(at), settings()
    held = frozenset(row.profession for row in terms if row.profession)
    there = frozenset(row.unit.setting for row in terms if row.unit.setting)
    asking = settings_that_ask(day).items()
    lacks = (Lack(gap.competency, gap.held, gap.asked) for gap in gaps_of(person, day) if gap.held < gap.asked)
    return Suits(
        professions=held,
        settings=there,
        owners=frozenset(row.employment.organisation.uuid for row in terms),
        lacks={lack.competency.code: lack for lack in lacks},
        asked_there={code: found for code, found in asking if len(found) < len(all_settings)},
        named=(
            *(row for row in professions() if row.code in held),
            *(row for row in all_settings if row.code in there),
        ),
    )
