"""Keeps the compiled catalogues as new as their sources, so that no step has to be remembered.

gettext's tools may be missing on the machine that runs Lärnära, so `polib` compiles, in the first process that
starts after a catalogue has changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed


def compile_outdated(folder: Path) -> list[Path]:
    """Compile every `.po` below `folder` that is newer than its `.mo`, and return those that were."""
    outdated = [source for source in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_outdated(source)]
    for source in outdated:
        # Whole or not at all: another process may be reading it.
        unfinished = source.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        compiled = unfinished.replace(source.with_suffix(".mo"))
        # Something may have been said before, while the models were loaded: what Django read then is forgotten.
        translation_file_changed(None, file_path=compiled)
    return outdated


def _is_outdated(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns
