"""Statements written to files and read from files, with the data of attachments; cut off and taken up."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from people.api import now, today
from people.models import Organisation
from xapi import exporting, importing, jsonlines, pending
from xapi.api import Decision, Entry, dispose, full_statement, record, record_entries
from xapi.attachments import Files
from xapi.exporting import Asked, CannotExport, export_file
from xapi.importing import Import, importer_of
from xapi.jsonlines import last_whole_line, rules_of
from xapi.models import AttachmentData, Statement, StatementAttachment, StatementTarget
from xapi.signatures import CONTENT_TYPE, SIGNATURE

from .bodies import BASE, Json, full, full_sub, named, plain, voiding
from .test_attachments_endpoint import PHOTO, attachment, sha2

pytestmark = pytest.mark.django_db
LONG_AGO = now() - timedelta(days=1)
LARGE = bytes(range(256)) * 2000


@pytest.fixture(autouse=True)
def _no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is written at the same time, so no export waits for what might be."""
    monkeypatch.setattr(pending, "MARGIN", timedelta(0))


def keep(*bodies: Json, data: tuple[bytes, ...] = (), organisation: Organisation | None = None) -> None:
    with Files() as files:
        for content in data:
            files.add(sha2(content), [content], {sha2(content): 1})
        entries = [Entry(body, organisation, LONG_AGO, version=rules_of(body)) for body in bodies]
        record_entries(entries, files=files)


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("statements", *arguments, stdout=output, stderr=output, skip_checks=False)
    return output.getvalue()


def refused(*arguments: str) -> list[str]:
    """Run what must fail, and return the lines it says."""
    output = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("statements", *arguments, stdout=output, stderr=output)
    return [*output.getvalue().splitlines(), str(raised.value)]


def lines(file: Path) -> list[Json]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def ids(file: Path) -> list[str]:
    return [body["id"] for body in lines(file)]


def data_of(file: Path) -> dict[str, bytes]:
    folder = jsonlines.data_beside(file)
    return {each.name: each.read_bytes() for each in folder.iterdir()} if folder.exists() else {}


def write(file: Path, *bodies: Json) -> str:
    file.write_text("".join(f"{json.dumps(body)}\n" for body in bodies), encoding="utf-8")
    return str(file)


def folder_with(file: Path, **contents: bytes) -> None:
    folder = jsonlines.data_beside(file)
    folder.mkdir()
    for name, content in contents.items():
        (folder / name.removeprefix("_")).write_bytes(content)


def dispose_of(*bodies: Json) -> None:
    dispose([UUID(body["id"]) for body in bodies], Decision(at=now(), ground="plan", decided_by="archivist"))


def one_of_each() -> list[Json]:
    """Record one of each kind: voiding, voided, with attachments, signed, referring, of 1.0.3, disposed of."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signed = named()
    signature = jwt.PyJWS(algorithms=["RS256"]).encode(json.dumps(signed).encode(), key, "RS256").encode()
    signed["attachments"] = [attachment(signature, usageType=SIGNATURE, contentType=CONTENT_TYPE)]
    photo = named(attachments=[attachment(), attachment(LARGE)])
    voided, gone = named(), full(id=str(uuid4()), attachments=[attachment(b"to be disposed of")])
    referring = named(object={"objectType": "StatementRef", "id": photo["id"]})
    old = named(version="1.0.3", timestamp="2026-01-01T00:00:00")
    bodies = [voiding(voided["id"], id=str(uuid4())), voided, photo, signed, referring, full(), full_sub(), old, gone]
    bodies.append(named(attachments=[attachment()], actor={"mbox": "mailto:carl@example.org", "name": "Carl"}))
    bodies = [{"id": str(uuid4())} | body for body in bodies]
    keep(*bodies, data=(PHOTO, LARGE, signature, b"to be disposed of"))
    dispose_of(gone)
    return bodies


# --- There and back --------------------------------------------------------------------------------------------------

ADDED = ("stored", "authority")


def without_added(bodies: list[Json]) -> list[Json]:
    return [{name: value for name, value in body.items() if name not in ADDED} for body in bodies]


@contextmanager
def forgotten() -> Iterator[None]:
    """What is recorded within is gone after it, so that the store is as empty as another installation's."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_an_export_is_read_in_elsewhere_and_exported_again_the_same(tmp_path: Path) -> None:
    """Statements but for `stored` and `authority`, in the same order, and every byte of their attachments."""
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    with forgotten():
        bodies = one_of_each()
        assert f"{len(bodies)} statements written to {first}." in run("export", str(first))
        assert ids(first) == [body["id"] for body in bodies]
        assert lines(first) == [full_statement(UUID(body["id"])) for body in bodies]
    assert Statement.objects.count() == 0
    assert f"{len(bodies)} statements recorded, 0 were stored already." in run("import", str(first))
    run("export", str(second))
    assert without_added(lines(second)) == without_added(lines(first))
    assert data_of(second) == data_of(first)
    assert len(data_of(first)) == 3
    assert {body["authority"]["account"]["name"] for body in lines(second)} == {importer_of(None, now()).authority_key}


