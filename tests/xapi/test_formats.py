"""The special data types (2.0: 4.2.7, 1.0.3: Data 2.2 and 4.0)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.statement import formats


@pytest.mark.parametrize(
    "value",
    ["http://a.b/c", "urn:uuid:1", "tag:x,2015:/y", "http://å.se/ö?q=1#x", "http://[::1]:80/x", "a:b", "h:%20"],
)
def test_an_iri_has_a_scheme(value: str) -> None:
    """1.0.3: Data 2.2, 4.3; RFC 3987."""
    assert formats.is_iri(value)


@pytest.mark.parametrize(
    "value", ["", "http:", "//a/b", "a/b", "http://a b", "http://a/<", "ab=c://x", "http://a/%zz", "1h:x", "h://a#b#c"]
)
def test_what_has_no_scheme_or_an_illegal_character_is_no_iri(value: str) -> None:
    """1.0.3: Data 2.2, 4.3; RFC 3987."""
    assert not formats.is_iri(value)


def test_a_long_bad_iri_is_refused_at_once() -> None:
    started = datetime.now(UTC)
    assert not formats.is_iri("http://a/" + "a" * 1_000_000 + " ")
    assert datetime.now(UTC) - started < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ("AA97B177-9383-4934-8543-0F91A7A02836", True),
        ("aa97b177-9383-4934-8543-0f91a7a02836", True),
        ("aa97b177938349348543 0f91a7a02836", False),
        ("aa97b177938349348543-0f91a7a02836", False),
        ("aa97b1779383493485430f91a7a02836", False),
        ("{aa97b177-9383-4934-8543-0f91a7a02836}", False),
        ("aa97b177-9383-4934-8543-0f91a7a028368", False),
        ("ma97b177-9383-4934-8543-0f91a7a02836", False),
        ("aa97b177-9383-4934-8543-0f91a7a02836\n", False),
    ],
)
def test_a_uuid_is_in_standard_form(value: str, is_valid: bool) -> None:
    """1.0.3: Data 4.4: MUST be in the standard string form."""
    assert formats.is_uuid(value) is is_valid


@pytest.mark.parametrize(
    "value", ["en", "de-DE", "zh-Hant", "sr-Latn-RS", "cmn", "es-419", "sl-rozaj-biske", "x-own", "i-klingon", "EN-us"]
)
def test_a_language_tag_of_rfc_5646(value: str) -> None:
    """1.0.3: Data 2.2, 4.2."""
    assert formats.is_language_tag(value)


@pytest.mark.parametrize(
    "value",
    ["", "e", "en_US", "a12345678", "a12345", "en-", "en-US-US", "zh-z-aaa-z-bbb", "de-1901-1901", "en\n", "sv "],
)
def test_what_is_no_language_tag(value: str) -> None:
    """1.0.3: Data 2.2, 4.2: also two extensions of one letter, and a variant given twice."""
    assert not formats.is_language_tag(value)


@pytest.mark.parametrize("value", ["P1Y", "P0.5Y", "PT1H0M0.1S", "PT16559.1S", "P3Y1M29DT4H35M59.14S", "P4W", "PT1,5S"])
def test_a_duration_of_iso_8601(value: str) -> None:
    """1.0.3: Data 4.6."""
    assert formats.is_duration(value)


@pytest.mark.parametrize(
    "value",
    ["", "P", "PT", "P1DT", "P1Y2W", "P4W1D", "P1W2", "P1.5YT1S", "PT1.5H2M", "PA1H0M0S", "P-1D", "1D", "P1\n"],
)
def test_what_is_no_duration(value: str) -> None:
    """1.0.3: Data 4.6: weeks stand alone, and only the smallest part has a fraction."""
    assert not formats.is_duration(value)


def test_durations_are_compared_to_hundredths_of_a_second() -> None:
    """1.0.3: Data 4.6: precision beyond 0.01 second is cut, not rounded."""
    assert formats.comparable_duration("P1DT12H36M0.1287S") == "P1DT12H36M0.12S"
    assert formats.comparable_duration("PT1,239S") == "PT1,23S"
    assert formats.comparable_duration("PT0.1S") == "PT0.1S"
    assert formats.comparable_duration("P0.1287Y") == "P0.1287Y"


offsets = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=offsets).filter(lambda moment: 1 < moment.year < 9999))
def test_every_moment_written_by_rfc_3339_is_read_back(aware: datetime) -> None:
    """2.0: 4.2.7; 1.0.3: Data 4.5."""
    text = aware.isoformat()
    read = formats.parse_timestamp(text)
    assert read == aware
    assert read is not None
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2008-09-15T15:53:00.601-00:00",
        "2008-09-15T15:53:00.601-0000",
        "2008-09-15T15:53:00.601-00",
        "2008-09-15",
        "01/011/2015",
        "2008-02-30T00:00:00Z",
        "2008-09-15T24:00:00Z",
        "2008-09-15T15:61:00Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "yesterday",
        "",
        "2008-09-15T15:53:00Z\n",
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_what_is_no_timestamp(value: str, strict: bool) -> None:
    """2.0: 4.2.7; 1.0.3: Data 4.5. An offset of minus zero, no time of day, no such day."""
    assert formats.parse_timestamp(value, strict=strict) is None


@pytest.mark.parametrize("value", ["2008-09-15T15:53:00", "20080915T155300Z", "2008-09-15T15:53:00+01"])
def test_other_forms_of_iso_8601_are_for_1_0_3_only(value: str) -> None:
    """2.0: 4.2.7 requires RFC 3339; 1.0.3: Data 4.5 asks for it and allows ISO 8601."""
    assert formats.parse_timestamp(value) is None
    assert formats.parse_timestamp(value, strict=False) is not None


def test_a_leap_second_is_the_first_of_the_next_minute() -> None:
    assert formats.parse_timestamp("2016-12-31T23:59:60Z") == datetime(2017, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ("mailto:a@b.se", True),
        ("mailto:å@ö.se", True),
        ('mailto:"a b"@c', True),
        ("mailto:a@[1.2.3.4]", True),
        ("a@b.se", False),
        ("mailto:a", False),
        ("mailto:a b@c", False),
        ("mailto:a@b@c", False),
        ("mailto:", False),
    ],
)
def test_a_mailbox_is_a_mailto_iri(value: str, is_valid: bool) -> None:
    """1.0.3: Data 2.4.2.3."""
    assert formats.is_mailto(value) is is_valid


def test_hashes_and_media_types() -> None:
    """1.0.3: Data 2.4.2.3, 2.4.11."""
    assert formats.is_sha1("aB" * 20)
    assert not formats.is_sha1("a" * 41)
    assert [length for length in range(200) if formats.is_sha2("a" * length)] == [56, 64, 96, 128]
    assert formats.is_media_type("text/plain; charset=utf-8")
    assert formats.is_media_type('a/b;c="d e"')
    assert not formats.is_media_type("text")
    assert not formats.is_media_type("text/plain; charset")
