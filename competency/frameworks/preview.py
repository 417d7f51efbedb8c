"""What importing a framework would change, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from people.api import now

from ..framework_file import checked
from ..models import Competency, Framework
from ..services.frameworks import whole
from ..shapes import Reference
from .difference import Change, Kind, decided_anew, difference
from .queries import content_of, references_to
from .tables import COMPETENCIES

Json = dict[str, Any]


@dataclass(frozen=True)
class Preview:
    """`references`: what speaks of the competencies that would be retired. Local requirements follow a successor."""

    content: Json
    changes: tuple[Change, ...]
    references: tuple[Reference, ...]

    @property
    def decides_anew(self) -> bool:
        """Whether it is for those to publish who decide on rules and requirements (`rules.may_decide`)."""
        return bool(decided_anew(self.changes))


def preview_of(content: Json) -> Preview:
    """Return what a content would change of the framework with its code. Raises FrameworkError."""
    content = whole(checked(content), now())
    framework = Framework.objects.filter(code=content["code"]).first()
    changes = difference(content_of(framework) if framework else {}, content)
    retired = {
        change.key[0]
        for change in changes
        if change.table == COMPETENCIES and change.kind in (Kind.RETIRED, Kind.SUPERSEDED)
    }
    references = references_to(Competency.objects.filter(code__in=retired)) if retired else []
    return Preview(content, tuple(changes), tuple(references))
