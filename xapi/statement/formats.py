"""The special data types of the specification: what a well-formed value of each looks like.

Sections are those of IEEE 9274.1.1 (2.0): 4.2.7, and of 1.0.3: Data 2.2 and 4.0. Validation of IRIs and mailboxes is
by syntax, as both versions allow.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")

# RFC 3987: `++` never gives characters back, so a long bad IRI is refused in one pass.
_IRI_CHAR = (
    r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd]|%[0-9A-Fa-f]{2})"
)
_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*+:(?=[^#])"
    r"(?://(?:[^/?#@\[\]\s]*+@)?\[[0-9A-Fa-f:.]+\](?::\d*+)?(?=[/?#]|\Z))?"
    rf"{_IRI_CHAR}*+(?:\?(?:{_IRI_CHAR}|[?\ue000-\uf8ff])*+)?(?:#(?:{_IRI_CHAR}|\?)*+)?"
)

_ATOM = r"[^\s@\"(),:;<>\[\\\]\x00-\x20\x7f]++"
# A domain has none of the characters that would begin something after the address: `a@b?subject=x` is more than one.
_DOMAIN = r"[^\s@\"(),:;<>\[\\\]\x00-\x20\x7f?#/%&=]++"
_MAILTO = re.compile(rf'mailto:(?:{_ATOM}|"(?:[^"\\]|\\.)+")@(?:{_DOMAIN}|\[[0-9A-Za-z:.]+\])')

_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"(?:[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})")

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]++"
# No control characters: it stands in a header when the attachment is given back.
_MEDIA_TYPE = re.compile(
    rf'{_TOKEN}/{_TOKEN}(?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"))*[ \t]*;?'
)

# ISO 8601:2004 4.4.3.2. Weeks stand alone; only the smallest part given may have a fraction.
_N = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    rf"P(?:{_N}W|(?=\d|T\d)(?:{_N}Y)?(?:{_N}M)?(?:{_N}D)?(?:T(?=\d)(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?)?)", re.ASCII
)
_EARLY_FRACTION = re.compile(r"[.,]\d+[A-Z].")
_FINE_SECONDS = re.compile(r"([.,]\d\d)\d+S\Z", re.ASCII)

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_NEGATIVE_ZERO_OFFSET = re.compile(r"-00(?::?00)?\Z")

# RFC 5646 2.1; the irregular tags of its grandfathered production are listed, the regular ones fit the rule.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+",
    re.ASCII,
)
_GRANDFATHERED = frozenset(
    [
        "en-gb-oed",
        "i-ami",
        "i-bnn",
        "i-default",
        "i-enochian",
        "i-hak",
        "i-klingon",
        "i-lux",
        "i-mingo",
        "i-navajo",
        "i-pwn",
        "i-tao",
        "i-tay",
        "i-tsu",
        "sgn-be-fr",
        "sgn-be-nl",
        "sgn-ch-de",
        "art-lojban",
        "cel-gaulish",
        "no-bok",
        "no-nyn",
        "zh-guoyu",
        "zh-hakka",
        "zh-min",
        "zh-min-nan",
        "zh-xiang",
    ]
)

_CACHED_LENGTH = 300


def is_uuid(value: str) -> bool:
    """True for the standard form with dashes (RFC 9562)."""
    return _UUID.fullmatch(value) is not None


def is_iri(value: str) -> bool:
    """True for an IRI with a scheme (RFC 3987). Short ones are remembered: a batch repeats its verbs and types."""
    return _is_short_iri(value) if len(value) <= _CACHED_LENGTH else _IRI.fullmatch(value) is not None


@lru_cache(maxsize=8192)
def _is_short_iri(value: str) -> bool:
    return _IRI.fullmatch(value) is not None


def is_mailto(value: str) -> bool:
    return _MAILTO.fullmatch(value) is not None


def is_sha1(value: str) -> bool:
    return _SHA1.fullmatch(value) is not None


def is_sha2(value: str) -> bool:
    """True for a hexadecimal SHA-224, SHA-256, SHA-384 or SHA-512."""
    return _SHA2.fullmatch(value) is not None


def is_media_type(value: str) -> bool:
    """True for an Internet media type with or without parameters (RFC 2045)."""
    return _MEDIA_TYPE.fullmatch(value) is not None


def is_duration(value: str) -> bool:
    """True for an ISO 8601 duration; `P1Y2W` and `P1.5YT1S` are not."""
    return _DURATION.fullmatch(value) is not None and _EARLY_FRACTION.search(value) is None


def comparable_duration(value: str) -> str:
    """Return the duration cut to hundredths of a second, which is all that comparisons look at."""
    return _FINE_SECONDS.sub(r"\1S", value)


def is_language_tag(value: str) -> bool:
    """True for a well-formed tag of RFC 5646, with no variant or extension given twice."""
    return len(value) <= _CACHED_LENGTH and _is_language_tag(value.lower())


@lru_cache(maxsize=1024)
def _is_language_tag(tag: str) -> bool:
    if tag in _GRANDFATHERED:
        return True
    match = _LANGUAGE.fullmatch(tag)
    if match is None:
        return False
    variants = (match["variants"] or "").split("-")[1:]
    singletons = [part for part in (match["extensions"] or "").split("-") if len(part) == 1]
    return len(variants) == len(set(variants)) and len(singletons) == len(set(singletons))


def parse_timestamp(value: str, *, strict: bool = True) -> datetime | None:
    """Return the moment in UTC, or None if the value is not a timestamp.

    Strict is RFC 3339, which 2.0 requires. Otherwise any date and time of ISO 8601, as 1.0.3 allows; without an offset
    it is taken as UTC. An offset of minus zero is refused by both.
    """
    if _NEGATIVE_ZERO_OFFSET.search(value, 10):
        return None
    if _RFC3339.fullmatch(value):
        return _moment(value)
    return None if strict or "T" not in value else _moment(value)


def _moment(value: str) -> datetime | None:
    is_leap_second = value[17:19] == "60"
    if is_leap_second:
        value = f"{value[:17]}59{value[19:]}"
    try:
        moment = datetime.fromisoformat(value.upper())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment + timedelta(seconds=1) if is_leap_second else moment
    except (ValueError, OverflowError):
        return None
