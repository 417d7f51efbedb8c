"""What has been recorded, as she reads it and as her manager does."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from people.api import Role, activity_iri, actor_of, create_account, now
from tests.journeys.looking import look
from tests.journeys.visiting import PASSWORD, signed_in
from tests.people import factories as make
from xapi.api import record, vocabulary

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_manager_finds_a_statement_and_opens_it(browser: Browser, live_server: object) -> None:
    granvik = make.municipality("granvik", make.region())
    norr = make.unit("norr", granvik)
    anna = make.works_at(norr, "Anna").person
    create_account(make.holds(Role.MANAGER, norr, "Mona"), "mona@demo.example.org", PASSWORD)
    questions = {
        "id": activity_iri("questions", uuid4()),
        "definition": {"name": {"sv": "Basala hygienrutiner"}, "type": vocabulary.QUESTION_SET},
    }
    common = {"actor": actor_of(anna), "context": {"registration": str(uuid4())}}
    passed = common | {
        "id": str(uuid4()),
        "verb": {"id": vocabulary.PASSED},
        "object": questions,
        "result": {"score": {"raw": 9, "min": 0, "max": 10}, "success": True},
    }
    failed = passed | {"id": str(uuid4()), "verb": {"id": vocabulary.FAILED}}
    voiding = common | {
        "id": str(uuid4()),
        "verb": {"id": vocabulary.VOIDED},
        "object": {"objectType": "StatementRef", "id": failed["id"]},
    }
    record([failed, passed, voiding], organisation=granvik, at=now() - timedelta(days=1))

    desk = signed_in(browser, str(live_server), "mona@demo.example.org", 1280)
    desk.goto("/handelselogg/")
    look(desk, "recorded")
    desk.select_option("select[name=verb]", label="klarade inte")
    desk.locator("form.filters button").click()
    desk.locator("main .rows a").click()
    expect(desk.locator("main")).to_contain_text("Ogiltigförklarat")
    desk.locator("main details summary").click()
    look(desk, "recorded-statement")
