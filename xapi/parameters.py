"""The parameters of a query for statements, judged as strictly as statements are (1.0.3: Data 2.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from .body import BadRequest, load
from .identity import Identifier, identifier_of
from .shapes import EXACT, FORMATS
from .statement.check import Checker
from .statement.formats import is_iri, is_uuid, parse_timestamp
from .statement.storable import is_storable

T = TypeVar("T")
Json = dict[str, Any]
MAX_LIMIT = 500
"""The most statements that one answer holds, and how many it holds when no number is asked for."""

SINGLE = frozenset({"statementId", "voidedStatementId"})
SHAPE = frozenset({"format", "attachments"})
FILTERS = frozenset(
    {
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "ascending",
    }
)


@dataclass(frozen=True, slots=True)
class Filters:
    """A query, and the shape of its answer."""

    agent: Identifier | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: datetime | None = None
    until: datetime | None = None
    limit: int = MAX_LIMIT
    ascending: bool = False
    format: str = EXACT
    attachments: bool = False

    @property
    def asks_what(self) -> bool:
        """True when it asks for certain statements, and not only for a time, an order or a number of them."""
        return any(one is not None for one in (self.agent, self.verb, self.activity, self.registration))


class Parameters:
    """The parameters of one request, read by name. Each read raises BadRequest with a sentence that names it."""

    def __init__(
        self, values: Mapping[str, list[str]], version: str, *, names: frozenset[str] = SINGLE | SHAPE | FILTERS
    ) -> None:
        unknown = values.keys() - names
        if unknown:
            raise BadRequest(_("There is no parameter %(name)s.") % {"name": min(unknown)[:100]})
        twice = [name for name, given in values.items() if len(given) > 1]
        if twice:
            raise BadRequest(_("The parameter %(name)s is given twice.") % {"name": twice[0]})
        self.values = {name: given[0] for name, given in values.items()}
        self.version = version

    def single(self) -> tuple[str, UUID] | None:
        """Return the parameter that asks for one statement and its id; None when the query is for many."""
        asked = sorted(SINGLE & self.values.keys())
        if not asked:
            return None
        if len(asked) > 1 or not FILTERS.isdisjoint(self.values):
            raise BadRequest(_("statementId and voidedStatementId stand alone, with format and attachments at most."))
        name = asked[0]
        return name, self._one(name, _uuid, _("a UUID in its standard form with dashes"))

    def filters(self) -> Filters:
        return Filters(
            agent=self._agent(),
            verb=self.iri("verb"),
            activity=self.iri("activity"),
            registration=self.uuid("registration"),
            related_activities=self.boolean("related_activities"),
            related_agents=self.boolean("related_agents"),
            since=self.moment("since"),
            until=self.moment("until"),
            limit=self._limit(),
            ascending=self.boolean("ascending"),
            format=self.format(),
            attachments=self.boolean("attachments"),
        )

    def format(self) -> str:
        """How much of each statement is wanted."""
        return self._maybe("format", _format, " / ".join(FORMATS)) or EXACT

    def require(self, name: str) -> str:
        if name not in self.values:
            raise BadRequest(_("The parameter %(name)s is missing.") % {"name": name})
        return self.values[name]

    def boolean(self, name: str) -> bool:
        return self._maybe(name, _boolean, _("true or false")) or False

    def iri(self, name: str) -> str | None:
        return self._maybe(name, _iri, _("an IRI with a scheme"))

    def uuid(self, name: str) -> UUID | None:
        return self._maybe(name, _uuid, _("a UUID in its standard form with dashes"))

    def moment(self, name: str) -> datetime | None:
        """Also with a space in place of the T, as languages write a time of theirs as text (RFC 3339, 5.6)."""

        def read(text: str) -> datetime | None:
            text = f"{text[:10]}T{text[11:]}" if text[10:11] == " " else text
            return parse_timestamp(text, strict=not self.version.startswith("1."))

        return self._maybe(name, read, _("a timestamp"))

    def agent_object(self, *, may_be_group: bool) -> Json:
        """The parameter agent, a valid object. Only filters of statements may name a group."""
        raw = self.require("agent").encode("utf-8", "surrogatepass")
        agent: Json = load(raw, _("The parameter %(name)s") % {"name": "agent"})
        checker = Checker(self.version)
        (checker.actor if may_be_group else checker.agent)(agent, "agent")
        if checker.errors:
            first = checker.errors[0]
            raise BadRequest(
                _("In the parameter %(path)s %(message)s") % {"path": first.path, "message": first.message}
            )
        if not is_storable(agent):
            raise BadRequest(_("The parameter agent holds a character that cannot be stored."))
        return agent

    def _limit(self) -> int:
        asked = self._maybe("limit", _whole_number, _("a whole number that is not negative")) or MAX_LIMIT
        return min(asked, MAX_LIMIT)

    def _agent(self) -> Identifier | None:
        if "agent" not in self.values:
            return None
        identifier = identifier_of(self.agent_object(may_be_group=True))
        if identifier is None:
            raise BadRequest(_("The parameter agent must have an identifier."))
        return identifier

    def _maybe(self, name: str, read: Callable[[str], T | None], what: str) -> T | None:
        return self._one(name, read, what) if name in self.values else None

    def _one(self, name: str, read: Callable[[str], T | None], what: str) -> T:
        value = read(self.values[name])
        if value is None:
            raise BadRequest(_("The parameter %(name)s must be %(what)s.") % {"name": name, "what": what})
        return value


def _format(text: str) -> str | None:
    return text if text in FORMATS else None


def _iri(text: str) -> str | None:
    return text if is_iri(text) else None


def _uuid(text: str) -> UUID | None:
    return UUID(text) if is_uuid(text) else None


def _boolean(text: str) -> bool | None:
    """Also True and False, as Python writes them."""
    return {"true": True, "false": False}.get(text.lower())


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
