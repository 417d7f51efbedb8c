"""What suits the one who seeks: her profession, her kind of workplace, her employer's own courses, what she lacks.

It only moves what was found a little, and says why in words; it never hides or adds anything. A visitor is favoured
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from competency.api import competencies, computed_at, gaps_of, law_stamp, professions, settings, settings_that_ask
from people.api import EmploymentTerms, Kept, Person, employments_of, today

PROFESSION, SETTING, OWNER, GAP = 1.05, 1.02, 1.12, 1.08


@dataclass(frozen=True)
class Meta:
    """What is known of a source apart from its words."""

    professions: tuple[str, ...] = ()
    teaches: Mapping[str, int] = field(default_factory=dict)
    owner: UUID | None = None


@dataclass(frozen=True)
class Suits:
    """What one searcher is and lacks. `lacks`: (held, asked) by competency; `asked_there`: only in her settings."""

    professions: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    owners: frozenset[UUID] = frozenset()
    lacks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    asked_there: Mapping[str, frozenset[str]] = field(default_factory=dict)

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
            code, level = gap
            title = next((row.title for row in competencies() if row.code == code), code)
            found.append(_("You lack level %(level)s in %(title)s") % {"level": level, "title": title})
        own = self.professions.intersection(meta.professions)
        titles = [row.title.lower() for row in professions() if row.code in own]
        found += [_("For you as %(profession)s") % {"profession": title} for title in titles]
        if meta.owner in self.owners:
            found.append(_("Made where you work"))
        asking = self._settings(meta)
        titles = [row.title.lower() for row in settings() if row.code in asking]
        found += [_("Asked for in %(setting)s") % {"setting": title} for title in titles]
        return tuple(found)

    def _gap(self, meta: Meta) -> tuple[str, int] | None:
        """Return what the source teaches of what she lacks, the widest gap first."""
        taught = [
            (asked - held, code, min(asked, level))
            for code, level in meta.teaches.items()
            for held, asked in [self.lacks.get(code, (0, 0))]
            if held < level and held < asked
        ]
        return max(taught)[1:] if taught else None

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
    day = today(at)
    everywhere = len(settings())
    return Suits(
        professions=frozenset(row.profession for row in terms if row.profession),
        settings=frozenset(row.unit.setting for row in terms if row.unit.setting),
        owners=frozenset(row.employment.organisation.uuid for row in terms),
        lacks={gap.competency.code: (gap.held, gap.asked) for gap in gaps_of(person, day) if gap.held < gap.asked},
        asked_there={code: there for code, there in settings_that_ask(day).items() if len(there) < everywhere},
    )
