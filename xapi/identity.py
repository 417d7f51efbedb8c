"""Who an agent is: the one identifier that the specification lets it have, and how we write it as a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

IFI_NAMES = ("account", "mbox", "mbox_sha1sum", "openid")
STAND_INS = "/pseudonyms"
"""Where below the installation's base the accounts lie that stand in for foreign identifiers."""


def digest(text: str) -> bytes:
    """The fixed-length key under which an IRI or identifier of any length is unique."""
    return sha256(text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Identifier:
    """An inverse functional identifier (2.0: 4.2.2.1, 1.0.3: Data 2.4.2.3). `home_page` is empty but for accounts."""

    kind: str
    value: str
    home_page: str = ""

    @property
    def digest(self) -> bytes:
        return digest(f"{self.kind}\n{self.home_page}\n{self.value}")

    def is_own(self, base: str) -> bool:
        """True for an opaque account of this installation, which names nobody."""
        return self.kind == "account" and self.home_page == base

    def stands_in_for(self, base: str) -> UUID | None:
        """The agent row that a stand-in account names, when this is one (see `stand_in`)."""
        if self.kind != "account" or self.home_page != f"{base}{STAND_INS}":
            return None
        try:
            number = UUID(hex=self.value)
        except ValueError:
            return None
        return number if number.hex == self.value else None

    def names_nobody(self, base: str) -> bool:
        """True for accounts of this installation that are opaque: our people's and systems', and stand-ins."""
        return self.is_own(base) or self.stands_in_for(base) is not None

    def key(self, base: str) -> str:
        """The opaque key of one of ours; for others the identifier itself, unmistakable for a key."""
        if self.is_own(base):
            return self.value
        return f"{self.home_page} {self.value}" if self.kind == "account" else self.value

    def as_json(self) -> dict[str, Any]:
        """The property of an agent object that carries it."""
        if self.kind == "account":
            return {"account": {"homePage": self.home_page, "name": self.value}}
        return {self.kind: self.value}


def stand_in(number: UUID, base: str) -> Identifier:
    """The account that stands in for the foreign identifier of the agent row with this number."""
    return Identifier("account", number.hex, f"{base}{STAND_INS}")


def identifier_of(agent: Mapping[str, Any]) -> Identifier | None:
    """Return the identifier of a valid agent or group object; None for an anonymous group.

    The case of a mailbox's scheme and domain and of hexadecimal digits has no meaning, that of its local part has.
    """
    if account := agent.get("account"):
        return Identifier("account", account["name"], account["homePage"])
    if mbox := agent.get("mbox"):
        return Identifier("mbox", _mailbox(mbox))
    if hashed := agent.get("mbox_sha1sum"):
        return Identifier("mbox_sha1sum", hashed.lower())
    if openid := agent.get("openid"):
        return Identifier("openid", openid)
    return None


def _mailbox(iri: str) -> str:
    local, _, domain = iri[len("mailto:") :].rpartition("@")
    return f"mailto:{local}@{domain.lower()}"


def identifier_from_key(key: str, base: str) -> Identifier:
    """The inverse of `Identifier.key`, for mailboxes (`mailto:…`), accounts elsewhere (`homePage name`) and our own."""
    if key.startswith("mailto:"):
        return Identifier("mbox", _mailbox(key))
    home_page, space, name = key.partition(" ")
    return Identifier("account", name, home_page) if space else Identifier("account", key, base)
