"""What the framework offers to choose from: the one place where the workshop asks `competency`."""

from __future__ import annotations

from competency.api import competencies, professions


def competency_choices() -> list[tuple[str, str]]:
    return [("", "–"), *((row.code, f"{row.code} {row.title}") for row in competencies())]


def profession_choices() -> list[tuple[str, str]]:
    return [(row.code, row.title) for row in professions()]
