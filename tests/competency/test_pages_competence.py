"""My competence, its map, another day, and the reason behind each level."""

from __future__ import annotations

import pytest

from competency.api import assess, rebuild_marked, require, review, set_policy
from people.api import now, today

from . import world
from .pages import ago, links_of, reads, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def learner(school, hygiene):
    """She took the course a hundred days ago and was observed fifty days ago."""
    world.takes(school.usk, school.granvik, "hygien", ago(100))
    assess(school.ssk, school.usk, hygiene, 3, ago(50), comment="Bra handlag")
    return school.usk


def test_it_says_level_status_and_last_day_of_everything_asked_or_held(school, learner):
    response = reads(learner).get("/kompetens/")
    assert "1 of 3 things that the work asks are in place." in text_of(response)
    rows = rows_of(response)
    codes = ("HYG-01", "HYG-02", "MED-02")
    assert [code for row in rows for code in codes if row.startswith(f"Competency {code} ")] == list(codes)
    assert next(row for row in rows if "HYG-01" in row).startswith("Competency HYG-01 Level 3 of 2 Level 3 Met until ")
    assert "Competency HYG-02 Level 0 of 2 Level 0 Missing" in rows


def test_what_is_held_though_nobody_asks_is_there_too(school, hygiene):
    nurse = world.works_at(school.norr, "Nils", "enhetschef")
    assess(school.ssk, nurse, hygiene, 3, ago(10))
    rows = rows_of(reads(nurse).get("/kompetens/"))
    assert any(row.startswith("Competency HYG-01 Level 3 Level 3 Not asked until ") for row in rows)


def test_the_map_draws_each_competency_with_its_status(school, learner):
    html = reads(learner).get("/kompetens/").content.decode()
    drawing = html.partition('<svg class="rings-map"')[2].partition("</svg>")[0]
    assert drawing.count('class="body" data-status="met"') == 1
    assert drawing.count('class="ground"') == drawing.count('class="goal"') == 3


def test_another_day_shows_that_day(school, learner):
    client = reads(learner)
    then = client.get(f"/kompetens/?as_of={ago(70).date()}")
    assert "You see " in text_of(then)
    assert any(row.startswith("Competency HYG-01 Level 2 of 2") for row in rows_of(then))
    before = client.get(f"/kompetens/?as_of={ago(130).date()}")
    assert "Competency HYG-01 Level 0 of 2 Level 0 Missing" in rows_of(before)


def test_what_was_known_on_a_day_leaves_out_what_came_later(school):
    """Recorded today about twenty days ago: ten days ago nobody knew."""
    world.takes(school.usk, school.granvik, "hygien", ago(20), stored=now())
    client = reads(school.usk)
    asked = f"as_of={today()}&known_at={ago(10).date()}"
    assert "Competency HYG-01 Level 0 of 2 Level 0 Missing" in rows_of(client.get(f"/kompetens/?{asked}"))
    assert any("HYG-01 Level 2 of 2" in row for row in rows_of(client.get("/kompetens/")))


def test_a_day_that_is_no_day_says_so_and_keeps_what_was_typed(school, learner):
    response = reads(learner).get("/kompetens/?as_of=31+februari")
    assert response.status_code == 200
    assert "Something needs another look" in text_of(response)
    assert 'value="31 februari"' in response.content.decode()


@pytest.mark.parametrize("path", ["/kompetens/", "/kompetens/HYG-01/"])
@pytest.mark.parametrize("asked", ["as_of=0001-01-01", "as_of=9999-12-31", "known_at=0001-01-01"])
def test_a_day_at_the_end_of_time_is_none(school, learner, path, asked):
    assert reads(learner).get(f"{path}?{asked}").status_code == 200


def test_links_on_another_day_lead_to_the_reason_on_that_day(school, learner):
    day = ago(70).date()
    assert f"/kompetens/HYG-01/?as_of={day}" in links_of(reads(learner).get(f"/kompetens/?as_of={day}"))


def test_the_map_is_empty_for_somebody_new(school):
    page = text_of(reads(world.make.person("Nina")).get("/kompetens/"))
    assert "Nothing here yet" in page