def test_what_is_voided_referred_to_and_disposed_of_is_so_after_the_import(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    with forgotten():
        one_of_each()
        run("export", str(file))
    run("import", str(file))
    by_place = ids(file)
    voided = Statement.objects.with_voided_at().filter(voided_at__isnull=False)
    assert [str(row.statement_id) for row in voided] == [by_place[1]]
    assert [
        (str(link.statement.statement_id), str(link.target.statement_id))
        for link in StatementTarget.objects.select_related("statement", "target").order_by("pk")
    ] == [(by_place[0], by_place[1]), (by_place[4], by_place[2])]
    gone = full_statement(UUID(by_place[8]))
    assert ("attachments" in gone, "response" in gone["result"]) == (False, False)
    assert gone["actor"]["account"]["homePage"] == f"{BASE}/pseudonyms"


def test_what_was_disposed_of_is_not_brought_back_by_an_older_export(tmp_path: Path) -> None:
    """Where it is still known. An empty store knows nothing of a disposal: the file itself must go."""
    file, body = tmp_path / "out.jsonl", full(attachments=[attachment()])
    keep(body, data=(PHOTO,))
    run("export", str(file))
    dispose_of(body)
    assert "0 statements recorded, 1 were stored already." in run("import", str(file))
    assert "response" not in full_statement(UUID(body["id"]))["result"]
    assert AttachmentData.objects.count() == 0


# --- Export ----------------------------------------------------------------------------------------------------------


def test_an_export_that_was_cut_off_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    bodies = [named(attachments=[attachment(bytes([number]))]) for number in range(7)]
    file, unfinished = tmp_path / "out.jsonl", tmp_path / ".out.jsonl.unfinished"
    keep(*bodies, data=tuple(bytes([number]) for number in range(7)))
    cut_off_after(2, file, monkeypatch)
    assert len(unfinished.read_bytes().splitlines()) == 4
    with unfinished.open("ab") as output:
        output.write(b'{"id": "half a li')
    keep(late := named())
    assert "4 statements written" in run("export", str(file))
    assert ids(file) == [body["id"] for body in [*bodies, late]]
    assert data_of(file) == {sha2(bytes([number])): bytes([number]) for number in range(7)}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "out.jsonl.attachments"]


