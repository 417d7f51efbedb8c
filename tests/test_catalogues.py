"""The Swedish catalogue is the product's voice: complete, nothing guessed, nothing left over."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
import wagtail
from django.conf import settings

CATALOGUES = sorted(Path(settings.BASE_DIR, "locale").glob("**/sv/LC_MESSAGES/*.po"))
WAGTAIL = Path(wagtail.__file__).parent
WAGTAILS = [
    path
    for room in ("", "admin", "documents", "images", "snippets")
    for path in sorted(WAGTAIL.joinpath(room, "locale/en/LC_MESSAGES").glob("*.po"))
]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.name)
def catalogue(request: pytest.FixtureRequest) -> polib.POFile:
    return polib.pofile(str(request.param))


def test_there_is_a_swedish_catalogue() -> None:
    assert "django.po" in [path.name for path in CATALOGUES]


def test_nothing_is_missing(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []


def test_nothing_is_guessed(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_nothing_is_left_over(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_every_placeholder_is_kept(catalogue: polib.POFile) -> None:
    changed = []
    for entry in catalogue:
        sources = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
        wanted = {each for source in sources for each in PLACEHOLDER.findall(source)}
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            # A singular may leave its number out; nothing may ask for what is not given.
            given = set(PLACEHOLDER.findall(text))
            if not given <= wanted or (not entry.msgid_plural and given != wanted):
                changed.append(entry.msgid)
    assert changed == []


@pytest.mark.parametrize("english", WAGTAILS, ids=lambda path: str(path.relative_to(WAGTAIL)))
def test_the_workshop_says_nothing_in_english_to_a_swede(english: Path) -> None:
    theirs = Path(str(english).replace("/en/", "/sv/"))
    ours = Path(settings.BASE_DIR, "locale/wagtail/sv/LC_MESSAGES", english.name)
    catalogues = [polib.pofile(str(path)) for path in (theirs, ours)]
    swedish = {(entry.msgid, entry.msgctxt) for catalogue in catalogues for entry in catalogue.translated_entries()}
    wanted = [(entry.msgid, entry.msgctxt) for entry in polib.pofile(str(english))]
    assert [each for each in wanted if each not in swedish] == []


@pytest.mark.parametrize(
    ("english", "swedish"),
    [
        ("Met", "Uppfyllt"),
        ("On the way", "På väg"),
        ("Missing", "Saknas"),
        ("Expires soon", "Går ut snart"),
        ("Expired", "Har gått ut"),
    ],
)
def test_status_has_always_the_same_words(english: str, swedish: str) -> None:
    entries = [entry for path in CATALOGUES for entry in polib.pofile(str(path)) if entry.msgctxt == "status"]
    assert [entry.msgstr for entry in entries if entry.msgid == english] == [swedish]
