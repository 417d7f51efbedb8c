"""Where in a spreadsheet something stands, for whoever must find it again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _


@dataclass
class Places:
    """Where each thing of a content stands: the sheet and the row, by the path that `framework_file` gives it."""

    by_path: dict[str, tuple[str, int]] = field(default_factory=dict)
    strays: list[tuple[str, str]] = field(default_factory=list)
    """Rows that belong to something that is not there: the path of what they name it in, and the name."""

    def of(self, path: str) -> tuple[str, int, str] | None:
        """Return the sheet, the row and the column of a path, or None if it is not from a table."""
        head = path
        while head:
            if head in self.by_path:
                sheet, row = self.by_path[head]
                return sheet, row, path[len(head) :].lstrip(". ").partition(".")[0]
            head = head[: max(head.rfind("."), head.rfind("["), head.rfind(" "), 0)]
        return None


def place_of(sheet: str, row: int, column: str = "") -> str:
    """Return a place in a spreadsheet in words."""
    place = {"sheet": sheet, "row": row, "column": column}
    if column:
        return _("sheet %(sheet)s, row %(row)s, column %(column)s") % place
    return _("sheet %(sheet)s, row %(row)s") % place
