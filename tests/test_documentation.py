"""What can be set, typed or called stands in the documentation, and what the documentation points to is there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
ROOMS = {"lms", "search", "courses", "competency", "xapi", "people"}
FROM_ENVIRONMENT = re.compile(r"""(?:env(?:\.\w+)?|environ(?:ment)?(?:\.get)?)[(\[]["']([A-Z][A-Z0-9_]+)["']""")
FROM_SHELL = re.compile(r"\$\{?([A-Z][A-Z0-9_]+)")
# What the shell, the system and Django define.
NOT_OURS = {"CDPATH", "DJANGO_ALLOW_ASYNC_UNSAFE", "PWD", "HOME", "PATH", "TMPDIR", "HTTP_X_FORWARDED_PROTO"}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(file for name in listed.splitlines() if (file := ROOT / name).is_file())


@cache
def documentation() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in tracked() if file.suffix == ".md")


def environment_variables() -> set[str]:
    found: set[str] = set()
    for file in tracked():
        if file.suffix == ".py" and "migrations" not in file.parts:
            found.update(FROM_ENVIRONMENT.findall(file.read_text(encoding="utf-8")))
        elif file.name in {"run", "test", "requirements.sh"}:
            found.update(FROM_SHELL.findall(file.read_text(encoding="utf-8")))
    return found - NOT_OURS


def test_every_environment_variable_is_in_the_list_of_settings() -> None:
    listed = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert environment_variables() - listed == set()


def test_the_list_of_settings_names_nothing_that_is_not_read() -> None:
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.M)
    assert len(rows) == len(set(rows))
    assert set(rows) - environment_variables() == set()


def own_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in ROOMS)


@pytest.mark.parametrize("name", own_commands())
def test_every_command_is_documented(name: str) -> None:
    assert f"manage.py {name}" in documentation()


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield "/" + address.strip("^$")


def test_every_address_for_machines_is_documented() -> None:
    for_machines = [
        each for each in addresses(get_resolver()) if each.startswith(("/xapi/", "/api/", "/healthz", "/readyz"))
    ]
    assert for_machines
    assert [each for each in for_machines if f"`{each}`" not in documentation()] == []


def test_every_extension_of_our_statements_is_documented() -> None:
    vocabulary = Path(apps.get_app_config("xapi").path, "vocabulary.py").read_text(encoding="utf-8")
    minted = set(re.findall(r"\{self\.base\}(/[a-z/_-]+)", vocabulary))
    assert minted
    assert sorted(each for each in minted if each not in documentation()) == []


@pytest.mark.parametrize("file", [file for file in tracked() if file.suffix == ".md"], ids=lambda file: file.name)
def test_every_link_leads_to_a_file(file: Path) -> None:
    targets = [target for target in LINK.findall(file.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (file.parent / target).exists()] == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    # Written so that this file does not name them either.
    named = re.compile(r"(?<![\w.])/(?:home|root|Users)/\w|python" + r"hosted|npm" + r"js\.|://[a-z.]*py" + r"pi\.")
    assert [
        f"{file.relative_to(ROOT)}: {hit.group()}"
        for file in tracked()
        if file.suffix in {".py", ".md", ".toml", ".sh", ".lock", ".html", ".css", ".js", ".json", ".csv", ""}
        for hit in [named.search(file.read_text(encoding="utf-8"))]
        if hit
    ] == []
