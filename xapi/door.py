"""Pseudonymising at the door: what some credentials send is stored under stand-in accounts, never by an identifier.

The stand-in is a keyed hash, so one person has the same one every time, and nobody without the key can try out
mailboxes. A name beside a foreign identifier goes too, since a pseudonym beside a name is none.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from people.api import DomainError, iri_base

from .attachments import SIGNED, attachments_of
from .identity import IFI_NAMES, Identifier, identifier_of
from .models import Credential
from .signatures import is_signature
from .statement import StatementError

Json = dict[str, Any]
STAND_INS: Final = "/people-elsewhere"
"""Where below the installation's base the stand-ins of the door lie."""
MIN_KEY_LENGTH: Final = 32
OPAQUE: Final = re.compile(r"[0-9a-f]{32}|platform|credential/[0-9a-f-]{36}", re.ASCII)
"""What accounts of this installation are called; another name below its base was made up by the sender."""
HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class NoPseudonymKey(DomainError):
    code = "no_pseudonym_key"
    default_message = _("Set PSEUDONYM_KEY, at least 32 random characters, before a credential is given this rule.")


class PseudonymKeyChanged(DomainError):
    """Going on would cut every person in two, so nothing is stored or read until somebody has decided."""

    status = 503
    code = "pseudonym_key_changed"
    default_message = _(
        "The installation's key for pseudonyms is not the one that this credential was made with. "
        "Put the key back, or make a new credential."
    )


@dataclass(frozen=True, slots=True)
class Door:
    """What the installation's key makes of foreign identifiers, for the credentials of one organisation."""

    key: bytes
    organisation: int
    base: str

    def identifier(self, one: Identifier) -> Identifier:
        """The stand-in of a foreign identifier; what names nobody, and a stand-in, as it is."""
        if self._names_nobody(one):
            return one
        text = f"{self.organisation}\n{one.kind}\n{one.home_page}\n{one.value}"
        return Identifier("account", hmac.new(self.key, text.encode(), sha256).hexdigest(), self.base + STAND_INS)

    def _names_nobody(self, one: Identifier) -> bool:
        if one.kind == "account" and one.home_page == self.base + STAND_INS:
            return HASH.fullmatch(one.value) is not None
        if one.is_own(self.base):
            return OPAQUE.fullmatch(one.value) is not None
        return one.names_nobody(self.base)

    def statement(self, body: Json) -> Json:
        """A valid statement with every foreign identifier replaced, and the names beside them gone."""
        return in_every_agent(body, self._agent)

    def _agent(self, agent: Json) -> Json:
        kept = dict(agent)
        if "member" in kept:
            kept["member"] = [self._agent(member) for member in kept["member"]]
        one = identifier_of(agent)
        if one is None or (stand_in := self.identifier(one)) == one:
            return kept
        return {name: value for name, value in kept.items() if name not in ("name", *IFI_NAMES)} | stand_in.as_json()

    def errors_in(self, body: Json) -> list[StatementError]:
        """Every signature of a valid statement: it holds the statement as it was, and would not fit the stored one."""
        message = "is a signature, which holds the identifiers that this credential's statements are stored without."
        return [
            StatementError(f"${path}", f"{message} Send the statement unsigned.", SIGNED[0])
            for path, attachment in attachments_of(body)
            if is_signature(attachment)
        ]


def in_every_agent(statement: Json, change: Callable[[Json], Json]) -> Json:
    """A copy of a valid statement with `change` made to every agent and group that it names."""
    kept = dict(statement)
    for place in ("actor", "authority"):
        if place in kept:
            kept[place] = change(kept[place])
    kind = kept["object"].get("objectType")
    if kind in ("Agent", "Group"):
        kept["object"] = change(kept["object"])
    elif kind == "SubStatement":
        kept["object"] = in_every_agent(kept["object"], change)
    if "context" in kept:
        kept["context"] = context = dict(kept["context"])
        for place in ("instructor", "team"):
            if place in context:
                context[place] = change(context[place])
        for place, name in (("contextAgents", "agent"), ("contextGroups", "group")):
            if place in context:
                context[place] = [entry | {name: change(entry[name])} for entry in context[place]]
    return kept


def mark_of_key() -> bytes:
    """What a new credential with this rule keeps of the key, to know it again. Raises NoPseudonymKey."""
    if len(settings.PSEUDONYM_KEY) < MIN_KEY_LENGTH:
        raise NoPseudonymKey
    return _mark(settings.PSEUDONYM_KEY.encode())


def door_of(credential: Credential | None) -> Door | None:
    """The door that a credential comes in by; None for one without the rule. Raises PseudonymKeyChanged."""
    if credential is None or credential.pseudonym_mark is None:
        return None
    key = settings.PSEUDONYM_KEY.encode()
    if not hmac.compare_digest(bytes(credential.pseudonym_mark), _mark(key)):
        raise PseudonymKeyChanged
    return Door(key, credential.organisation_id or 0, iri_base())


def _mark(key: bytes) -> bytes:
    return hmac.new(key, b"the mark of this key", sha256).digest()
