"""A page of hits carries a slip that says what was sought and found, signed, so that the browser can only say what
happened to it. It names nobody, and none is made for a query that may not be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.core import signing

from search.log.keeping import kept
from search.log.models import Best

SALT = "search.slip"
GOOD_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Slip:
    uuid: UUID
    text: str
    found: int
    best: Best
    paths: tuple[str, ...]
    organisation: UUID | None

    def sign(self) -> str:
        organisation = str(self.organisation) if self.organisation else ""
        said = [str(self.uuid), self.text, self.found, self.best.value, list(self.paths), organisation]
        return signing.dumps(said, salt=SALT, compress=True)


def slip_for(typed: str, found: int, best: Best, paths: Sequence[str], organisation: UUID | None) -> str:
    """Return the slip of a page of hits, empty if nothing of it may be kept."""
    text = kept(typed)
    return Slip(uuid4(), text, found, best, tuple(paths), organisation).sign() if text else ""


def read(signed: str) -> Slip | None:
    """Return the slip, or None if it is not one of ours or has lain too long."""
    try:
        uuid, text, found, best, paths, organisation = signing.loads(signed, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return Slip(UUID(uuid), text, found, Best(best), tuple(paths), UUID(organisation) if organisation else None)
