"""Which properties each object of a statement may have."""

from __future__ import annotations

from ..identity import IFI_NAMES

STATEMENT_KEYS = frozenset(
    ["id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments"]
)
SUBSTATEMENT_KEYS = STATEMENT_KEYS - {"id", "stored", "version", "authority"}
SUBSTATEMENT_OBJECT_KEYS = SUBSTATEMENT_KEYS | {"objectType"}
AGENT_KEYS = frozenset({"objectType", "name", *IFI_NAMES})
GROUP_KEYS = AGENT_KEYS | {"member"}
ACCOUNT_KEYS = frozenset({"homePage", "name"})
VERB_KEYS = frozenset({"id", "display"})
ACTIVITY_KEYS = frozenset({"objectType", "id", "definition"})
REFERENCE_KEYS = frozenset({"objectType", "id"})
RESULT_KEYS = frozenset(["score", "success", "completion", "response", "duration", "extensions"])
SCORE_KEYS = frozenset(["scaled", "raw", "min", "max"])
CONTEXT_KEYS_1 = frozenset(
    [
        "registration",
        "instructor",
        "team",
        "contextActivities",
        "revision",
        "platform",
        "language",
        "statement",
        "extensions",
    ]
)
CONTEXT_KEYS_2 = CONTEXT_KEYS_1 | {"contextAgents", "contextGroups"}
CONTEXT_ACTIVITY_KEYS = frozenset(["parent", "grouping", "category", "other"])
ATTACHMENT_KEYS = frozenset(["usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"])
COMPONENT_LISTS = frozenset(["choices", "scale", "source", "target", "steps"])
DEFINITION_KEYS = (
    frozenset(["name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern"])
    | COMPONENT_LISTS
)
INTERACTION_KEYS = COMPONENT_LISTS | {"correctResponsesPattern"}
COMPONENT_KEYS = frozenset({"id", "description"})
# interactionType and the component lists that it may have (2.0: 4.2.2.3, 1.0.3: Data 2.4.4.1, interaction components)
INTERACTIONS: dict[str, frozenset[str]] = {
    "true-false": frozenset(),
    "choice": frozenset({"choices"}),
    "fill-in": frozenset(),
    "long-fill-in": frozenset(),
    "matching": frozenset({"source", "target"}),
    "performance": frozenset({"steps"}),
    "sequencing": frozenset({"choices"}),
    "likert": frozenset({"scale"}),
    "numeric": frozenset(),
    "other": frozenset(),
}
