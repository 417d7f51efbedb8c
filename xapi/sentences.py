"""One statement as a sentence that anybody can read. Pure: words follow from the arguments and the language in force.

Foreign text is told apart from ours by nothing but its place, so it is brought into one line first, without the
characters that could turn or hide what stands beside it. The templates escape it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import vocabulary as words
from .languages import Preferences, lookup

Json = Mapping[str, Any]
LONGEST = 160

_BY_VERB = {
    words.VOIDED: gettext_lazy("%(who)s voided an earlier statement"),
    words.ANSWERED: gettext_lazy("%(who)s answered “%(what)s”"),
    words.INITIALIZED: gettext_lazy("%(who)s began “%(what)s”"),
    words.COMPLETED: gettext_lazy("%(who)s completed “%(what)s”"),
    words.SATISFIED: gettext_lazy("%(who)s finished and passed “%(what)s”"),
    words.PASSED: gettext_lazy("%(who)s passed “%(what)s”"),
    words.FAILED: gettext_lazy("%(who)s did not pass “%(what)s”"),
    words.EVALUATED: gettext_lazy("%(who)s made a self-assessment in %(what)s"),
    words.VERIFIED: gettext_lazy("%(who)s had %(what)s verified"),
    words.CERTIFIED: gettext_lazy("%(who)s was delegated %(what)s"),
    words.AGREED: gettext_lazy("%(who)s agreed with %(what)s"),
    words.DISAGREED: gettext_lazy("%(who)s did not agree with %(what)s"),
}
_OF_QUESTIONS = {
    words.PASSED: gettext_lazy("%(who)s passed the questions in “%(what)s”"),
    words.FAILED: gettext_lazy("%(who)s did not pass the questions in “%(what)s”"),
}


def sentence_of(
    statement: Json, who: str, displays: Mapping[str, Json], definitions: Mapping[str, Json], wanted: Preferences
) -> str:
    """Return who did what, and how it went; not when. `displays` and `definitions` are the store's own, by IRI."""
    verb = statement["verb"]["id"]
    target = statement["object"]
    definition = definitions.get(target.get("id", ""), {})
    what = _what(target, definition, wanted)
    said = _pattern(verb, definition) % {
        "who": plain(who),
        "what": what,
        "verb": verb_words(verb, displays.get(verb, {}), wanted),
    }
    return ", ".join([said, *_results(statement.get("result", {}), verb)])


def verb_words(iri: str, display: Json, wanted: Preferences) -> str:
    """Return how a verb reads: our own display of our own, else what its statements say, else the end of its IRI."""
    texts = words.own().display.get(iri) or display
    return plain(next(iter(lookup(dict(texts), wanted).values()), "")) or plain(iri.rstrip("/#").rpartition("/")[2])


def name_of(iri: str, definition: Json, wanted: Preferences) -> str:
    """Return the title of an activity; what it says where it has none (a question); else its IRI."""
    for part in ("name", "description"):
        if text := plain(next(iter(lookup(dict(definition.get(part, {})), wanted).values()), "")):
            return text
    return plain(iri)


def plain(text: str) -> str:
    """Return foreign text in one line, of a length to read, without characters that steer (also the direction)."""
    kept = "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in text)
    line = " ".join("".join(each for each in kept if unicodedata.category(each) != "Cf").split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _pattern(verb: str, definition: Json) -> str:
    if definition.get("type") == words.QUESTION_SET and verb in _OF_QUESTIONS:
        return str(_OF_QUESTIONS[verb])
    if verb == words.own().assessed:
        return _("%(who)s was assessed in %(what)s")
    return str(_BY_VERB[verb]) if verb in _BY_VERB else "%(who)s %(verb)s %(what)s"


def _what(target: Json, definition: Json, wanted: Preferences) -> str:
    match target.get("objectType", "Activity"):
        case "Activity":
            return name_of(target["id"], definition, wanted)
        case "StatementRef":
            return _("an earlier statement")
        case "SubStatement":
            return _("something planned")
        case _:
            return _("somebody")


def _results(result: Json, verb: str) -> list[str]:
    found = []
    score = result.get("score", {})
    if "raw" in score and "max" in score:
        found.append(_("%(right)s of %(all)s") % {"right": _number(score["raw"]), "all": _number(score["max"])})
    elif "scaled" in score:
        found.append(_("%(share)s per cent") % {"share": _number(round(score["scaled"] * 100))})
    level = result.get("extensions", {}).get(words.own().level)
    is_not_yet = verb == words.own().assessed and result.get("success") is False
    if isinstance(level, int):
        text = _("not at level %(level)s yet") if is_not_yet else _("level %(level)s")
        found.append(text % {"level": _number(level)})
    elif is_not_yet:
        found.append(_("not yet"))
    if verb == words.ANSWERED and "success" in result:
        found.append(_("right") if result["success"] else _("wrong"))
    return found


def _number(value: float) -> str:
    return plain(number_format(int(value) if value == int(value) else value))
