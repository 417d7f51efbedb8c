"""A staff file that suspends an active delegation waits; meanwhile the live answer is no, under review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from competency.delegation.models import DelegationEvent
from people.api import Employment, change_employment, import_people, now, today
from people.reviewing.models import ReviewNotice, WaitingImport
from tests.competency import world
from tests.competency.pages import hidden_fields, links_of, reads, text_of
from tests.people import hr

from .test_check_endpoint import reason, system
from .ward import Ward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def made(ward: Ward):
    return ward.active(at=now() - timedelta(minutes=1), first_day=today(), last_day=today() + timedelta(days=100))


@pytest.fixture
def clerk(ward: Ward):
    return world.make.holds("hr", ward.town.granvik, "Hilda")


def row(who, unit: str, **cells: Any) -> str:
    held = Employment.objects.filter(person=who).first()
    assert held is not None
    said = {
        "anställningsnummer": held.employee_number,
        "förnamn": who.given_name,
        "efternamn": who.family_name,
        "e_post": "",
        "enhet": unit,
        "sysselsättningsgrad": "",
        "startdatum": "2020-01-01",
    }
    return hr.line(**(said | cells))


def bring(*rows: str, **more: Any):
    return import_people(hr.file(*rows), apply=True, on=today(), at=now(), **more)


def test_a_move_that_suspends_waits_and_the_answer_is_no_until_it_is_decided(ward, made, clerk):
    client = system()
    assert reason(client, ward.usk.uuid) == "active"
    report = bring(row(ward.usk, "Solrosen"))
    assert (report.is_applied, report.waits_as is not None) == (False, True)
    assert reason(client, ward.usk.uuid) == "under_review"
    assert not DelegationEvent.objects.filter(kind="suspended").exists()
    told = set(ReviewNotice.objects.values_list("recipient", flat=True))
    assert told == {clerk.pk, ward.town.mas.pk}
    address = f"/personal/granskning/{report.waits_as}/"
    page = reads(clerk)
    assert "Ulla Ek Norr something delegated would be suspended" in text_of(page.get(address))
    page.post(address, hidden_fields(page.get(address)) | {"step": "reject"})
    assert reason(client, ward.usk.uuid) == "active"


def test_approved_the_delegation_is_suspended(ward, made, clerk):
    report = bring(row(ward.usk, "Solrosen"))
    address, page = f"/personal/granskning/{report.waits_as}/", reads(clerk)
    done = page.post(address, hidden_fields(page.get(address)) | {"step": "approve"}, follow=True)
    assert "The file is imported." in done.content.decode()
    assert reason(system(), ward.usk.uuid) == "suspended_receiver"
    assert page.post(address, {"step": "approve"}).status_code == 404


def test_what_was_not_shown_is_not_approved(ward, made, clerk):
    report = bring(row(ward.usk, "Solrosen"))
    address, page = f"/personal/granskning/{report.waits_as}/", reads(clerk)
    answer = page.post(address, {"step": "approve", "shown": "1:ends"}, follow=True)
    assert "The file would now do something else than you were shown." in answer.content.decode()
    assert WaitingImport.objects.get().is_waiting


def test_a_giver_whom_a_complete_file_leaves_out_takes_her_delegations_under_review(ward, made, clerk):
    town = ward.town
    for number in range(120):
        world.works_at(ward.norr, f"Vera {number}", "vardbitrade")
    others = [row(each.person, "Norr") for each in Employment.objects.filter(person__given_name__startswith="Vera")]
    staff = [row(each, "Norr") for each in (town.usk, town.chef)]
    staff += [row(each, "Solrosen") for each in (town.mas, ward.other_nurse)]
    report = bring(*staff, *others, is_complete=True)
    assert reason(system(), ward.usk.uuid) == "under_review"
    concerned = WaitingImport.objects.get(uuid=report.waits_as).concerned.values_list("employment__person", "why")
    assert set(concerned) == {(ward.ssk.pk, "ends")}, "one of many, and only she, not whom she delegated to"


def test_a_last_day_in_the_file_holds_at_once(ward, made, clerk):
    yesterday = today() - timedelta(days=1)
    report = bring(row(ward.usk, "Norr", slutdatum=yesterday.isoformat()))
    assert report.is_applied
    assert reason(system(), ward.usk.uuid) == "suspended_receiver"


def test_another_employers_file_says_nothing_of_what_she_may_do_here(ward, made, clerk):
    world.works_at(ward.town.ekbacken, ward.usk, "underskoterska")
    there = Employment.objects.get(person=ward.usk, organisation=ward.town.lyngfors)
    world.works_at(ward.town.ekbacken, "Elsa", "underskoterska")
    elsa = Employment.objects.get(person__given_name="Elsa")
    report = bring(row(elsa.person, "Ekbacken", kommun="Lyngfors"), is_complete=True)
    concerned = WaitingImport.objects.get(uuid=report.waits_as).concerned
    assert [each.employment for each in concerned.all()] == [there]
    assert reason(system(), ward.usk.uuid) == "active"
    assert reads(clerk).get(f"/personal/granskning/{report.waits_as}/").status_code == 404


def test_an_ordinary_file_does_not_wait(ward, made, clerk):
    assert bring(row(ward.usk, "Norr"), row(ward.ssk, "Solrosen")).is_applied
    assert not WaitingImport.objects.exists()


def test_hr_and_the_chief_nurse_meet_it_on_their_start_page_and_only_hr_decides(ward, made, clerk):
    report = bring(row(ward.usk, "Solrosen"))
    address = f"/personal/granskning/{report.waits_as}/"
    for who in (clerk, ward.town.mas):
        assert address in links_of(reads(who).get("/"))
        assert address in links_of(reads(who).get("/personal/granskning/"))
    mas = reads(ward.town.mas)
    assert "HR of the employer decides." in text_of(mas.get(address))
    assert mas.post(address, {"step": "reject"}).status_code == 404
    assert WaitingImport.objects.get().is_waiting


def test_for_others_it_is_not_there(ward, made, clerk):
    report = bring(row(ward.usk, "Solrosen"))
    address = f"/personal/granskning/{report.waits_as}/"
    elsewhere = world.make.holds("hr", ward.town.lyngfors, "Lena")
    for who in (ward.usk, ward.ssk, ward.town.chef, elsewhere):
        client = reads(who)
        for path in (address, "/personal/granskning/"):
            assert client.get(path).status_code == 404
        assert client.post(address, {"step": "approve"}).status_code == 404
    page = reads(clerk)
    assert page.get(f"/personal/granskning/{uuid4()}/").status_code == 404
    assert page.delete(address).status_code == 405
    assert page.post("/personal/granskning/").status_code == 405
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_as_many_questions_whomever_it_concerns(ward, made, clerk, people, django_assert_num_queries):
    for number in range(people):
        world.works_at(ward.norr, f"Vera {number}", "vardbitrade")
    report = bring(row(ward.town.chef, "Norr"), is_complete=True)
    address, page = f"/personal/granskning/{report.waits_as}/", reads(clerk)
    page.get(address)
    with django_assert_num_queries(8):
        page.get(address)


def test_what_changes_meanwhile_is_looked_at_again(ward, made, clerk):
    report = bring(row(ward.town.chef, "Norr"), is_complete=True)
    address, page = f"/personal/granskning/{report.waits_as}/", reads(clerk)
    form = hidden_fields(page.get(address)) | {"step": "approve"}
    held = Employment.objects.get(person=ward.other_nurse)
    change_employment(held, valid_from=today(), at=now(), ends_on=today() - timedelta(days=1))
    answer = page.post(address, form, follow=True)
    assert "something else than you were shown" in answer.content.decode()
    assert "Nora" not in text_of(page.get(address))
