"""What the pages about waiting files show: all numbers, and the names of those whom the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.http import HttpRequest

from people.errors import NotFound
from people.models import EmploymentTerms, Organisation, Person
from people.queries import person_of
from people.reviewing.models import Concerned, WaitingImport
from people.reviewing.rules import may_decide, waiting_for
from people.visibility import employments_visible_to


@dataclass(frozen=True)
class Line:
    """Somebody whom the file concerns, and where she works."""

    terms: EmploymentTerms
    why: str

    @property
    def ends(self) -> bool:
        return self.why == Concerned.Why.ENDS


@dataclass(frozen=True)
class WaitingPage:
    waiting: WaitingImport
    reader: Person
    on: date

    @property
    def organisations(self) -> list[Organisation]:
        return list(self.waiting.organisations.all())

    @cached_property
    def may_decide(self) -> bool:
        return may_decide(self.reader, self.waiting, self.on)

    @cached_property
    def why(self) -> dict[int, str]:
        return dict(self.waiting.concerned.values_list("employment", "why"))

    @property
    def ended(self) -> int:
        return sum(why == Concerned.Why.ENDS for why in self.why.values())

    @property
    def suspended(self) -> int:
        return len(self.why) - self.ended

    @property
    def shown(self) -> str:
        """What the reader was shown, so that she approves that and nothing else."""
        return ",".join(f"{pk}:{why}" for pk, why in sorted(self.why.items()))

    @cached_property
    def lines(self) -> list[Line]:
        """Return whom it concerns, by place and name; of those whom she may see."""
        seen = employments_visible_to(self.reader, self.on).filter(pk__in=self.why)
        terms = EmploymentTerms.objects.in_force(self.on).filter(employment__in=seen)
        rows = terms.select_related("employment__person", "unit").order_by(
            "unit__path", "employment__person__family_name", "employment__person__given_name"
        )
        return [Line(row, self.why[row.employment_id]) for row in rows]


def waiting_pages(request: HttpRequest, on: date) -> list[WaitingPage]:
    """Return the files that wait and that the reader may look at. Raises NotFound where there is none."""
    reader = person_of(request.user)
    pages = [WaitingPage(each, reader, on) for each in waiting_for(reader, on)] if reader else []
    if not pages:
        raise NotFound
    return pages


def waiting_page(request: HttpRequest, uuid: UUID, on: date) -> WaitingPage:
    found = next((page for page in waiting_pages(request, on) if page.waiting.uuid == uuid), None)
    if found is None:
        raise NotFound
    return found
