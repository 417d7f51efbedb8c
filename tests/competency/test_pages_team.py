"""The team: counts, table, list, filters; what it costs, and who does not see it."""

from __future__ import annotations

import gzip
from datetime import timedelta
from random import Random

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competency.api import (
    Competency,
    Counts,
    assess,
    competencies,
    load_framework,
    rebuild_marked,
    require,
    team_counts,
    team_of,
)
from competency.heatmap import Words, cell_html, row_html
from competency.services.judging import certificate_entry
from competency.shapes import Cell
from competency.status import Status
from people.api import Organisation, Person, change_employment, mark_absent, now, today
from xapi.api import Entry, record_entries, vocabulary

from . import world
from .pages import ago, links_of, reads, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

EVERYWHERE = ("/team/", "/team/norr/", "/team/norr/lista/", "/team/norr/lista/?competency=HYG-01")


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def team(school, hygiene):
    """Ulla was observed long ago and has let it lapse, Vera's course expires soon, their manager has done nothing."""
    vera = world.works_at(school.norr, "Vera", "vardbitrade")
    assess(school.ssk, school.usk, hygiene, 3, ago(400))
    world.takes(vera, school.granvik, "hygien", ago(330))
    rebuild_marked(now())
    return school


def test_the_four_counts_come_first_and_the_table_says_everything_in_words(team):
    response = reads(team.chef).get("/team/norr/")
    page = text_of(response)
    assert page.index("Met 1 On the way 0 Missing or expired 4 Met, but expires soon 1") < page.index("Name")
    head, *rows = rows_of(response)
    assert head == "Name Competency HYG-01 Competency HYG-02 Competency MED-02"
    assert rows[0] == "Clara Ek ENHETSCHEF Not asked 0 of 1 Missing Not asked"
    assert rows[1].startswith("Ulla Ek UNDERSKOTERSKA 0 of 2 Expired ")
    assert rows[1].endswith(" 0 of 2 Missing 0 of 2 Missing")
    assert rows[2].startswith("Vera Ek VARDBITRADE 2 of 1 Expires soon ")
    assert "Computed " in page


def test_people_and_competencies_lead_on(team):
    links = links_of(reads(team.chef).get("/team/norr/"))
    assert f"/plan/{team.usk.uuid}/" in links
    assert "/team/norr/lista/?competency=HYG-01" in links


@pytest.mark.parametrize(
    ("query", "names", "columns"),
    [
        ("show=missing", ["Clara", "Ulla"], ["HYG-01", "HYG-02", "MED-02"]),
        ("show=lapsing", ["Vera"], ["HYG-01"]),
        ("area=MED", ["Clara", "Ulla", "Vera"], ["MED-02"]),
        ("show=missing&area=MED", ["Ulla"], ["MED-02"]),
        ("show=nonsense&area=NONE", ["Clara", "Ulla", "Vera"], ["HYG-01", "HYG-02", "MED-02"]),
    ],
)
def test_the_table_is_narrowed_and_the_counts_stay(team, query, names, columns):
    response = reads(team.chef).get(f"/team/norr/?{query}")
    head, *rows = rows_of(response)
    assert head == " ".join(["Name", *(f"Competency {code}" for code in columns)])
    assert [row.split()[0] for row in rows] == names
    assert "Met 1 On the way 0 Missing or expired 4" in text_of(response)


def test_a_filter_that_leaves_nothing_says_so_kindly(team):
    assert "In this choice everything is in place." in text_of(
        reads(team.chef).get("/team/norr/?show=lapsing&area=MED")
    )