@pytest.mark.parametrize("asked_count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_what_is_asked(school, asked_count, django_assert_num_queries):
    client = reads(world.works_at(school.norr, "Vera", "vardbitrade" if asked_count == 1 else "underskoterska"))
    client.get("/kompetens/")
    with django_assert_num_queries(9 + (asked_count > 1)):  # of an undersköterska also her right to the title
        client.get("/kompetens/")


# The reason


def test_the_reason_names_the_statements_the_rule_and_until_when(school, learner):
    page = text_of(reads(learner).get("/kompetens/HYG-01/"))
    assert "Level 3, Level 3: why Met It holds until " in page
    assert "Observation: Kompetens HYG-01" in page or "Observation: Competency HYG-01" in page
    assert "Shows level 3, until " in page
    assert "Assessed by registered nurse." in page
    assert "The rule: level 3, version 1, in force since 1 January 2025. It holds for 12 months." in page
    assert "from the statements themselves." in page
    assert "Asked of every uNDERSKOTERSKA, level 2 since " in page


def test_the_reason_never_shows_what_somebody_wrote_or_who(school, learner):
    page = text_of(reads(learner).get("/kompetens/HYG-01/"))
    assert "Bra handlag" not in page
    assert "Sara" not in page


def test_a_reason_leads_to_its_statement_where_the_reader_may_open_it(school):
    """What was earned under the region counts here and is hers alone to open: a link would lead her manager nowhere."""
    world.takes(school.usk, school.region, "hygien", ago(9))
    rebuild_marked(now())

    def statements(reader, path):
        client = reads(reader)
        links = [link for link in links_of(client.get(path)) if link.startswith("/handelselogg/")]
        assert all(client.get(link).status_code == 200 for link in links)
        return links

    managers = f"/plan/{school.usk.uuid}/kompetens/HYG-01/"
    assert statements(school.usk, "/kompetens/HYG-01/")
    assert statements(school.chef, managers) == []
    world.takes(school.usk, school.granvik, "hygien", ago(8))
    assert statements(school.chef, managers)


def test_no_level_says_what_the_first_one_asks_for(school):
    page = text_of(reads(school.usk).get("/kompetens/HYG-01/"))
    assert "No level yet: why Missing Nothing that counts has been recorded." in page
    assert "To reach level 1, Level 1 Course completed" in page
    assert "Hygien 7 minutes" in page


def test_what_does_not_count_is_there_with_why(school):
    set_policy(school.granvik, ago(90), counts_unreviewed=False)
    world.offer("ogranskad")
    world.takes(school.usk, school.granvik, "ogranskad", ago(5))
    page = text_of(reads(school.usk).get("/kompetens/HYG-01/"))
    assert "things that do not count, and why" in page
    assert "The course was not reviewed, and the employer counts only reviewed courses." in page


def test_a_level_of_another_day_is_explained_as_of_that_day(school, learner):
    page = text_of(reads(learner).get(f"/kompetens/HYG-01/?as_of={ago(70).date()}"))
    assert "Level 2, Level 2: why" in page


def test_evidence_from_another_employer_gives_level_and_date_only(school):
    """What counts from elsewhere is approved in common, and says no more than that."""
    world.offer("gemensam", teaches={"HYG-02": 2}, node=school.region)
    everyones = world.make.holds("chief_nurse", school.region)
    review(everyones, world.course_iri("gemensam"), "1.0", school.region, ago(60))
    world.works_at(school.ekbacken, school.usk, "vardbitrade")
    world.takes(school.usk, school.lyngfors, "gemensam", ago(9))
    rebuild_marked(now())
    for path, reader in (
        ("/kompetens/HYG-02/", school.usk),
        (f"/plan/{school.usk.uuid}/kompetens/HYG-02/", school.chef),
    ):
        page = text_of(reads(reader).get(path))
        assert "Shown with another employer. Shows level 2, until " in page
        assert "Gemensam:" not in page
        assert "Lyngfors" not in page
        assert "lyngfors" not in page


@pytest.mark.parametrize("code", ["NOT-01", "hyg-01"])
def test_an_unknown_code_is_not_there(school, code):
    assert reads(school.usk).get(f"/kompetens/{code}/").status_code == 404


def test_only_who_may_judge_is_offered_to(school, hygiene):
    address = f"/team/norr/bedom/{school.usk.uuid}/HYG-02/"
    assert address in links_of(reads(school.chef).get(f"/plan/{school.usk.uuid}/kompetens/HYG-02/"))
    assert f"/team/norr/bedom/{school.usk.uuid}/HYG-01/" not in links_of(
        reads(school.chef).get(f"/plan/{school.usk.uuid}/kompetens/HYG-01/")
    )
    assert address not in links_of(reads(school.usk).get("/kompetens/HYG-02/"))


def test_a_task_that_needs_a_delegation_says_so(school, hygiene):
    assert "valid delegation" not in text_of(reads(school.usk).get("/kompetens/HYG-01/"))
    type(hygiene).objects.filter(pk=hygiene.pk).update(may_require_delegation=True)
    require("vardbitrade", hygiene, 2, now())  # a changed law is a new book
    assert "valid delegation" in text_of(reads(school.usk).get("/kompetens/HYG-01/"))
