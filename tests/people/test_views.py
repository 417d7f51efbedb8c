"""The pages below /konto/, with templates of one line: what they are given matters here, not how it looks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Employment, Person, User
from people.queries import SESSION_KEY
from people.services import create_account
from tests.people import factories as make
from tests.people.conftest import Land

pytestmark = pytest.mark.urls("tests.people.urls")

PASSWORD = "four wooden horses"
TEMPLATES = {
    "people/account.html": "{{ person }}|{% for e in employments %}{{ e.uuid }} {% endfor %}|{{ chosen.uuid }}"
    "|{% for r in roles %}{{ r.role }} {% endfor %}",
    "404.html": "404 {{ message }}",
    "error.html": "error {{ message }}",
    "account/login.html": "sign in",
    "account/signup_closed.html": "closed",
}


@pytest.fixture(autouse=True)
def _templates_of_one_line(settings: Any) -> None:
    loader = ("django.template.loaders.locmem.Loader", TEMPLATES)
    processors = ["django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]
    options = {"loaders": [loader], "context_processors": processors}
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": options}]


@pytest.fixture
def someone(db: None) -> Person:
    someone = make.person("Åsa", "Öst")
    create_account(someone, "usk@demo.example.org", PASSWORD)
    return someone


@pytest.fixture
def signed_in(client: Client, someone: Person) -> Client:
    assert someone.user is not None
    client.force_login(someone.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def two_jobs(land: Land, someone: Person) -> tuple[Employment, Employment]:
    large = make.works_at(land.ward, someone, share=Decimal(80))
    return large, make.works_at(land.ekbacken, someone, share=Decimal(20))


class TestSigningIn:
    def sign_in(self, client: Client, login: str, password: str) -> Any:
        return client.post(reverse("account_login"), {"login": login, "password": password})

    def test_with_the_address_in_any_case(self, client: Client, someone: Person) -> None:
        response = self.sign_in(client, "USK@demo.example.org", PASSWORD)
        assert (response.status_code, response["Location"]) == (302, "/")
        assert int(client.session["_auth_user_id"]) == someone.user_id

    def test_not_with_a_wrong_password(self, client: Client, someone: Person) -> None:
        assert self.sign_in(client, "usk@demo.example.org", "wrong").status_code == 200
        assert "_auth_user_id" not in client.session

    def test_not_without_an_account(self, client: Client, land: Land) -> None:
        Person.objects.filter(pk=make.works_at(land.ward).person_id).update(email="kim@example.org")
        assert self.sign_in(client, "kim@example.org", "").status_code == 200
        assert "_auth_user_id" not in client.session

    def test_not_by_signing_up(self, client: Client, db: None) -> None:
        form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
        for response in (client.get(reverse("account_signup")), client.post(reverse("account_signup"), form)):
            assert (response.status_code, response.content) == (200, b"closed")
        assert User.objects.count() == 0

    def test_out_again_by_post(self, signed_in: Client) -> None:
        signed_in.post(reverse("account_logout"))
        assert "_auth_user_id" not in signed_in.session


class TestTheAccountPage:
    def test_shows_who_she_is_and_which_employment_she_acts_under(
        self, signed_in: Client, land: Land, someone: Person, two_jobs: tuple[Employment, Employment]
    ) -> None:
        make.works_at(land.home_care, "Other")
        make.holds("manager", land.ward, someone)
        large, small = two_jobs
        expected = f"Åsa Öst|{large.uuid} {small.uuid} |{large.uuid}|manager "
        assert signed_in.get("/konto/").content.decode() == expected

    def test_is_there_for_an_account_without_a_person(self, client: Client, db: None) -> None:
        client.force_login(User.objects.create_user("a@example.org"), "django.contrib.auth.backends.ModelBackend")
        assert client.get("/konto/").content == b"None|||"

    def test_asks_strangers_to_sign_in(self, client: Client, db: None) -> None:
        assert client.get("/konto/")["Location"] == "/konto/login/?next=/konto/"

    def test_cannot_be_posted_to(self, signed_in: Client) -> None:
        assert signed_in.post("/konto/").status_code == 405

    @pytest.mark.parametrize("count", [1, 3])
    def test_asks_as_much_for_three_employments_as_for_one(
        self, signed_in: Client, land: Land, someone: Person, count: int, django_assert_num_queries: Any
    ) -> None:
        for _ in range(count):
            make.works_at(land.ward, someone)
        signed_in.get("/konto/")
        with django_assert_num_queries(4):
            signed_in.get("/konto/")


class TestSwitchingEmployment:
    URL = "/konto/anstallning/"

    def test_she_acts_under_the_other_one_from_then_on(
        self, signed_in: Client, two_jobs: tuple[Employment, Employment]
    ) -> None:
        response = signed_in.post(self.URL, {"employment": str(two_jobs[1].uuid)})
        assert (response.status_code, response["Location"]) == (302, "/konto/")
        assert signed_in.get("/konto/").context["chosen"] == two_jobs[1]

    def test_twice_is_the_same_as_once(self, signed_in: Client, two_jobs: tuple[Employment, Employment]) -> None:
        for _ in range(2):
            assert signed_in.post(self.URL, {"employment": str(two_jobs[1].uuid)}).status_code == 302
        assert signed_in.session[SESSION_KEY] == str(two_jobs[1].uuid)

    @pytest.mark.parametrize("whose", ["a stranger's", "ended", "nobody's", "garbled", "missing"])
    def test_one_that_is_not_hers_today_does_not_exist(
        self, signed_in: Client, land: Land, someone: Person, two_jobs: tuple[Employment, Employment], whose: str
    ) -> None:
        forms = {
            "a stranger's": {"employment": str(make.works_at(land.ward, "Other").uuid)},
            "ended": {"employment": str(make.works_at(land.omsorg, someone, ends_on=make.LONG_AGO).uuid)},
            "nobody's": {"employment": str(uuid4())},
            "garbled": {"employment": "' OR 1=1"},
            "missing": {},
        }
        response = signed_in.post(self.URL, forms[whose])
        assert (response.status_code, response.content[:3]) == (404, b"404")
        assert SESSION_KEY not in signed_in.session

    def test_asks_strangers_to_sign_in(self, client: Client, db: None) -> None:
        assert client.post(self.URL)["Location"].startswith("/konto/login/")

    def test_only_by_post(self, signed_in: Client) -> None:
        assert signed_in.get(self.URL).status_code == 405


class TestLanguage:
    def test_is_chosen_by_post_and_remembered(self, client: Client, db: None) -> None:
        response = client.post("/konto/sprak/", {"language": "en", "next": "/"})
        assert (response.status_code, response["Location"]) == (302, "/")
        assert response.cookies["django_language"].value == "en"

    def test_never_leads_elsewhere(self, client: Client, db: None) -> None:
        response = client.post("/konto/sprak/", {"language": "en", "next": "https://evil.example.org/"})
        assert response["Location"] == "/"

    @pytest.mark.parametrize("language", ["tlh", ""])
    def test_that_we_do_not_speak_changes_nothing(self, client: Client, db: None, language: str) -> None:
        assert "django_language" not in client.post("/konto/sprak/", {"language": language, "next": "/"}).cookies


def test_addresses_of_accounts_cannot_be_changed_by_their_holders(signed_in: Client) -> None:
    assert signed_in.get("/konto/email/").status_code == 404
