"""What the specification asks of a statement, and every way in which one falls short of it.

Follows IEEE 9274.1.1 (2.0) and version 1.0.3 where they agree, and the version asked for where they do not: 2.0 wants
RFC 3339 timestamps and knows contextAgents and contextGroups. Every error names the place, what is wrong, and the
section of the specification. Nothing here knows a database or a clock.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final

from ..identity import IFI_NAMES
from .formats import is_duration, is_iri, is_language_tag, is_mailto, is_media_type, is_sha1, is_sha2
from .properties import (
    ACCOUNT_KEYS,
    ACTIVITY_KEYS,
    AGENT_KEYS,
    ATTACHMENT_KEYS,
    COMPONENT_KEYS,
    COMPONENT_LISTS,
    CONTEXT_ACTIVITY_KEYS,
    CONTEXT_KEYS_1,
    CONTEXT_KEYS_2,
    DEFINITION_KEYS,
    GROUP_KEYS,
    INTERACTION_KEYS,
    INTERACTIONS,
    REFERENCE_KEYS,
    RESULT_KEYS,
    SCORE_KEYS,
    STATEMENT_KEYS,
    SUBSTATEMENT_OBJECT_KEYS,
    VERB_KEYS,
)
from .storable import is_storable, unstorable
from .values import (
    ACTIVITY,
    ACTOR,
    ATTACHMENTS,
    AUTHORITY,
    CONTEXT,
    DURATION,
    FORMATTING,
    ID,
    IFI,
    OBJECT,
    REFERENCE,
    RESULT,
    SCORE,
    STATEMENT,
    VERB,
    VERSION,
    VOIDING,
    Json,
    Section,
    StatementError,
    Values,
    named,
)

VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"

VERSION_1 = re.compile(r"1\.0(?:\.(?:0|[1-9]\d{0,3}))?", re.ASCII)
VERSION_2 = re.compile(r"2\.0\.(?:0|[1-9]\d{0,3})", re.ASCII)


class Checker(Values):
    """Walks one statement and collects its errors."""

    # --- Statement ---------------------------------------------------------------------------------------------------

    def statement(self, value: object, path: str = "$") -> None:
        if not self.properties(value, STATEMENT_KEYS, path, STATEMENT):
            return
        assert isinstance(value, dict)
        self.core(value, path)
        if "id" in value:
            self.uuid(value["id"], f"{path}.id", ID)
        if "stored" in value:
            self.timestamp(value["stored"], f"{path}.stored")
        if "authority" in value:
            self.authority(value["authority"], f"{path}.authority")
        if "version" in value:
            self.version(value["version"], f"{path}.version")

    def core(self, value: Json, path: str, *, is_sub: bool = False) -> None:
        """What a statement and a SubStatement have in common."""
        for key in ("actor", "verb", "object"):
            self.required(value, key, path, STATEMENT)
        if "actor" in value:
            self.actor(value["actor"], f"{path}.actor")
        if "verb" in value:
            self.verb(value["verb"], f"{path}.verb")
        is_activity = True
        if "object" in value:
            is_activity = self.target(value["object"], f"{path}.object", is_sub=is_sub)
            self.voiding(value, path)
        if "result" in value:
            self.result(value["result"], f"{path}.result")
        if "context" in value:
            self.context(value["context"], f"{path}.context", is_activity=is_activity)
        if "timestamp" in value:
            self.timestamp(value["timestamp"], f"{path}.timestamp")
        if "attachments" in value:
            self.attachments(value["attachments"], f"{path}.attachments")

    def voiding(self, value: Json, path: str) -> None:
        verb, target = value.get("verb"), value["object"]
        if isinstance(verb, dict) and verb.get("id") == VOIDED:
            is_reference = isinstance(target, dict) and target.get("objectType") == "StatementRef"
            if not is_reference:
                self.add(f"{path}.object", "must be a StatementRef, because the verb is voided.", VOIDING)

    def version(self, value: object, path: str) -> None:
        if not self.string(value, path, VERSION):
            return
        assert isinstance(value, str)
        if not (VERSION_1.fullmatch(value) or (self.is_2 and VERSION_2.fullmatch(value))):
            allowed = "1.0, 1.0.x or 2.0.x" if self.is_2 else "1.0 or 1.0.x"
            self.add(path, f"must be {allowed}.", VERSION)

    # --- Actors ------------------------------------------------------------------------------------------------------

    def actor(self, value: object, path: str, section: Section = ACTOR) -> None:
        """An Agent or a Group."""
        kind = value.get("objectType", "Agent") if isinstance(value, dict) else "Agent"
        if kind == "Group":
            self.group(value, path, section)
        elif kind == "Agent":
            self.agent(value, path, section)
        else:
            self.add(f"{path}.objectType", "must be Agent or Group.", section)

    def agent(self, value: object, path: str, section: Section = ACTOR) -> None:
        if not self.properties(value, AGENT_KEYS, path, section):
            return
        assert isinstance(value, dict)
        if value.get("objectType", "Agent") != "Agent":
            self.add(f"{path}.objectType", "must be Agent.", section)
        if "name" in value:
            self.string(value["name"], f"{path}.name", section)
        self.identifier(value, path, is_required=True)

    def group(self, value: object, path: str, section: Section = ACTOR) -> None:
        if not self.properties(value, GROUP_KEYS, path, section):
            return
        assert isinstance(value, dict)
        if value.get("objectType") != "Group":
            self.add(f"{path}.objectType", "must be Group.", section)
        if "name" in value:
            self.string(value["name"], f"{path}.name", section)
        is_identified = self.identifier(value, path, is_required=False)
        if "member" in value:
            self.members(value["member"], f"{path}.member", section)
        if not is_identified and not value.get("member"):
            self.add(path, "must have an identifier or list its members.", section)

    def members(self, value: object, path: str, section: Section) -> None:
        if not self.array(value, path, section):
            return
        assert isinstance(value, list)
        for index, member in enumerate(value):
            self.agent(member, f"{path}[{index}]", section)

    def identifier(self, value: Json, path: str, *, is_required: bool) -> bool:
        """Exactly one identifier for an agent, at most one for a group. Return whether there is any."""
        names = [name for name in IFI_NAMES if name in value]
        if len(names) > 1:
            self.add(path, f"must have one identifier only, but has {' and '.join(names)}.", IFI)
        if not names and is_required:
            self.add(path, f"must have exactly one identifier: {', '.join(IFI_NAMES)}.", IFI)
        for name in names:
            self.identifier_value(name, value[name], f"{path}.{name}")
        return bool(names)

    def identifier_value(self, name: str, value: object, path: str) -> None:
        if name == "account":
            self.account(value, path)
        elif name == "mbox":
            self.formatted(value, is_mailto, "a mailto IRI (mailto:name@domain)", path, IFI)
        elif name == "mbox_sha1sum":
            self.formatted(value, is_sha1, "a SHA-1 in 40 hexadecimal digits", path, IFI)
        else:
            self.iri(value, path, IFI)

    def account(self, value: object, path: str) -> None:
        if not self.properties(value, ACCOUNT_KEYS, path, IFI):
            return
        assert isinstance(value, dict)
        if self.required(value, "homePage", path, IFI):
            self.iri(value["homePage"], f"{path}.homePage", IFI)
        if self.required(value, "name", path, IFI) and self.string(value["name"], f"{path}.name", IFI):
            self.formatted(value["name"], bool, "a name that is not empty", f"{path}.name", IFI)

    def authority(self, value: object, path: str) -> None:
        """An agent; or an application and its user, the application by its account (three-legged OAuth)."""
        self.actor(value, path, AUTHORITY)
        if not isinstance(value, dict) or value.get("objectType") != "Group":
            return
        accounts = [isinstance(member, dict) and "account" in member for member in _items(value.get("member"))]
        if len(accounts) != 2 or not any(accounts) or not value.keys().isdisjoint(IFI_NAMES):
            message = "may be a Group only of an application, by its account, and its user, without an identifier."
            self.add(path, message, AUTHORITY)

    # --- Verb and object ---------------------------------------------------------------------------------------------

    def verb(self, value: object, path: str) -> None:
        if not self.properties(value, VERB_KEYS, path, VERB):
            return
        assert isinstance(value, dict)
        if self.required(value, "id", path, VERB):
            self.iri(value["id"], f"{path}.id", VERB)
        if "display" in value:
            self.language_map(value["display"], f"{path}.display")

    def target(self, value: object, path: str, *, is_sub: bool) -> bool:
        """The object of a statement. Return False when it is certainly something else than an activity."""
        if not isinstance(value, dict):
            self.add(path, f"must be an object, but is {named(value)}.", OBJECT)
            return True
        kind = value.get("objectType", "Activity")
        if kind in ("Agent", "Group"):
            self.actor(value, path)
        elif kind == "StatementRef":
            self.reference(value, path)
        elif kind == "SubStatement" and not is_sub:
            self.substatement(value, path)
        elif kind == "Activity":
            self.activity(value, path)
        else:
            allowed = "Activity, Agent, Group or StatementRef" + ("" if is_sub else ", or SubStatement")
            self.add(f"{path}.objectType", f"must be {allowed}.", OBJECT)
        return kind not in ("Agent", "Group", "StatementRef", "SubStatement")

    def substatement(self, value: Json, path: str) -> None:
        self.properties(value, SUBSTATEMENT_OBJECT_KEYS, path, REFERENCE)
        self.core(value, path, is_sub=True)

    def reference(self, value: object, path: str) -> None:
        if not self.properties(value, REFERENCE_KEYS, path, REFERENCE):
            return
        assert isinstance(value, dict)
        if value.get("objectType") != "StatementRef":
            self.add(f"{path}.objectType", "must be StatementRef.", REFERENCE)
        if self.required(value, "id", path, REFERENCE):
            self.uuid(value["id"], f"{path}.id", REFERENCE)

    def activity(self, value: object, path: str) -> None:
        if not self.properties(value, ACTIVITY_KEYS, path, ACTIVITY):
            return
        assert isinstance(value, dict)
        if value.get("objectType", "Activity") != "Activity":
            self.add(f"{path}.objectType", "must be Activity.", ACTIVITY)
        if self.required(value, "id", path, ACTIVITY):
            self.iri(value["id"], f"{path}.id", ACTIVITY)
        if "definition" in value:
            self.definition(value["definition"], f"{path}.definition")

    def definition(self, value: object, path: str) -> None:
        if not self.properties(value, DEFINITION_KEYS, path, ACTIVITY):
            return
        assert isinstance(value, dict)
        for key in ("name", "description"):
            if key in value:
                self.language_map(value[key], f"{path}.{key}")
        for key in ("type", "moreInfo"):
            if key in value:
                self.iri(value[key], f"{path}.{key}", ACTIVITY)
        if "extensions" in value:
            self.extensions(value["extensions"], f"{path}.extensions")
        if "interactionType" in value or not INTERACTION_KEYS.isdisjoint(value):
            self.interaction(value, path)

    def interaction(self, value: Json, path: str) -> None:
        kind = value.get("interactionType")
        lists = INTERACTIONS.get(kind) if isinstance(kind, str) else None
        if lists is None:
            self.add(f"{path}.interactionType", f"must be one of {', '.join(INTERACTIONS)}.", ACTIVITY)
        if "correctResponsesPattern" in value:
            self.patterns(value["correctResponsesPattern"], f"{path}.correctResponsesPattern")
        for name in sorted(COMPONENT_LISTS & value.keys()):
            if lists is not None and name not in lists:
                self.add(f"{path}.{name}", f"does not belong to the interactionType {kind}.", ACTIVITY)
            self.components(value[name], f"{path}.{name}")

    def patterns(self, value: object, path: str) -> None:
        if not self.array(value, path, ACTIVITY):
            return
        assert isinstance(value, list)
        for index, pattern in enumerate(value):
            self.string(pattern, f"{path}[{index}]", ACTIVITY)

    def components(self, value: object, path: str) -> None:
        if not self.array(value, path, ACTIVITY):
            return
        assert isinstance(value, list)
        seen: set[str] = set()
        for index, component in enumerate(value):
            self.component(component, f"{path}[{index}]", seen)

    def component(self, value: object, path: str, seen: set[str]) -> None:
        if not self.properties(value, COMPONENT_KEYS, path, ACTIVITY):
            return
        assert isinstance(value, dict)
        if self.required(value, "id", path, ACTIVITY) and self.string(value["id"], f"{path}.id", ACTIVITY):
            if value["id"] in seen:
                self.add(f"{path}.id", "is used by another component of the list.", ACTIVITY)
            seen.add(value["id"])
        if "description" in value:
            self.language_map(value["description"], f"{path}.description")

    # --- Result and context ------------------------------------------------------------------------------------------

    def result(self, value: object, path: str) -> None:
        if not self.properties(value, RESULT_KEYS, path, RESULT):
            return
        assert isinstance(value, dict)
        if "score" in value:
            self.score(value["score"], f"{path}.score")
        for key in ("success", "completion"):
            if key in value:
                self.boolean(value[key], f"{path}.{key}", RESULT)
        if "response" in value:
            self.string(value["response"], f"{path}.response", RESULT)
        if "duration" in value:
            what = "an ISO 8601 duration, where weeks stand alone"
            self.formatted(value["duration"], is_duration, what, f"{path}.duration", DURATION)
        if "extensions" in value:
            self.extensions(value["extensions"], f"{path}.extensions")

    def score(self, value: object, path: str) -> None:
        if not self.properties(value, SCORE_KEYS, path, SCORE):
            return
        assert isinstance(value, dict)
        good = {key: value[key] for key in SCORE_KEYS & value.keys() if self.number(value[key], f"{path}.{key}", SCORE)}
        if not -1 <= good.get("scaled", 0) <= 1:
            self.add(f"{path}.scaled", "must be from -1 to 1.", SCORE)
        low, high = good.get("min", -math.inf), good.get("max", math.inf)
        if low >= high:
            self.add(f"{path}.min", "must be less than max.", SCORE)
        if "raw" in good and not low <= good["raw"] <= high:
            self.add(f"{path}.raw", "must be from min to max.", SCORE)

    def context(self, value: object, path: str, *, is_activity: bool) -> None:
        if not self.properties(value, CONTEXT_KEYS_2 if self.is_2 else CONTEXT_KEYS_1, path, CONTEXT):
            return
        assert isinstance(value, dict)
        for key, check_value in (
            ("registration", self.uuid),
            ("instructor", self.actor),
            ("team", self.group),
            ("contextActivities", self.context_activities),
            ("language", self.language),
            ("statement", self.reference),
            ("extensions", self.extensions),
        ):
            if key in value:
                check_value(value[key], f"{path}.{key}")
        for key in ("revision", "platform"):
            if key in value:
                self.string(value[key], f"{path}.{key}", CONTEXT)
                if not is_activity:
                    self.add(f"{path}.{key}", "may be used only when the object is an Activity.", CONTEXT)
        if self.is_2:
            self.context_actors(value, "contextAgents", "agent", self.agent, path)
            self.context_actors(value, "contextGroups", "group", self.group, path)

    def language(self, value: object, path: str) -> None:
        self.formatted(value, is_language_tag, "a language tag of RFC 5646", path, CONTEXT)

    def context_activities(self, value: object, path: str) -> None:
        if not self.properties(value, CONTEXT_ACTIVITY_KEYS, path, CONTEXT):
            return
        assert isinstance(value, dict)
        for key in CONTEXT_ACTIVITY_KEYS & value.keys():
            activities = value[key]
            if isinstance(activities, list):
                for index, activity in enumerate(activities):
                    self.activity(activity, f"{path}.{key}[{index}]")
            else:
                self.activity(activities, f"{path}.{key}")

    def context_actors(
        self, context: Json, key: str, name: str, check_actor: Callable[[object, str], None], path: str
    ) -> None:
        """contextAgents and contextGroups of 2.0."""
        if key not in context or not self.array(context[key], f"{path}.{key}", CONTEXT):
            return
        for index, entry in enumerate(context[key]):
            place = f"{path}.{key}[{index}]"
            if not self.properties(entry, frozenset({"objectType", name, "relevantTypes"}), place, CONTEXT):
                continue
            if entry.get("objectType") != key[:-1]:
                self.add(f"{place}.objectType", f"must be {key[:-1]}.", CONTEXT)
            if self.required(entry, name, place, CONTEXT):
                check_actor(entry[name], f"{place}.{name}")
            if "relevantTypes" in entry:
                self.relevant_types(entry["relevantTypes"], f"{place}.relevantTypes")

    def relevant_types(self, value: object, path: str) -> None:
        if not self.array(value, path, CONTEXT):
            return
        assert isinstance(value, list)
        if not value:
            self.add(path, "must hold at least one type.", CONTEXT)
        for index, iri in enumerate(value):
            self.iri(iri, f"{path}[{index}]", CONTEXT)

    # --- Attachments -------------------------------------------------------------------------------------------------

    def attachments(self, value: object, path: str) -> None:
        if not self.array(value, path, ATTACHMENTS):
            return
        assert isinstance(value, list)
        for index, attachment in enumerate(value):
            self.attachment(attachment, f"{path}[{index}]")

    def attachment(self, value: object, path: str) -> None:
        if not self.properties(value, ATTACHMENT_KEYS, path, ATTACHMENTS):
            return
        assert isinstance(value, dict)
        for key in ("usageType", "display", "contentType", "length", "sha2"):
            self.required(value, key, path, ATTACHMENTS)
        for key, fits, what in (
            ("usageType", is_iri, "an IRI with a scheme"),
            ("contentType", is_media_type, "an Internet media type"),
            ("sha2", is_sha2, "a SHA-2 in hexadecimal digits"),
            ("fileUrl", is_iri, "an IRI with a scheme"),
        ):
            if key in value:
                self.formatted(value[key], fits, what, f"{path}.{key}", ATTACHMENTS)
        for key in ("display", "description"):
            if key in value:
                self.language_map(value[key], f"{path}.{key}")
        length = value.get("length", 0)
        if isinstance(length, bool) or not isinstance(length, int) or length < 0:
            self.add(f"{path}.length", "must be a whole number of octets.", ATTACHMENTS)


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def check(data: object, version: str = "2.0.0") -> list[StatementError]:
    """Return everything that is wrong with one statement by the rules of `version`; nothing if it may be stored."""
    checker = Checker(version)
    checker.statement(data)
    if not is_storable(data):
        for path, message in unstorable(data, "$"):
            checker.add(path, message, FORMATTING)
    return checker.errors
