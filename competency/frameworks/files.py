"""A framework in a file, by the file's ending: JSON, a workbook, a folder of CSV files, or one of those alone."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any, Final

from django.utils.translation import gettext as _

from people.api import holds_personnummer

from ..errors import FrameworkError
from ..framework_file import checked, content_in
from .spreadsheets import csv_of, read_tables, workbook_of, zip_of
from .tables import COLUMNS, content_from, tables_of

Json = dict[str, Any]
ENDINGS: Final = (".json", ".xlsx", ".zip", ".csv")


def content_of_file(name: str, data: bytes, base: Json) -> Json:
    """Return the checked content of a file. Tables that a spreadsheet leaves out stay as they are in `base`.

    Raises FrameworkError with everything that is wrong, each by its place.
    """
    ending = PurePath(name).suffix.lower()
    if ending == ".json":
        content = checked(content_in(name, data), name)
    elif ending in ENDINGS:
        raw, places = content_from(read_tables(name, data), base)
        content = checked(raw, name, places)
    else:
        what = {"file": name, "endings": ", ".join(ENDINGS)}
        raise FrameworkError(_("%(file)s is not a framework file: its name must end with one of %(endings)s.") % what)
    if holds_personnummer(json.dumps(content, ensure_ascii=False)):
        raise FrameworkError(
            _("%(file)s holds a personal identity number. Remove it; nothing was changed.") % {"file": name}
        )
    return content


def file_of_content(name: str, content: Json) -> bytes:
    """Return the content as a file of that name: `x.json`, `x.xlsx`, `x.zip`, or one table as `competencies.csv`.

    Raises FrameworkError for another ending, and for a CSV file that is named after none of the tables.
    """
    path = PurePath(name)
    ending = path.suffix.lower()
    if ending == ".json":
        return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
    if ending == ".xlsx":
        return workbook_of(tables_of(content))
    if ending == ".zip":
        return zip_of(tables_of(content))
    if ending == ".csv" and path.stem.lower() in COLUMNS:
        return csv_of(path.stem.lower(), tables_of(content))
    what = {"endings": ", ".join(ENDINGS), "names": ", ".join(COLUMNS)}
    raise FrameworkError(
        _("Name the file so that it ends with one of %(endings)s; a CSV file holds one of the tables %(names)s.") % what
    )
