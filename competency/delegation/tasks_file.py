"""The tasks that may be delegated, from a file: what each asks, and who may decide, follow its competency."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from people.api import Organisation

from ..errors import RuleError
from ..models import Competency, Profession
from .models import DelegableTask

PRACTICE_LEVEL = 3
DECIDERS = ("sjukskoterska", "specialistsjukskoterska")
START_SET = Path(__file__).parent.parent / "data" / "delegable_tasks.json"


@transaction.atomic
def load_tasks(source: Path | list[dict[str, Any]] | None, at: datetime, *, owner: Organisation | None = None) -> int:
    """Make or correct tasks (None: the start set), and return how many there are. One that is not named is retired.

    Left out, `preconditions` ask for level 3, theory and practice, and `decided_by` is what the framework says of the
    competency. Raises RuleError by the task's code; then nothing is changed.
    """
    rows = (
        source if isinstance(source, list) else json.loads((source or START_SET).read_text(encoding="utf-8"))["tasks"]
    )
    for position, row in enumerate(rows):
        _save(row, position, owner)
    gone = DelegableTask.objects.filter(organisation=owner, retired_at=None)
    gone.exclude(code__in=[row["code"] for row in rows]).update(retired_at=at)
    return len(rows)


def _read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["tasks"]
    return rows


def _save(row: dict[str, Any], position: int, owner: Organisation | None) -> None:
    code = str(row.get("code", ""))
    competency = Competency.objects.filter(code=row.get("competency", "")).first()
    if not code or slugify(code) != code:
        raise RuleError(_("%(code)s is not a code: use small letters, figures and hyphens.") % {"code": code or "''"})
    if competency is None:
        raise RuleError(_("%(code)s names a competency that the framework does not have.") % {"code": code})
    licensed = set(Profession.objects.filter(licensed=True).values_list("code", flat=True))
    deciders = row.get("decided_by") or competency.authorisation.get("decided_by") or list(DECIDERS)
    if not set(deciders) & licensed or not set(deciders) <= licensed:
        raise RuleError(_("%(code)s is to be decided by somebody without a licence.") % {"code": code})
    DelegableTask.objects.update_or_create(
        code=code,
        defaults={
            "title_sv": row["title_sv"],
            "title_en": row.get("title_en", ""),
            "organisation": owner,
            "competency": competency,
            "preconditions": row.get("preconditions") or {"level": PRACTICE_LEVEL, "theory": True, "practice": True},
            "decided_by": list(deciders),
            "may_be_single": row.get("may_be_single", True),
            "position": position,
            "retired_at": None,
        },
    )
