from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from lms.translations import compile_outdated

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Met"\nmsgstr "{}"\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "sv" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE.format("Uppfyllt"), encoding="utf-8")
    return source


def translated(source: Path) -> str:
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Met")


def test_a_catalogue_without_a_compiled_one_is_compiled(source: Path) -> None:
    assert compile_outdated(source.parents[2]) == [source]
    assert translated(source) == "Uppfyllt"


def test_a_compiled_one_that_is_as_new_is_left_alone(source: Path) -> None:
    compile_outdated(source.parents[2])
    assert compile_outdated(source.parents[2]) == []


def test_a_catalogue_that_has_changed_is_compiled_again(source: Path) -> None:
    compile_outdated(source.parents[2])
    compiled_at = source.with_suffix(".mo").stat().st_mtime_ns
    source.write_text(CATALOGUE.format("Klart"), encoding="utf-8")
    os.utime(source, ns=(compiled_at + 1, compiled_at + 1))
    assert compile_outdated(source.parents[2]) == [source]
    assert translated(source) == "Klart"
    assert sorted(file.name for file in source.parent.iterdir()) == ["django.mo", "django.po"]
