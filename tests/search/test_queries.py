"""What is found, by whom, and where it opens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from competency.models import Competency
from competency.occasions.models import Occasion, OccasionCompetency
from courses.models import CoursePage
from people.api import Organisation, Person, now
from search import queries
from search.candidates import candidates
from search.queries import find
from search.results import Facet, Found, Wish
from search.services import occasion_changed
from search.shapes import Kind
from search.swedish import sought, the_lexicon
from search.vocabulary import words
from tests.courses import workshop as make
from tests.people import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _framework() -> None:
    make.framework()


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid4())}


def course(slug: str, title: str, *texts: str, **fields: Any) -> CoursePage:
    """A published course of one module with a paragraph for each text."""
    page = make.course(slug, title=title, summary="Kort om saken.", **fields)
    make.publish(make.module(page, "Delen", *(block("tip", f"<p>{text}</p>") for text in texts)))
    make.publish(page)
    return page


def courses_in(found: Found) -> list[str]:
    return [hit.course for hit in found.hits]


def seek(text: str, reader: Person | None = None, wish: Wish | None = None) -> Found:
    return find(text, reader, now(), wish or Wish())


def occasion(node: Organisation, place: str, **fields: Any) -> Occasion:
    made = Occasion.objects.create(
        **{
            "node": node,
            "place": place,
            "starts_at": now() + timedelta(days=2),
            "minutes": 30,
            "seats": 4,
            "made_by": factories.person("Maj"),
            "made_at": now(),
            **fields,
        }
    )
    OccasionCompetency.objects.create(occasion=made, competency=Competency.objects.first(), level=2)
    occasion_changed(made.uuid)
    return made


def counts(facets: Iterable[Facet], name: str) -> dict[str, int]:
    return {option.value: option.count for facet in facets if facet.name == name for option in facet.options}


def test_a_hit_opens_the_module_at_the_paragraph(client: Client) -> None:
    course("tryck", "Mäta blodtryck", "Välj rätt manschett.", "Låt armen vila på bordet.")
    hit = seek("armen på bordet").hits[0]
    assert (hit.course, hit.module, hit.title, hit.source_title) == ("tryck", "delen", "Delen", "Mäta blodtryck")
    assert hit.marked == "Låt <mark>armen</mark> vila på <mark>bordet</mark>."
    path, anchor = hit.url.split("#")
    page = client.get(path).content.decode()
    place = page[page.index(f'id="{anchor}"') :]
    assert place[: place.index("Låt armen")].count('class="passage"') == 0


@pytest.mark.parametrize("typed", ["blodtryck", "blod tryck", "blodtryket", "BLODTRYCKET"])
def test_it_is_found_as_people_type_it(typed: str) -> None:
    course("tryck", "Mäta", "Mät blodtrycket i båda armarna.")
    course("annat", "Annat", "Borsta tänderna varje dag.")
    assert courses_in(seek(typed)) == ["tryck"]


def test_what_answers_all_words_stands_before_what_answers_some() -> None:
    course("ena", "Ena", "Handskar skyddar.")
    course("bada", "Båda", "Handskar och förkläde skyddar.")
    assert courses_in(seek("handskar förkläde")) == ["bada", "ena"]


def test_drafts_withdrawn_courses_and_answers_to_questions_are_not_found() -> None:
    page = course("tryck", "Mäta", "Mät blodtrycket.")
    module = page.modules().get()
    make.change(module, body=[block("tip", "<p>Mät blodtrycket.</p>"), make.question("Hemligheten?")])
    draft = module.get_latest_revision_as_object()
    draft.title = "Hemligheten"
    draft.save_revision()
    make.course("utkast", title="Hemligheten")
    assert seek("hemligheten").total == 0
    assert seek("blodtryck").total == 1
    CoursePage.objects.get(pk=page.pk).unpublish()
    assert seek("blodtryck").total == 0


class Places:
    def __init__(self) -> None:
        region = make.region()
        self.north = factories.unit("norr", factories.municipality("granvik", region))
        self.south = factories.unit("soder", factories.municipality("sundaker", region))
        self.hers = factories.works_at(self.north, "Amina").person
        self.others = factories.works_at(self.south, "Bo").person


def test_an_occasion_is_found_only_by_those_who_may_be_told_of_it() -> None:
    places = Places()
    made = occasion(places.north, "Biblioteket", note="Ta med kattunge.")
    (hit,) = seek("kattunge", places.hers).hits
    assert hit.url == f"/handelser/{made.uuid}/"
    for reader in (None, places.others, factories.person("Utan")):
        found = seek("kattunge", reader)
        assert (found.total, found.hits, [option for facet in found.facets for option in facet.options]) == (0, (), [])
    # Nor is a word of it suggested to anybody.
    assert seek("katunge", places.others).suggestion is None
    assert "kattung" not in words().corpus.frequency


def test_occasions_of_others_do_not_take_the_room_of_courses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 3)
    places = Places()
    for _number in range(4):
        occasion(places.north, "Kattungen")
    course("katt", "Husdjur", "En kattunge.")
    for reader in (None, places.others):
        assert courses_in(seek("kattunge", reader)) == ["katt"]
    assert Kind.EVENT in {hit.kind for hit in seek("kattunge", places.hers).hits}


def test_an_occasion_that_has_begun_or_was_called_off_is_not_found() -> None:
    places = Places()
    gone = occasion(places.north, "Kattunge", starts_at=now() - timedelta(hours=1))
    off = occasion(places.north, "Kattunge")
    assert seek("kattunge", places.hers).total == 1
    Occasion.objects.filter(pk=off.pk).update(called_off_at=now())
    assert seek("kattunge", places.hers).total == 0
    occasion_changed(off.uuid)
    occasion_changed(gone.uuid)
    assert seek("kattunge", places.hers).total == 0


def test_what_suits_her_stands_higher_and_says_why() -> None:
    places = Places()
    texts = ("Tvätta händerna före maten.",)
    course("alla", "Alla", *texts)
    course("soder", "Söder", *texts, owner=places.south.employer)
    course("norr", "Norr", *texts, owner=places.north.employer)
    course("yrket", "Yrket", *texts, target_professions=["underskoterska"])
    factories.works_at(places.north, places.hers, profession="underskoterska")
    found = seek("tvätta händerna", places.hers)
    assert {hit.course: hit.reasons for hit in found.hits} == {
        "alla": (),
        "soder": (),
        "norr": ("Made where you work",),
        "yrket": ("For you as underskoterska",),
    }
    assert courses_in(found)[:2] == ["norr", "yrket"]
    assert all(hit.reasons == () for hit in seek("tvätta händerna").hits)


def test_a_choice_narrows_and_the_others_are_counted_among_what_is_left() -> None:
    course("ett", "Ett", "Tvätta händerna.", focus_area="egenvard", target_professions=["underskoterska"])
    course("tva", "Två", "Tvätta händerna.", focus_area="samverkan")
    found = seek("tvätta", wish=Wish(focus_area="egenvard"))
    assert courses_in(found) == ["ett"]
    assert found.total == 1
    assert counts(found.facets, "focus_area") == {"egenvard": 1, "samverkan": 1}
    assert counts(found.facets, "profession") == {"underskoterska": 1}
    assert counts(seek("tvätta").facets, "profession") == {"underskoterska": 2, "vardbitrade": 1}
    assert counts(seek("tvätta").facets, "minutes") == {"3": 2, "5": 2, "10": 2}
    assert seek("tvätta", wish=Wish(kind="roll")).total == 0


def test_stretches_follow_each_other() -> None:
    for number in range(5):
        course(f"nr{number}", f"Nr {number}", "Tvätta händerna.")
    whole = [hit.url for hit in seek("tvätta").hits]
    first = find("tvätta", None, now(), limit=2)
    rest = find("tvätta", None, now(), limit=2, after=first.last)
    last = find("tvätta", None, now(), limit=2, after=rest.last)
    assert [hit.url for found in (first, rest, last) for hit in found.hits] == whole
    assert last.last == ""


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "a" * 10_000,
        "ord " * 3_000,
        "?!.,;:-–—\"'`´()[]{}",
        'händerna" OR "x',
        "tvätta NOT händerna",
        "NEAR(tvätta händerna, 2)",
        "title : tvätta*",
        "tvätta AND",
        "^tvätta",
        "'; DROP TABLE search_passage; --",
        "' | !tvätta & <-> :*",
        "\x00tvätta\x00",
        "🧼🙌",
        "مرحبا שלום",
        "\u202etvätta\u202c",
        "%s %d %(x)s {0}",
        "\ud800",
        "tvätta\ufffd\ufeff",
        "١٢٣ ²³ Ⅷ",
    ],
)
def test_nothing_that_is_typed_does_harm_or_is_an_operator(typed: str) -> None:
    course("tryck", "Mäta", "Mät blodtrycket.")
    course("hygien", "Hygien", "Tvätta händerna.")
    found = seek(typed)
    expected = {"hygien"} if "tvätta" in typed or "händerna" in typed else set()
    assert set(courses_in(found)) == expected
    assert seek("blodtryck").total == 1


def test_a_search_for_a_word_in_every_paragraph_looks_at_no_more_than_it_should() -> None:
    for number in range(4):
        course(f"nr{number}", f"Nr {number}", *(f"Vård och ord{number}{at}." for at in range(10)))
    known = words()
    found = candidates(sought("vård", the_lexicon(), known.vocabulary), known.signs, known.vocabulary, most=7)
    assert len(found) == len(set(found)) == 7


@pytest.mark.parametrize("hits", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_hits(hits: int, django_assert_num_queries: Any) -> None:
    for number in range(hits):
        course(f"nr{number}", f"Nr {number}", "Tvätta händerna.")
    assert seek("tvätta").total == hits
    with django_assert_num_queries(9):
        seek("tvätta")


@pytest.mark.parametrize("hits", [1, 3])
def test_nor_with_the_reasons_for_somebody(hits: int, django_assert_num_queries: Any) -> None:
    places = Places()
    factories.works_at(places.north, places.hers, profession="underskoterska")
    for number in range(hits):
        course(f"nr{number}", f"Nr {number}", "Tvätta händerna.", target_professions=["underskoterska"])
    assert all(hit.reasons for hit in seek("tvätta", places.hers).hits)
    with django_assert_num_queries(12):
        seek("tvätta", places.hers)