def test_htmx_is_given_the_table_alone(team):
    response = reads(team.chef).get("/team/norr/?show=lapsing", headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert [row.split()[0] for row in rows_of(response)] == ["Name", "Vera"]


def test_the_list_shows_what_matters_most_for_each(team):
    page = text_of(reads(team.chef).get("/team/norr/lista/"))
    ulla = page[page.index("Ulla Ek") : page.index("Vera Ek")]
    assert ulla.index("Expired") < ulla.index("Missing")
    assert "0 of 3 in place" in ulla
    assert f"/plan/{team.usk.uuid}/kompetens/HYG-01/" in links_of(reads(team.chef).get("/team/norr/lista/"))


def test_the_list_of_one_competency_has_everyone_the_most_pressing_first(team):
    rows = rows_of(reads(team.chef).get("/team/norr/lista/?competency=HYG-01"))
    assert [row.split()[0] for row in rows[1:]] == ["Ulla", "Vera"]
    assert reads(team.chef).get("/team/norr/lista/?competency=MED-01").status_code == 404
    assert reads(team.chef).get("/team/norr/lista/?competency=NOPE").status_code == 404


def test_the_list_has_pages(team):
    for number in range(21):
        world.works_at(team.norr, f"Person {number:02}", "vardbitrade")
    client = reads(team.chef)
    assert "Page 1 of 2" in text_of(client.get("/team/norr/lista/?show=missing"))
    second = client.get("/team/norr/lista/?show=missing&page=2")
    assert "Page 2 of 2" in text_of(second)
    assert "?show=missing&page=1" in links_of(second)
    assert client.get("/team/norr/lista/?page=many").status_code == 200


# Who sees it


def test_a_manager_of_one_unit_is_taken_there(team):
    assert reads(team.chef).get("/team/")["Location"] == "/team/norr/"


def test_a_chief_nurse_chooses_among_the_units_she_answers_for(team):
    response = reads(team.mas).get("/team/")
    units = {link for link in links_of(response) if link.startswith("/team/") and link != "/team/"}
    assert units == {"/team/granvik/enheter/", "/team/norr/", "/team/solrosen/", "/team/omsorg-granvik/"}
    assert "Ekbacken" not in text_of(response)


@pytest.mark.parametrize("path", EVERYWHERE)
def test_for_those_without_a_role_there_is_no_team(team, path):
    """Neither a colleague of the unit nor a manager of another employer learns that anybody is there."""
    colleague = reads(team.usk).get(path)
    assert colleague.status_code == 404
    assert "Vera" not in colleague.content.decode()


@pytest.mark.parametrize("path", EVERYWHERE[1:])
def test_a_manager_of_another_employer_sees_nothing(team, path):
    stranger = world.works_at(team.ekbacken, "Eva", "enhetschef")
    world.make.holds("manager", team.ekbacken, stranger)
    response = reads(stranger).get(path)
    assert response.status_code == 404
    assert "Ulla" not in response.content.decode()
    assert reads(team.chef).get("/team/ekbacken/").status_code == 404


def test_a_unit_that_does_not_exist_and_a_municipality_are_no_teams(team):
    world.make.holds("hr", team.granvik, team.chef)
    assert reads(team.chef).get("/team/nowhere/").status_code == 404
    assert reads(team.chef).get("/team/granvik/").status_code == 404


def test_visitors_are_asked_to_sign_in(team):
    for path in EVERYWHERE:
        assert Client().get(path).status_code == 302


def test_a_unit_without_staff_says_so(team):
    empty = world.make.unit("tom", team.granvik)
    world.make.holds("manager", empty, team.chef)
    assert "Nobody works here now" in text_of(reads(team.chef).get("/team/tom/"))


# What is kept


def rows(client):
    return rows_of(client.get("/team/norr/"))


def test_what_is_kept_is_never_out_of_date(team, hygiene):
    """Each change that shows in the table shows at once: a course, a name, a profession, an absence, the law."""
    client = reads(team.chef)
    assert rows(client)[2].startswith("Ulla Ek UNDERSKOTERSKA 0 of 2 Expired")
    world.takes(team.usk, team.granvik, "hygien", ago(1))
    rebuild_marked(now())
    assert rows(client)[2].startswith("Ulla Ek UNDERSKOTERSKA 2 of 2 Met")
    type(team.usk).objects.filter(pk=team.usk.pk).update(family_name="Öst")
    assert rows(client)[3].startswith("Ulla Öst UNDERSKOTERSKA 2 of 2 Met")
    change_employment(team.employment, valid_from=today(), at=now(), profession="vardbitrade")
    assert rows(client)[3].startswith("Ulla Öst VARDBITRADE 2 of 1 Met")
    mark_absent(team.employment, today(), None, at=now())
    assert [row.split()[0] for row in rows(client)[1:]] == ["Clara", "Vera"]
    require("vardbitrade", hygiene, 3, now())
    assert rows(client)[2].startswith("Vera Ek VARDBITRADE 2 of 3 On the way")


def test_languages_are_kept_apart(team, settings):
    client = reads(team.chef)
    assert "Competency HYG-01" in rows(client)[0]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "sv"
    assert "Kompetens HYG-01" in rows(client)[0]


def test_counts_alone_are_those_of_the_table(team):
    counts = team_counts(team.chef, team.norr, today())
    assert counts == team_of(team.chef, team.norr, today()).counts == Counts(met=1, missing=4, lapsing=1)


def test_who_waits_to_be_computed_is_said(team):
    world.says(team.usk, team.granvik, vocabulary.COMPLETED, world.course_iri("hygien"), ago(1))
    page = text_of(reads(team.chef).get("/team/norr/"))
    assert "1 person waiting" in page


# One cell and one row


@pytest.fixture
def words():
    return Words.now()


def test_a_cell_says_level_status_and_last_day_in_words(words):
    cell = Cell(2, 3, Status.EXPIRED, ago(10))
    assert cell_html(cell, words).startswith(
        '<td data-status="expired"><b>2 of 3</b><span>Expired</span><time datetime="'
    )
    assert cell_html(Cell(0, 2, Status.MISSING, None), words) == (
        '<td data-status="missing"><b>0 of 2</b><span>Missing</span></td>'
    )
    assert cell_html(None, words) == '<td><span class="visually-hidden">Not asked</span></td>'


def test_a_name_is_escaped(team, words):
    type(team.usk).objects.filter(pk=team.usk.pk).update(family_name="<b>Ek & Öst</b>")
    row = next(row for row in team_of(team.chef, team.norr, today()).rows if row.person.pk == team.usk.pk)
    assert "Ulla &lt;b&gt;Ek &amp; Öst&lt;/b&gt;<small>" in row_html(row, words)


# What it costs


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize(
    ("path", "cold", "warm"),
    [("/team/norr/", 12, 8), ("/team/norr/?show=missing", 12, 11), ("/team/norr/lista/", 13, 12)],
)
def test_the_number_of_queries_does_not_grow_with_the_people(school, path, cold, warm, people):
    for number in range(people):
        world.works_at(school.norr, f"Person {number}", "underskoterska")
    rebuild_marked(now())
    team_of(school.chef, school.norr, today())
    client = reads(school.chef)
    assert [queries_of(client, path), queries_of(client, path)] == [cold, warm]


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_sixty_people_and_forty_competencies_fit_in_twelve_queries_and_60_kilobytes(town):
    codes = [f"HYG-{number:02}" for number in range(1, 41)]
    framework = world.framework(
        competencies=[world.competency(code, world.OBSERVED, 12, 2) for code in codes],
        professions=[
            world.profession("sjukskoterska", {}, licensed=True),
            world.profession("underskoterska", dict.fromkeys(codes, 2)),
        ],
    )
    load_framework(framework, ago(500), owner=town.region)
    chosen = Random(1)
    people = [world.works_at(town.norr, f"Person {number:02}", "underskoterska") for number in range(59)]
    record_entries(
        [
            certificate(who, town.granvik, each, chosen.choice([-40, 30, 200, 300, 400]))
            for who in [town.usk, *people]
            for each in competencies()
            if chosen.random() < 0.7
        ]
    )
    rebuild_marked(now())
    client = reads(town.chef)
    assert queries_of(client, "/team/norr/") <= 12
    response = client.get("/team/norr/")
    head, *rows = rows_of(response)
    assert head.count("Competency") == 40
    assert len(rows) == 61
    counts = team_counts(town.chef, town.norr, today())
    assert min(counts.met, counts.missing, counts.lapsing) > 100
    assert len(gzip.compress(response.content)) <= 60_000


def certificate(who: Person, organisation: Organisation, each: Competency, days_left: int) -> Entry:
    """An approved certificate of the top level that ends in so many days."""
    until = today() + timedelta(days=days_left)
    return certificate_entry(None, who, each, 4, ago(60), organisation, until=until)
