"""The canonical definition of an activity: what its statements have said of it, merged (1.0.3: Data 2.4.4.1)."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
MAPS = frozenset({"name", "description", "extensions"})
INTERACTION = frozenset({"interactionType", "correctResponsesPattern", "choices", "scale", "source", "target", "steps"})


def merged(known: Json, said: Json, *, may_replace: bool) -> Json:
    """Return `known` with what `said` adds; the same object when it adds nothing.

    Without the right to replace, only what is missing is filled in: a stranger may add a language and may not rename
    a course or change what answer is right. An interaction is taken whole or not at all.
    """
    if not said or said == known:
        return known
    first, last = (known, said) if may_replace else (said, known)
    if "interactionType" in last:
        first = {key: value for key, value in first.items() if key not in INTERACTION}
    result = first | last
    for name in MAPS & known.keys() & said.keys():
        result[name] = first[name] | last[name]
    return known if result == known else result
