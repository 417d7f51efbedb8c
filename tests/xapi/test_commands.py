"""`manage.py credentials` and `manage.py statements`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from people.models import Organisation
from xapi.api import full_statement, record, statements_about
from xapi.models import Credential, Statement

from .bodies import ANNA, AT, Json, full, full_sub, named, plain, voiding
from .conftest import authorization

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    """Run a command as `manage.py` does, with the system's checks, which share names with a command's methods."""
    output = StringIO()
    call_command(*args, stdout=output, stderr=output, skip_checks=False)
    return output.getvalue()


def write(path: Path, bodies: list[Json]) -> str:
    path.write_text("".join(json.dumps(body) + "\n" for body in bodies), encoding="utf-8")
    return str(path)


def test_a_credential_is_made_and_opens_the_store(granvik: Organisation) -> None:
    key, secret = run("credentials", "create", "Simulatorn", "--organisation", "granvik").split()
    credential = Credential.objects.get()
    assert (credential.name, credential.organisation, credential.scopes) == ("Simulatorn", granvik, ["all"])
    assert Client(headers=authorization(key, secret)).get("/xapi/statements").status_code == 200


def test_a_credential_has_the_scopes_and_the_end_that_were_asked_for() -> None:
    run("credentials", "create", "x", "--scopes", "statements/write, state", "--until", "2026-12-31")
    credential = Credential.objects.get()
    assert credential.scopes == ["statements/write", "state"]
    assert str(credential.expires_at) == "2026-12-31 23:00:00+00:00"


def test_a_credential_pseudonymises_when_that_was_asked_for() -> None:
    key, secret = run("credentials", "create", "x", "--pseudonymise").split()
    client = Client(headers=authorization(key, secret))
    body = named(actor={"mbox": "mailto:carl@example.org"})
    client.post("/xapi/statements", json.dumps(body), content_type="application/json")
    assert "mbox" not in full_statement(UUID(body["id"]))["actor"]
    with override_settings(PSEUDONYM_KEY=""), pytest.raises(CommandError, match="PSEUDONYM_KEY"):
        run("credentials", "create", "y", "--pseudonymise")
    assert Credential.objects.count() == 1


def test_a_revoked_credential_opens_nothing() -> None:
    key, secret = run("credentials", "create", "x").split()
    run("credentials", "revoke", key)
    assert Client(headers=authorization(key, secret)).get("/xapi/statements").status_code == 401
    with pytest.raises(CommandError, match="no credential in force"):
        run("credentials", "revoke", key)


def test_a_changed_secret_is_printed_and_the_old_one_opens_for_some_days() -> None:
    key, old = run("credentials", "create", "x").split()
    same, new = run("credentials", "change-secret", key).split()
    assert same == key
    assert all(
        Client(headers=authorization(key, each)).get("/xapi/statements").status_code == 200 for each in (old, new)
    )
    _same, newest = run("credentials", "change-secret", key, "--days", "0").split()
    opened = [Client(headers=authorization(key, each)).get("/xapi/statements").status_code for each in (new, newest)]
    assert opened == [401, 200]
    with pytest.raises(CommandError, match="no credential in force"):
        run("credentials", "change-secret", "unknown")


@pytest.mark.parametrize("options", [["--organisation", "nowhere"], ["--scopes", "everything"]])
def test_a_credential_for_what_does_not_exist_is_not_made(options: list[str]) -> None:
    with pytest.raises(CommandError, match=r"nowhere|everything"):
        run("credentials", "create", "x", *options)
    assert Credential.objects.count() == 0


def test_what_is_exported_is_what_came_in(tmp_path: Path) -> None:
    bodies = [full(), full_sub(id=str(uuid4())), named(), voiding(uuid4(), id=str(uuid4()))]
    record(bodies, organisation=None, at=AT)
    file = tmp_path / "out.jsonl"
    assert "4 statements written" in run("statements", "export", str(file))
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert lines == [full_statement(UUID(body["id"])) for body in bodies]
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_an_export_read_in_again_changes_nothing(tmp_path: Path) -> None:
    record([full(), full_sub(), named()], organisation=None, at=AT)
    file = str(tmp_path / "out.jsonl")
    run("statements", "export", file)
    assert "0 statements recorded, 3 were stored already." in run("statements", "import", file)
    assert Statement.objects.count() == 3


def test_what_is_imported_is_vouched_for_by_the_importer(tmp_path: Path, granvik: Organisation) -> None:
    """(semantics 11) A file that says "platform" is not thereby the platform's word."""
    body = named(authority={"account": {"homePage": "https://larnara.example.org", "name": "platform"}})
    file = write(tmp_path / "in.jsonl", [body, plain()])
    assert "2 statements recorded" in run("statements", "import", file, "--organisation", "granvik")
    importer = Credential.objects.get()
    assert {one.authority_key for one in statements_about([ANNA])} == {f"credential/{importer.uuid}"}
    assert {one.organisation_id for one in statements_about([ANNA])} == {granvik.pk}
    assert importer.revoked_at is not None


def test_an_import_that_was_cut_off_is_taken_up_again(tmp_path: Path) -> None:
    bodies = [named() for _number in range(7)]
    run("statements", "import", write(tmp_path / "half.jsonl", bodies[:4]))
    assert "3 statements recorded, 4 were stored already." in run(
        "statements", "import", write(tmp_path / "whole.jsonl", bodies)
    )


@pytest.mark.parametrize("action", ["check", "import"])
def test_a_bad_line_is_named_and_nothing_is_stored(tmp_path: Path, action: str) -> None:
    file = tmp_path / "bad.jsonl"
    good, bad = json.dumps(named()), json.dumps(plain(verb={"id": "x"}))
    file.write_bytes(f"{good}\n\n{bad}\n{{\n".encode() + b'"\xff"\n')
    output = StringIO()
    with pytest.raises(CommandError, match="nothing was recorded"):
        call_command("statements", action, str(file), stderr=output)
    assert output.getvalue().splitlines() == [
        f"{file}:3: $.verb.id: must be an IRI with a scheme. [4.2.2.2]",
        f"{file}:4: The body is not JSON: Expecting property name enclosed in double quotes at line 2, column 1.",
        f"{file}:5: The body is not UTF-8: byte 1 is wrong.",
    ]
    assert Statement.objects.count() == 0


def test_a_good_file_is_said_to_be_good_and_changes_nothing(tmp_path: Path) -> None:
    old = plain(version="1.0.3", timestamp="20260101T000000Z")
    file = write(tmp_path / "good.jsonl", [full(), full_sub(), old])
    assert "follows the specification" in run("statements", "check", file)
    assert Statement.objects.count() == 0


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run("statements", "check", str(tmp_path / "none"))


def test_a_statement_of_another_content_stops_the_import(tmp_path: Path) -> None:
    body = named()
    record([body], organisation=None, at=AT)
    output = StringIO()
    file = write(tmp_path / "in.jsonl", [body | {"result": {"success": True}}])
    with pytest.raises(CommandError, match="nothing was recorded"):
        call_command("statements", "import", file, stderr=output)
    assert f"{file}:1: " in output.getvalue()
    assert body["id"] in output.getvalue()
