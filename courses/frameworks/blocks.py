"""The parts of a framework as blocks of the workshop, and what they say as the file format has it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, ChoiceBlock, DateBlock, IntegerBlock, StructBlock, TextBlock

from competency.api import Kind
from courses.framework import competency_choices

Json = dict[str, Any]
LEVEL_NUMBERS = (1, 2, 3, 4)


class LevelBlock(StructBlock):
    level = IntegerBlock(label=_("Level"), min_value=0, max_value=4)
    name_sv = CharBlock(label=_("Name"), max_length=80)
    name_en = CharBlock(label=_("Name in English"), max_length=80, required=False)
    descriptor_sv = TextBlock(label=_("Descriptor"), required=False, rows=3)

    class Meta:
        icon = "order"
        label = _("Level")
        label_format = "{level} {name_sv}"


class AreaBlock(StructBlock):
    code = CharBlock(label=_("Code"), max_length=20)
    title_sv = CharBlock(label=_("Title"), max_length=200)
    title_en = CharBlock(label=_("Title in English"), max_length=200, required=False)
    description_sv = TextBlock(label=_("Description"), required=False, rows=2)

    class Meta:
        icon = "folder"
        label = _("Area")
        label_format = "{code} {title_sv}"


class CompetencyBlock(StructBlock):
    code = CharBlock(
        label=_("Code"), max_length=20, help_text=_("Never used for anything else again: HYG-10, for example.")
    )
    area = CharBlock(label=_("Area"), max_length=20, help_text=_("The code of the area."))
    title_sv = CharBlock(label=_("Title"), max_length=200)
    title_en = CharBlock(label=_("Title in English"), max_length=200, required=False)
    description_sv = TextBlock(label=_("Description"), required=False, rows=3)
    kind = ChoiceBlock(label=_("Kind"), choices=Kind.choices)
    risk = IntegerBlock(label=_("Risk"), min_value=1, max_value=10, help_text=_("How much harm a gap may do: 1 to 3."))
    validity_months = IntegerBlock(
        label=_("Valid for months"), min_value=1, max_value=1200, required=False, help_text=_("Empty: it does not end.")
    )
    may_require_delegation = BooleanBlock(label=_("May need a delegation"), required=False)
    delegation_note_sv = TextBlock(label=_("Note on delegation"), required=False, rows=2)
    rules_like = ChoiceBlock(
        label=_("Rules to begin with"),
        choices=competency_choices,
        required=False,
        help_text=_("For a new competency: shown by what shows this one. Empty: as the one it takes over from."),
    )

    class Meta:
        icon = "tick"
        label = _("Competency")
        label_format = "{code} {title_sv}"


class SuccessionBlock(StructBlock):
    old = CharBlock(label=_("Earlier competency"), max_length=20, help_text=_("The code of what is retired."))
    new = CharBlock(
        label=_("Competency that takes over"), max_length=20, help_text=_("The code of what counts from now on.")
    )
    level_1 = IntegerBlock(label=_("Level 1 counts as"), min_value=1, max_value=4, required=False)
    level_2 = IntegerBlock(label=_("Level 2 counts as"), min_value=1, max_value=4, required=False)
    level_3 = IntegerBlock(label=_("Level 3 counts as"), min_value=1, max_value=4, required=False)
    level_4 = IntegerBlock(label=_("Level 4 counts as"), min_value=1, max_value=4, required=False)
    since = DateBlock(label=_("From"), required=False, help_text=_("Empty: when this version is published."))
    reason = TextBlock(label=_("Reason"), rows=2, help_text=_("Everybody whose level is carried over can read it."))

    class Meta:
        icon = "arrow-right"
        label = _("What takes over")
        label_format = "{old} → {new}"


LEVELS = [("level", LevelBlock())]
AREAS = [("area", AreaBlock())]
COMPETENCIES = [("competency", CompetencyBlock())]
SUCCESSIONS = [("succession", SuccessionBlock())]


def as_blocks(content: Json) -> Json:
    """Return the values of the draft's streams that say what a framework's content says."""
    return {
        "level_scale": [("level", _only(row, LevelBlock)) for row in content["level_scale"]],
        "areas": [("area", _only(row, AreaBlock)) for row in content["areas"]],
        "competencies": [("competency", _only(row, CompetencyBlock)) for row in content["competencies"]],
        "successions": [("succession", _succession(row)) for row in content.get("successions", [])],
    }


def rows_of(stream: Any) -> list[Json]:
    """Return what the blocks of levels, areas or competencies say."""
    return [{name: _text(each) for name, each in child.value.items()} for child in stream]


def successions_of(stream: Any) -> list[Json]:
    return [_said(child.value) for child in stream]


def _only(row: Json, block: type[StructBlock]) -> Json:
    return {name: row[name] for name in block.base_blocks if name in row}


def _succession(row: Json) -> Json:
    levels = {f"level_{level}": row["levels"].get(str(level)) for level in LEVEL_NUMBERS}
    since = date.fromisoformat(row["from"]) if row["from"] else None
    return {"old": row["old"], "new": row["new"], "since": since, "reason": row["reason"], **levels}


def _said(value: Any) -> Json:
    levels = {str(level): value[f"level_{level}"] for level in LEVEL_NUMBERS if value[f"level_{level}"]}
    since = value["since"].isoformat() if value["since"] else ""
    return {
        "old": _text(value["old"]),
        "new": _text(value["new"]),
        "levels": levels,
        "from": since,
        "reason": value["reason"],
    }


def _text(value: Any) -> Any:
    """Return a text without space around it, and what is not text as it is; numbers that are left out stay None."""
    return value.strip() if isinstance(value, str) else value
