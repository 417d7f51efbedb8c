"""A signed version on paper: what was read, both signatures, tagged and in its language, for those who take part."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from competency.plan.life import Goal, Side
from competency.plan.proposing import Today
from competency.plan.services import protect_time, set_goal, sign, write_note
from people.api import now, today
from tests.competency import world
from tests.competency.pages import links_of, reads
from tests.paper import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOTE = "She wants to teach.\n#strong[No markup is read.]"


@pytest.fixture
def signed(school, hers) -> str:
    """The address of a version that both have signed."""
    set_goal(hers, school.usk, Goal(str(uuid4()), "Lead the meeting", "", 0, "Three", today(), Side.MANAGER), now())
    write_note(hers, school.chef, str(uuid4()), NOTE, today(), now())
    protect_time(hers, school.chef, 45, today() + timedelta(days=30), now())
    for who in (school.usk, school.chef):
        sign(hers, who, Today(hers, today()).hash, now())
    return f"/plan/{school.usk.uuid}/versioner/1/pdf/"


def test_it_says_what_was_read_and_who_signed(school, hers, signed):
    words = text_of(reads(school.usk).get(signed).content)
    assert "Development plan for Ulla Ek" in words
    assert "Signed by both" in words
    assert "15 minutes a week. 45 minutes a week from" in words
    assert "Lead the meeting How do we see that it is reached? Three" in words
    assert "Who sees to it? The manager" in words
    assert "Competency HYG-01 Level 2" in words
    assert "She wants to teach. #strong[No markup is read.] Written by the manager." in words
    assert "For the employer Name Clara Ek Signed" in words
    assert Today(hers, today()).life.agreed.shown in words.replace(" ", "")


def test_it_is_tagged_and_has_language_and_title(school, signed, settings):
    settings.LANGUAGE_CODE = "sv"
    response = reads(school.usk).get(signed)
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(response.content))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "sv"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == "Kompetensutvecklingsplan för Ulla Ek"


def test_the_version_s_page_leads_to_it(school, signed):
    assert signed in links_of(reads(school.chef).get(signed.removesuffix("pdf/")))


def test_it_is_not_there_for_others_nor_for_a_number_that_is_not_there(school, signed):
    stranger = world.works_at(school.ekbacken, "Eva", "enhetschef")
    world.make.holds("manager", school.ekbacken, stranger)
    for who in (stranger, school.ssk, school.mas):
        assert reads(who).get(signed).status_code == 404
    assert reads(school.usk).get(signed.replace("/1/", "/2/")).status_code == 404
    assert reads(school.usk).post(signed).status_code == 405
