"""What of a query may be kept. Pure: answers from the text alone.

A query is kept for its subject. One that may be about a person is not kept at all, rather than cut: what is left of a
name or a number still says too much beside a day and an organisation.
"""

from __future__ import annotations

import re
import unicodedata

from people.api import holds_personnummer

LONGEST = 80
MOST_DIGITS = 4
# A number of a person, a telephone, a case. Doses, years and paragraphs of a law are shorter.
DIGITS = re.compile(r"\d")
MAIL = re.compile(r"\S@\S")
# "Anna Ek"; also "Senior Alert", which is a pity and is found in other spellings.
# It is looked for where capitals of any alphabet are A and other letters a: "Müller, Hans", "Anna von Ek".
NAME = re.compile(r"\bAa+(?:['’]?A?a+)?[ ,-]+Aa+")
BEFORE_NAMES = re.compile(r"\b(?:af|al|bin|da|de|di|el|ibn|van|von)\s+(?=\w)")
# Andersson, Karlsson: the commonest surnames say what they are also in small letters.
SURNAME = re.compile(r"\w{2,}sson\b", re.IGNORECASE)
ADDRESS = re.compile(r"(?:vägen|gatan|gränd|stigen|torget|backen|rum|lgh)\s*\d", re.IGNORECASE)


def kept(text: str) -> str:
    """Return a query as it may be kept: in small letters, with single spaces, cut; empty if it may not be kept."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text.casefold()[:LONGEST].strip() if text.isprintable() and not may_name_somebody(text) else ""


def may_name_somebody(text: str) -> bool:
    """Whether a text holds, or looks as if it held, something about one person."""
    text = unicodedata.normalize("NFC", text)
    return (
        len(DIGITS.findall(text)) > MOST_DIGITS
        or holds_personnummer(text)
        or any(pattern.search(text) for pattern in (MAIL, SURNAME, ADDRESS))
        or bool(NAME.search(_capitals(BEFORE_NAMES.sub("", text))))
    )


def _capitals(text: str) -> str:
    return "".join("A" if sign.isupper() else "a" if sign.isalpha() else sign for sign in text)
