"""Judging single values, and remembering what is wrong: path, sentence, section."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .formats import is_iri, is_language_tag, is_uuid, parse_timestamp

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatementError:
    """One thing that is wrong: where (a JSON path), what, and the section that says so."""

    path: str
    message: str
    section: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message} [{self.section}]"


# The sections, as (2.0, 1.0.3).
FORMATTING = ("4.2.7", "Data 2.2")
STATEMENT = ("4.2.1", "Data 2.4")
ID = ("4.2.4.2", "Data 2.4.1")
ACTOR = ("4.2.2.1", "Data 2.4.2")
IFI = ("4.2.2.1", "Data 2.4.2.3")
VERB = ("4.2.2.2", "Data 2.4.3")
OBJECT = ("4.2.2.3", "Data 2.4.4")
ACTIVITY = ("4.2.2.3", "Data 2.4.4.1")
REFERENCE = ("4.2.2.3", "Data 2.4.4.3")
RESULT = ("4.2.2.4", "Data 2.4.5")
SCORE = ("4.2.2.4", "Data 2.4.5.1")
CONTEXT = ("4.2.2.5", "Data 2.4.6")
TIMESTAMP = ("4.2.4.2", "Data 2.4.7")
STORED = ("4.2.4.2", "Data 2.4.8")
AUTHORITY = ("4.2.4.2", "Data 2.4.9")
VERSION = ("4.2.4.3", "Data 2.4.10")
ATTACHMENTS = ("4.2.2.6", "Data 2.4.11")
VOIDING = ("4.2.5", "Data 2.3.2")
EXTENSIONS = ("4.2.7", "Data 4.1")
LANGUAGE = ("4.2.7", "Data 4.2")
IRI = ("4.2.7", "Data 4.3")
UUIDS = ("4.2.7", "Data 4.4")
TIMES = ("4.2.7", "Data 4.5")
DURATION = ("4.2.7", "Data 4.6")
Section = tuple[str, str]

PLAIN_KEY = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def step(path: str, key: str) -> str:
    """Return the JSON path of a property: `$.verb`, or `$['https://…']` where the name is not a plain word."""
    return f"{path}.{key}" if PLAIN_KEY.fullmatch(key) else f"{path}['{key}']"


def named(value: object) -> str:
    """How a message calls the type of a JSON value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names: dict[type, str] = {dict: "an object", list: "an array", str: "a string", int: "a number", float: "a number"}
    return names.get(type(value), "not a JSON value")


class Values:
    """Collects the errors of one statement. Methods return whether the caller may look further into the value."""

    def __init__(self, version: str) -> None:
        self.is_2 = not version.startswith("1.")
        self.errors: list[StatementError] = []

    def add(self, path: str, message: str, section: Section) -> bool:
        self.errors.append(StatementError(path, message, section[0] if self.is_2 else section[1]))
        return False

    # --- Values ------------------------------------------------------------------------------------------------------

    def properties(self, value: object, keys: frozenset[str], path: str, section: Section) -> bool:
        if not isinstance(value, dict):
            return self.add(path, f"must be an object, but is {named(value)}.", section)
        if not value.keys() <= keys:
            for key in value:
                if key not in keys:
                    self.add(
                        step(path, str(key)), f"is not a property here; allowed: {', '.join(sorted(keys))}.", section
                    )
        return True

    def required(self, value: Json, key: str, path: str, section: Section) -> bool:
        return key in value or self.add(path, f"must have the property {key}.", section)

    def array(self, value: object, path: str, section: Section) -> bool:
        return isinstance(value, list) or self.add(path, f"must be an array, but is {named(value)}.", section)

    def string(self, value: object, path: str, section: Section) -> bool:
        return isinstance(value, str) or self.add(path, f"must be a string, but is {named(value)}.", section)

    def boolean(self, value: object, path: str, section: Section) -> bool:
        return isinstance(value, bool) or self.add(path, f"must be true or false, but is {named(value)}.", section)

    def number(self, value: object, path: str, section: Section) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.add(path, f"must be a number, but is {named(value)}.", section)
        return math.isfinite(value) if isinstance(value, float) else True

    def formatted(self, value: object, fits: Callable[[str], bool], what: str, path: str, section: Section) -> bool:
        if not isinstance(value, str):
            return self.add(path, f"must be {what}, but is {named(value)}.", section)
        return fits(value) or self.add(path, f"must be {what}.", section)

    def iri(self, value: object, path: str, section: Section = IRI) -> bool:
        return self.formatted(value, is_iri, "an IRI with a scheme", path, section)

    def uuid(self, value: object, path: str, section: Section = UUIDS) -> bool:
        return self.formatted(value, is_uuid, "a UUID in its standard form with dashes", path, section)

    def timestamp(self, value: object, path: str) -> bool:
        if self.is_2:
            what = "an RFC 3339 timestamp with an offset that is not minus zero"
            return self.formatted(value, lambda text: parse_timestamp(text) is not None, what, path, TIMES)
        what = "an ISO 8601 date and time with no offset of minus zero"
        return self.formatted(value, lambda text: parse_timestamp(text, strict=False) is not None, what, path, TIMES)

    def language_map(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            self.add(path, f"must be a language map, but is {named(value)}.", LANGUAGE)
            return
        for tag, text in value.items():
            if not is_language_tag(tag):
                self.add(step(path, tag), "is not a language tag of RFC 5646.", LANGUAGE)
            self.string(text, step(path, tag), LANGUAGE)

    def extensions(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            self.add(path, f"must be an object, but is {named(value)}.", EXTENSIONS)
            return
        for iri in value:
            self.iri(iri, step(path, iri), EXTENSIONS)
