"""The decision on paper: all that a written delegation must say, for those who may see it."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from competency.delegation.models import Delegation, DelegationEvent
from competency.delegation.printing import decision_as_pdf
from competency.delegation.queries import lines_of
from competency.delegation.services import accept, revoke, sign
from people.api import NotFound
from tests.competency import world
from tests.competency.pages import links_of, reads
from tests.paper import text_of

from .ward import REASON, day, later

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def paper(delegation: Delegation, at=None) -> str:
    return text_of(content(delegation, at))


def content(delegation: Delegation, at=None) -> bytes:
    row = Delegation.objects.with_names().prefetch_related("events").get(pk=delegation.pk)
    at = at or later(1)
    (line,) = lines_of([row], at)
    return decision_as_pdf(line, at)


def address(delegation: Delegation) -> str:
    return f"/delegeringar/{delegation.uuid}/pdf/"


def test_it_says_what_the_rules_ask_for_and_who_signed_when(ward):
    made = ward.draft(note="With the pen.")
    sign(made, ward.ssk, later(0), reason=REASON, shown="a" * 64)
    accept(made, ward.usk, later(0.5), shown="b" * 64)
    words = paper(made)
    assert "It holds until 19 May 2026, that day included." in words
    assert "Task Give insulin About the task With the pen. Who may do it Ulla Ek" in words
    assert "Given by Sara Ek, SJUKSKOTERSKA Where Norr Care provider Granvik" in words
    assert "When 20 November 2025 to 19 May 2026" in words
    assert "Competence: level 0 is held, but 3 is asked. Not in place" in words
    assert f"Reason: {REASON}" in words
    assert "The delegation is personal. It may not be handed on." in words
    signed, accepted = DelegationEvent.objects.filter(kind__in=["signed", "accepted"]).order_by("pk")
    assert f"The giver Name Sara Ek Signed 20 November 2025 10:00 Receipt {signed.uuid}" in words
    assert f"The receiver Name Ulla Ek Signed 20 November 2025 22:00 Receipt {accepted.uuid}" in words
    for letter in "ab":
        assert letter * 64 in words.replace(" ", "")
    assert str(made.uuid) in words


def test_an_offer_says_that_the_receiver_has_not_signed(ward):
    assert "The receiver Signed Not yet" in paper(ward.offer())


def test_what_has_happened_since_is_on_it(ward):
    made = ward.active()
    revoke(made, ward.ssk, later(0.5), reason="Safety.")
    words = paper(made)
    assert "Revoked 20 November 2025 22:00 Sara Ek Safety." in words
    assert "It holds until" not in words


def test_a_renewal_names_the_one_before_it(ward):
    old = ward.active()
    new = ward.active(follows=old, task=ward.kateter)
    assert f"Renews an earlier one {old.uuid}" in paper(new)


def test_a_draft_is_no_decision(ward):
    with pytest.raises(NotFound):
        content(ward.draft())


def test_the_page_gives_the_document_to_those_who_may_see_it(ward):
    made = ward.active()
    for who in (ward.usk, ward.ssk, ward.town.mas):
        client = reads(who)
        assert address(made) in links_of(client.get(f"/delegeringar/{made.uuid}/"))
        answer = client.get(address(made))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer["Content-Disposition"] == f'inline; filename="delegering-{made.uuid}.pdf"'
        assert answer["Cache-Control"] == "private, no-store"
        assert "Delegation decision" in text_of(answer.content)


def test_it_is_in_the_language_of_the_reader(ward):
    client = reads(ward.usk)
    client.cookies["django_language"] = "sv"
    reader = PdfReader(BytesIO(client.get(address(ward.active())).content))
    assert (reader.root_object["/Lang"], reader.metadata.title) == ("sv", "Beslut om delegering")


def test_others_and_drafts_and_what_is_not_there_are_not_found(ward):
    made, draft = ward.active(), ward.draft(task=ward.kateter)
    assert reads(world.works_at(ward.town.ekbacken, "Eva", "underskoterska")).get(address(made)).status_code == 404
    assert reads(ward.ssk).get(address(draft)).status_code == 404
    assert reads(ward.ssk).get("/delegeringar/00000000-0000-4000-8000-000000000000/pdf/").status_code == 404
    assert reads(ward.ssk).post(address(made)).status_code == 405


def test_the_archive_has_each_decision_beside_its_row(ward, tmp_path):
    made = ward.active()
    file, folder = tmp_path / "archive.jsonl", tmp_path / "decisions"
    call_command("delegations", "export", "granvik", str(file), "--pdf", str(folder), stdout=StringIO())
    row = json.loads(file.read_text(encoding="utf-8"))
    kept = (folder / row["pdf"]["file"]).read_bytes()
    assert row["pdf"] == {"file": f"{made.uuid}.pdf", "sha256": sha256(kept).hexdigest()}
    assert PdfReader(BytesIO(kept)).root_object["/Lang"] == "sv"
    assert day(0).isoformat() == row["first_day"]