def cut_off_after(pages: int, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin an export that dies when it has written so many pages."""
    real, left = exporting.found_in, iter(range(pages))

    def dying(rows: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(rows)

    with monkeypatch.context() as patched:
        patched.setattr(exporting, "found_in", dying)
        with pytest.raises(KeyboardInterrupt):
            export_file(file, Asked(), now())


@pytest.mark.parametrize("why", ["disposal", "other options", "another store's line", "no mark"])
def test_an_unfinished_export_that_does_not_fit_is_begun_anew(
    why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, granvik: Organisation
) -> None:
    """So that nothing stays in a file that was disposed of before the file was whole."""
    monkeypatch.setattr(exporting, "PAGE", 1)
    file, first, second, third = tmp_path / "out.jsonl", full(attachments=[attachment()]), named(), named()
    keep(first, second, third, data=(PHOTO,), organisation=granvik)
    cut_off_after(2, file, monkeypatch)
    asked = Asked()
    if why == "disposal":
        dispose_of(first)
    elif why == "other options":
        asked = Asked(organisation=granvik)
    elif why == "another store's line":
        (tmp_path / ".out.jsonl.unfinished").write_text(f"{json.dumps(plain(id=first['id']))}\n", encoding="utf-8")
    else:
        (tmp_path / ".out.jsonl.asked").unlink()
        (tmp_path / "out.jsonl.attachments" / sha2(PHOTO)).unlink()
        (tmp_path / "out.jsonl.attachments").rmdir()
    assert export_file(file, asked, now()) == exporting.Exported(3, is_taken_up=False)
    assert lines(file) == [full_statement(UUID(body["id"])) for body in (first, second, third)]
    assert data_of(file) == ({} if why == "disposal" else {sha2(PHOTO): PHOTO})


def test_an_export_that_is_whole_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    keep(named(attachments=[attachment()]), data=(PHOTO,))
    run("export", str(file))
    was = file.read_bytes()
    assert "is there already" in refused("export", str(file))[-1]
    file.rename(tmp_path / "elsewhere.jsonl")
    assert "out.jsonl.attachments is there already" in refused("export", str(file))[-1]
    assert ((tmp_path / "elsewhere.jsonl").read_bytes(), data_of(file)) == (was, {sha2(PHOTO): PHOTO})


def test_two_exports_do_not_write_one_file(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    with exporting._Draft(file).opened(), pytest.raises(CannotExport, match="another export"):
        export_file(file, Asked(), now())


def test_nobody_else_reads_what_is_exported(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    keep(named(attachments=[attachment()]), data=(PHOTO,))
    run("export", str(file))
    assert (file.stat().st_mode & 0o077, jsonlines.data_beside(file).stat().st_mode & 0o077) == (0, 0)


def test_the_order_is_that_of_storing_also_where_that_of_ids_is_another(tmp_path: Path) -> None:
    """So what is stored later never comes before the place that an export has come to."""
    late, early = named(), named()
    record([late], organisation=None, at=LONG_AGO + timedelta(hours=1))
    record([early], organisation=None, at=LONG_AGO)
    run("export", str(tmp_path / "out.jsonl"))
    assert ids(tmp_path / "out.jsonl") == [early["id"], late["id"]]


def test_only_what_is_asked_for_is_written(tmp_path: Path, granvik: Organisation, lyngfors: Organisation) -> None:
    """Of one organisation and not of others, with the data that came with its statements only; by day and by time."""
    ours, theirs, nobodys = (named(attachments=[attachment(bytes([number]))]) for number in range(3))
    keep(ours, data=(b"\0",), organisation=granvik)
    keep(theirs, data=(b"\1",), organisation=lyngfors)
    keep(nobodys, data=(b"\2",))
    run("export", str(tmp_path / "ours"), "--organisation", "granvik")
    assert (ids(tmp_path / "ours"), set(data_of(tmp_path / "ours"))) == ([ours["id"]], {sha2(b"\0")})
    moment = LONG_AGO.isoformat()
    day = today(LONG_AGO).isoformat()
    found = {
        options: run_to(tmp_path / str(place), *options)
        for place, options in enumerate(
            [("--since", moment), ("--until", moment), ("--since", day, "--until", day), ("--since", "2100-01-01")]
        )
    }
    assert list(found.values()) == [3, 0, 3, 0]
    assert "2026-12-31T12:00:00Z" in refused("export", str(tmp_path / "x"), "--since", "yesterday")[-1]


def run_to(file: Path, *options: str) -> int:
    run("export", str(file), *options)
    return len(ids(file))


def test_the_next_export_goes_on_from_the_time_that_the_last_one_said(tmp_path: Path) -> None:
    bodies = [named() for _number in range(2)]
    keep(bodies[0])
    said = run("export", str(tmp_path / "1")).split("--since ")[1].split(".\n")[0]
    record([bodies[1]], organisation=None, at=now(), clock=now)
    run("export", str(tmp_path / "2"), "--since", said)
    assert [ids(tmp_path / name) for name in "12"] == [[body["id"]] for body in bodies]


def test_to_standard_output_go_the_lines_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = named(attachments=[attachment()])
    keep(body, data=(PHOTO,))
    call_command("statements", "export", "-")
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == [body["id"]]


@given(st.lists(st.text(alphabet="ab\u00e5", max_size=9), max_size=6), st.text(alphabet="ab", max_size=5))
def test_the_last_whole_line_is_found(whole: list[str], half: str) -> None:
    before = "".join(f"{line}\n" for line in whole).encode()
    found = last_whole_line(io.BytesIO(before + half.encode()))
    assert found == ((whole[-1].encode(), len(before)) if whole else (b"", 0))


def test_a_last_line_longer_than_what_is_read_at_once_is_found() -> None:
    long = b"x" * (3 * jsonlines.WINDOW)
    assert last_whole_line(io.BytesIO(b"a\n" + long + b"\nhalf")) == (long, len(long) + 3)


# --- Import ----------------------------------------------------------------------------------------------------------


def test_everything_wrong_is_named_by_its_line_and_nothing_is_recorded(tmp_path: Path, granvik: Organisation) -> None:
    known, others = named(), named()
    keep(known, others)
    file = tmp_path / "in.jsonl"
    good = named(attachments=[attachment()])
    write(
        file,
        good,
        named(attachments=[attachment(b"missing")]),
        named(attachments=[attachment(b"changed")]),
        known | {"result": {"success": True}},
        voiding(others["id"], id=str(uuid4())),
        plain(verb={"id": "x"}, attachments=[{"sha2": "../../etc/passwd"}]),
    )
    folder_with(file, **{f"_{sha2(PHOTO)}": PHOTO, f"_{sha2(b'changed')}": b"otherwise"})
    said = refused("import", str(file))
    assert [line.removeprefix(f"{file}:").split(": ")[0] for line in said[:-1]] == ["2", "3", "4", "5", *"6" * 6]
    assert ["4.1.3" in said[0], "does not have the hash" in said[1]] == [True, True]
    assert known["id"] in said[2]
    assert others["id"] in said[3]
    assert Statement.objects.count() == 2


def test_an_import_that_was_cut_off_goes_on_and_brings_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MAX_LINES", 2)
    contents = [bytes([number]) for number in range(5)]
    file = tmp_path / "in.jsonl"
    write(file, *(named(attachments=[attachment(content)]) for content in contents))
    folder_with(file, **{f"_{sha2(content)}": content for content in contents})
    real, left = importing.record_entries, iter(range(1))

    def dying(*args: Any, **options: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "record_entries", dying)
        with pytest.raises(KeyboardInterrupt):
            run("import", str(file))
    assert (Statement.objects.count(), StatementAttachment.objects.count()) == (2, 2)
    assert "3 statements recorded, 2 were stored already." in run("import", str(file))
    assert (Statement.objects.count(), StatementAttachment.objects.count()) == (5, 5)


def test_a_line_without_an_id_is_the_same_statement_each_time(tmp_path: Path, granvik: Organisation) -> None:
    file = write(tmp_path / "in.jsonl", plain(), plain())
    assert "2 statements recorded" in run("import", file)
    assert "0 statements recorded, 2 were stored already" in run("import", file)
    assert "2 statements recorded" in run("import", file, "--organisation", "granvik")


def test_a_statement_that_comes_again_in_the_file_is_known_or_stops_the_import(tmp_path: Path) -> None:
    """Only where it is recorded is it seen to be another, and the line is named; what came before stays."""
    body = named()
    again = write(tmp_path / "again.jsonl", body, named(), body)
    assert "2 statements recorded, 1 were stored already" in run("import", again)
    body = named()
    other = write(tmp_path / "other.jsonl", body, body | {"result": {"success": True}}, named())
    said = refused("import", other)
    assert said[0].startswith(f"{other}:2: ")
    assert "1 statements had been recorded before it; they stay." in said[-1]
    assert Statement.objects.count() == 3


def test_attachments_may_be_taken_as_described(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    write(file, named(attachments=[attachment()]))
    assert "3" not in refused("import", str(file))[0].split(":")[1]
    assert "1 statements recorded" in run("import", str(file), "--without-data")
    assert StatementAttachment.objects.count() == 0


def test_a_batch_holds_no_more_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By lines, by their bytes and by those of attachments; what is more alone goes alone."""
    file = tmp_path / "in.jsonl"
    small = [named() for _number in range(3)]
    with_data = [named(attachments=[attachment(bytes([n]) * 60)]) for n in range(3)]
    write(file, *small, *with_data, named(result={"response": "x" * 3000}), named())
    folder_with(file, **{f"_{sha2(bytes([n]) * 60)}": bytes([n]) * 60 for n in range(3)})
    monkeypatch.setattr(importing, "MAX_LINES", 2)
    monkeypatch.setattr(importing, "MAX_BYTES", 2000)
    monkeypatch.setattr(importing, "MAX_DATA", 100)
    batches = Import(file, None, now())._batches()
    assert [[line.number for line in batch] for batch in batches] == [[1, 2], [3, 4], [5], [6], [7], [8]]


def test_a_line_that_is_too_long_is_named_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "MAX_LINE", 1000)
    file = tmp_path / "in.jsonl"
    write(file, named(), named(result={"response": "x" * 200_000}), plain(verb={}))
    said = refused("check", str(file))
    assert said[0] == f"{file}:2: The line has more than 1000 bytes."
    assert said[1].startswith(f"{file}:3: $.verb")
