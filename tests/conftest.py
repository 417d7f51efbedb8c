"""What every test stands on: a database of its own from a kept template, and Hypothesis' profile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.test.testcases import LiveServerThread
from django.test.utils import modify_settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from lms.celery import app
from tests.browser import ARGUMENTS, NOT_RUN, find_chromium
from tests.databases import Database, close_connections, test_database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OPENS_THE_DATABASE = {"db", "transactional_db", "django_db_setup"}

# Two shared cores: a slow example is the machine's fault, not the code's.
hypothesis_settings.register_profile(
    "larnara", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile("larnara")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[Database]:
    """Give this process its copy of the template, in place of pytest-django's fresh migration."""
    database = test_database()
    connections.settings["default"].update(database.create())

    def bring_back(_test_case: TransactionTestCase) -> None:
        close_connections()
        database.restore()

    # Django flushes after a test that commits; the triggers on statements refuse that, so the copy is replaced.
    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = bring_back  # type: ignore[method-assign]
    yield database
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        close_connections()
    database.drop()


@pytest.fixture(scope="session", autouse=True)
def _no_queue_left() -> Iterator[None]:
    """With a broker, tests that commit send messages; nobody is to find them afterwards."""
    yield
    if settings.BROKER_URL:
        with app.connection_for_write() as connection:
            connection.default_channel.queue_delete(settings.CELERY_TASK_DEFAULT_QUEUE)
        app.close()


@pytest.fixture(autouse=True)
def _source_language() -> Iterator[None]:
    """Speak the language of the source, so that tests name the sentences of the code; pages choose."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_media_left() -> Iterator[None]:
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def live_server(django_db_setup: None) -> Iterator[LiveServer]:
    """Serve the site as people get it: pytest-django's own would hand out static files without our middleware."""
    server = LiveServer()
    yield server
    server.thread.terminate()


class LiveServer:
    def __init__(self) -> None:
        # What pytest-django switches on around each test with this fixture.
        self._live_server_modified_settings = modify_settings(ALLOWED_HOSTS={"append": "127.0.0.1"})
        self.thread = LiveServerThread("127.0.0.1", static_handler=lambda application: application)
        self.thread.daemon = True
        self.thread.start()
        self.thread.is_ready.wait()
        if self.thread.error:
            raise self.thread.error
        self.url = f"http://127.0.0.1:{self.thread.port}"

    def __str__(self) -> str:
        return self.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium for all journeys of this process."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which makes Django believe that its queries would block one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of a visitor of her own, on a phone; relative addresses are those of the live server."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 740}, locale="sv-SE")
    yield context.new_page()
    context.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    _mark_what_reaches_the_database(items)
    _leave_out_journeys(items)


def _mark_what_reaches_the_database(items: list[pytest.Item]) -> None:
    """Every other test is refused a database by pytest-django, so that it cannot depend on which one there is."""
    for item in items:
        if item.get_closest_marker("django_db") or OPENS_THE_DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


def _leave_out_journeys(items: list[pytest.Item]) -> None:
    """Leave out the journeys where there is no browser, unless the environment demands one."""
    journeys = [item for item in items if item.get_closest_marker("journey")]
    if journeys and not find_chromium():
        if os.environ.get("JOURNEYS_REQUIRED"):
            raise pytest.UsageError(f"The journeys must run, but {NOT_RUN}.")
        for journey in journeys:
            journey.add_marker(pytest.mark.skip(reason=NOT_RUN))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if NOT_RUN in str(report.longrepr)]
    if left_out:
        terminalreporter.section("the journeys did not run", red=True)
        terminalreporter.line(f"{len(left_out)} tests in a real browser were left out: {NOT_RUN}.")
