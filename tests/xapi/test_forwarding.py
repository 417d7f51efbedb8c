"""New statements are sent to other record stores: to our own over HTTP, and to one that does whatever it should not."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
import urllib3
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from people.models import Organisation
from xapi import sending
from xapi.api import (
    Decision,
    UnusableTarget,
    add_forward,
    all_forwards,
    dispose,
    forwards_of,
    full_statement,
    pause_forward,
    record,
    refused_by,
    remove_forward,
    resend_forward,
    resume_forward,
    send_due,
)
from xapi.attachments import Files
from xapi.credentials import create_credential
from xapi.models import Forward, Outgoing, Statement

from .bodies import ANSWERED, AT, COMPLETED, COURSE, Json, full, named, plain, voiding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stores_are_here(told: list[Any], settings: Any) -> None:
    """The other stores of these tests are on this machine."""
    settings.FORWARD_ALLOW_HTTP = settings.FORWARD_ALLOW_PRIVATE = True


class Store(ThreadingHTTPServer):
    """Another record store, which answers what `answers` says of a batch, and notes what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/xapi"
        self.batches: list[list[Json]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.answer: Any = lambda _batch: 200

    @property
    def ids(self) -> list[str]:
        return [one["id"] for batch in self.batches for one in batch]


class Handler(BaseHTTPRequestHandler):
    server: Store

    def do_POST(self) -> None:
        batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, dict(self.headers)))
        status = self.server.answer(batch)
        if status == "garbles":
            self.server.batches.append(batch)
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"plain")
            return
        if status == "closes":
            self.connection.close()
            return
        if status == "hangs":
            time.sleep(1)
            return
        if 200 <= status < 300:
            self.server.batches.append(batch)
        text = b"[]" if status == 200 else b"No,\r\n\x1b[2J\x00 thank you."
        self.send_response(status)
        self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def store() -> Iterator[Store]:
    server = Store()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def forward_to(store: Store, organisation: Organisation | None = None, **changes: Any) -> Forward:
    wanted: dict[str, Any] = {"key": "k", "secret": "s:ö", "organisation": organisation, "at": AT} | changes
    return add_forward("Regionen", store.url, **wanted)


def say(*bodies: Json, organisation: Organisation | None = None) -> list[str]:
    return [str(one.statement_id) for one in record(bodies, organisation=organisation, at=AT)]


def state(forward: Forward) -> tuple[int, int]:
    found = next(one for one in all_forwards() if one.forward == forward)
    return found.waiting, found.set_aside


# --- What is queued --------------------------------------------------------------------------------------------------


def test_a_statement_and_what_is_to_be_sent_are_one_transaction(store: Store) -> None:
    forward = forward_to(store)
    with transaction.atomic():
        say(plain())
        assert state(forward) == (1, 0)
        transaction.set_rollback(True)
    assert (state(forward), Statement.objects.count()) == ((0, 0), 0)


def test_what_is_sent_again_to_us_is_not_queued_again(store: Store) -> None:
    forward, body = forward_to(store), named()
    say(body)
    say(body)
    assert state(forward) == (1, 0)


def test_only_the_statements_of_the_owner_are_forwarded(
    store: Store, clock: Clock, granvik: Organisation, lyngfors: Organisation
) -> None:
    forward_to(store, granvik)
    (ours,) = say(plain(), organisation=granvik)
    say(plain(), organisation=lyngfors)
    say(plain(), organisation=None)
    send_due(clock)
    assert store.ids == [ours]


def test_a_row_for_a_statement_of_another_organisation_is_not_sent(
    store: Store, clock: Clock, granvik: Organisation, lyngfors: Organisation
) -> None:
    forward = forward_to(store, granvik)
    say(plain(), organisation=lyngfors)
    Outgoing.objects.create(forward=forward, statement=Statement.objects.get())
    assert send_due(clock) == 0
    assert store.requests == []


def test_the_installation_forwards_everybodys(
    store: Store, clock: Clock, granvik: Organisation, lyngfors: Organisation
) -> None:
    forward_to(store)
    sent = [say(plain(), organisation=one)[0] for one in (granvik, lyngfors, None)]
    send_due(clock)
    assert store.ids == sent


def test_filters_choose_by_the_beginning_of_verb_and_activity(store: Store, clock: Clock) -> None:
    forward_to(store, verbs=["http://adlnet.gov/expapi/verbs/c", "https://example.org/"], activities=[COURSE[:-4]])
    (fits,) = say(plain(verb={"id": COMPLETED}))
    say(plain(verb={"id": ANSWERED}), plain(object={"id": "https://example.org/x"}))
    send_due(clock)
    assert store.ids == [fits]


def test_what_voids_passes_every_filter(store: Store, clock: Clock) -> None:
    forward_to(store, activities=[COURSE])
    (first,) = say(plain())
    (second,) = say(voiding(first))
    send_due(clock)
    assert store.ids == [first, second]


def test_recording_asks_once_whether_anything_is_forwarded() -> None:
    say(plain())
    with CaptureQueriesContext(connection) as captured:
        say(*[plain() for _number in range(5)])
    asked = [query["sql"] for query in captured]
    assert sum("xapi_forward" in sql for sql in asked) == 1
    assert not any("xapi_outgoing" in sql for sql in asked)


# --- How it is sent --------------------------------------------------------------------------------------------------


def test_statements_arrive_in_order_in_batches_with_their_ids(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 3)
    forward = forward_to(store)
    sent = [say(plain())[0] for _number in range(7)]
    assert send_due(clock) == 7
    assert store.ids == sent
    assert [len(batch) for batch in store.batches] == [3, 3, 1]
    assert state(forward) == (0, 0)
    forward.refresh_from_db()
    assert forward.last_sent_at is not None
    assert forward.claimed_until is None


def test_a_request_says_who_we_are_and_which_version(store: Store, clock: Clock) -> None:
    forward_to(store, version="1.0.3")
    say(plain())
    send_due(clock)
    ((path, headers),) = store.requests
    assert path == "/xapi/statements"
    expected = urllib3.make_headers(basic_auth="k:s:ö".encode().decode("latin-1"))["authorization"]
    assert headers["Authorization"] == expected
    assert (headers["X-Experience-API-Version"], headers["Content-Type"]) == ("1.0.3", "application/json")


def test_what_the_other_store_sets_itself_is_left_to_it(store: Store, clock: Clock) -> None:
    forward_to(store)
    body = full()
    (statement_id,) = say(body)
    send_due(clock)
    ((sent,),) = store.batches
    stored = full_statement(Statement.objects.get().statement_id)
    assert sent == {name: stored[name] for name in stored.keys() - {"stored", "authority", "version"}}
    assert sent["id"] == statement_id
    assert sent["actor"]["mbox"] == body["actor"]["mbox"]


def test_a_batch_holds_no_more_bytes_than_another_store_takes(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MAX_BYTES", 1000)
    forward_to(store)
    sent = say(*[plain() for _number in range(8)], plain(result={"response": "x" * 1500}), plain())
    send_due(clock)
    assert store.ids == sent
    assert max(len(json.dumps(batch)) for batch in store.batches if len(batch) > 1) <= 1100
    assert len(store.batches) > 3


# --- What goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [500, 503, 429, 404, "closes", "hangs"])
def test_what_fails_is_tried_again_later_and_nothing_is_lost(
    store: Store, clock: Clock, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TIMEOUT", urllib3.Timeout(connect=1, read=0.3))
    store.answer = lambda _batch: answer
    forward = forward_to(store)
    sent = say(plain(), plain())
    assert send_due(clock) == 0
    assert send_due(clock) == 0
    assert len(store.requests) == 1
    forward.refresh_from_db()
    assert (forward.failures, state(forward), forward.paused_at) == (1, (2, 0), None)
    assert forward.last_error
    assert str(answer) in forward.last_error or isinstance(answer, str)
    store.answer = lambda _batch: 200
    clock.at += sending.FIRST_DELAY
    assert send_due(clock) == 2
    assert store.ids == sent
    forward.refresh_from_db()
    assert forward.failures == 0


def test_a_store_that_is_not_there_is_tried_again_later(clock: Clock) -> None:
    forward = add_forward("x", "http://127.0.0.1:9/xapi", key="k", secret="s", organisation=None, at=AT)
    say(plain())
    send_due(clock)
    forward.refresh_from_db()
    assert forward.failures == 1
    assert forward.next_at > clock.at


def test_a_store_that_has_the_statement_but_could_not_say_so_gets_it_again(store: Store, clock: Clock) -> None:
    def loses_its_answer(batch: list[Json]) -> str:
        store.batches.append(batch)
        return "closes"

    store.answer = loses_its_answer
    forward_to(store)
    (sent,) = say(plain())
    send_due(clock)
    store.answer = lambda _batch: 204
    clock.at += sending.FIRST_DELAY
    send_due(clock)
    assert store.ids == [sent, sent]


@pytest.mark.parametrize(("failures", "seconds"), [(1, 2), (2, 4), (5, 32), (12, 3600), (10_000, 3600)])
def test_waiting_doubles_up_to_an_hour_and_is_spread(failures: int, seconds: int) -> None:
    assert sending.delay_after(failures, 1) == timedelta(seconds=seconds)
    assert sending.delay_after(failures, 0) == timedelta(seconds=seconds / 2)


@pytest.mark.parametrize("status", [400, 409, 413])
def test_a_refused_statement_is_set_aside_with_its_answer_and_the_rest_goes_on(
    store: Store, clock: Clock, status: int
) -> None:
    forward = forward_to(store)
    sent = say(*[plain() for _number in range(11)])
    bad = sent[6]
    store.answer = lambda batch: status if bad in [one["id"] for one in batch] else 200
    assert send_due(clock) == 10
    assert store.ids == [one for one in sent if one != bad]
    assert state(forward) == (0, 1)
    ((refused, answer),) = refused_by(forward)
    assert (str(refused), answer) == (bad, f"{status} No, [2J thank you.")
    (later,) = say(plain())
    send_due(clock)
    assert store.ids[-1] == later


def test_a_store_that_refuses_everything_is_paused_and_not_drained(store: Store, clock: Clock) -> None:
    store.answer = lambda _batch: 400
    forward = forward_to(store)
    say(*[plain() for _number in range(30)])
    send_due(clock)
    forward.refresh_from_db()
    assert state(forward) == (10, 20)
    assert (forward.pause_cause, forward.pause_reason) == ("refusals", "400 No, [2J thank you.")
    store.answer = lambda _batch: 200
    resume_forward(forward, AT)
    assert resend_forward(forward, AT, AT) == 20
    assert send_due(clock) == 30


def test_refusals_with_something_taken_between_do_not_pause(store: Store, clock: Clock) -> None:
    forward = forward_to(store)
    sent = say(*[plain() for _number in range(2 * sending.PAUSE_AFTER_REFUSALS - 1)])
    good = sent[sending.PAUSE_AFTER_REFUSALS - 1]
    store.answer = lambda batch: 200 if [one["id"] for one in batch] == [good] else 400
    send_due(clock)
    forward.refresh_from_db()
    assert (store.ids, state(forward), forward.paused_at) == ([good], (0, len(sent) - 1), None)


@pytest.mark.parametrize(("status", "cause"), [(401, "no_access"), (403, "no_access"), (302, "moved")])
def test_a_store_that_does_not_let_us_in_is_paused_with_the_reason(
    store: Store, clock: Clock, status: int, cause: str
) -> None:
    store.answer = lambda _batch: status
    forward = forward_to(store)
    say(plain())
    send_due(clock)
    clock.at += timedelta(days=1)
    send_due(clock)
    assert len(store.requests) == 1
    forward.refresh_from_db()
    assert forward.paused_at is not None
    assert (forward.pause_cause, forward.pause_reason) == (cause, f"{status} No, [2J thank you.")
    assert state(forward) == (1, 0)


def test_a_secret_that_cannot_be_read_any_more_pauses_and_sends_nothing(
    store: Store, clock: Clock, settings: Any
) -> None:
    forward = forward_to(store)
    say(plain())
    settings.SECRET_KEY = "another"
    send_due(clock)
    forward.refresh_from_db()
    assert (forward.paused_at is not None, forward.pause_cause) == (True, "secret")
    assert store.requests == []


def test_the_secret_is_not_in_the_database_and_opens_under_an_earlier_key(
    store: Store, clock: Clock, settings: Any
) -> None:
    forward = forward_to(store, secret="open sesame")
    assert "sesame" not in str(Forward.objects.values().get())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    say(plain())
    assert send_due(clock) == 1
    assert state(forward) == (0, 0)


def test_what_one_worker_has_claimed_another_leaves_until_the_claim_runs_out(store: Store, clock: Clock) -> None:
    forward = forward_to(store)
    say(plain())
    Forward.objects.update(claimed_until=AT + sending.CLAIM)
    assert send_due(clock) == 0
    clock.at += sending.CLAIM
    assert send_due(clock) == 1
    assert state(forward) == (0, 0)


def test_whoever_lost_the_race_for_a_target_sends_nothing(store: Store, clock: Clock) -> None:
    forward = forward_to(store)
    say(plain())
    slower = Forward.objects.get()
    Forward.objects.update(claimed_until=AT + sending.CLAIM)
    assert sending._send_turn(slower, clock) == 0
    assert store.requests == []
    assert Forward.objects.get(pk=forward.pk).claimed_until == AT + sending.CLAIM


def test_what_was_taken_is_taken_though_the_rest_of_the_answer_cannot_be_read(store: Store, clock: Clock) -> None:
    store.answer = lambda _batch: "garbles"
    forward = forward_to(store)
    say(plain())
    assert send_due(clock) == 1
    assert state(forward) == (0, 0)


def test_a_store_that_cannot_be_sent_to_for_whatever_reason_holds_up_no_other(store: Store, clock: Clock) -> None:
    broken, _sound = forward_to(store), forward_to(store)
    say(plain())
    Forward.objects.filter(pk=broken.pk).update(sealed_secret="ö")
    assert send_due(clock) == 1
    broken.refresh_from_db()
    assert (broken.failures, broken.claimed_until, state(broken)) == (1, None, (1, 0))
    assert broken.last_error == "UnicodeEncodeError"
    assert broken.next_at > clock.at


def test_a_clock_that_was_wrong_stops_nothing_once_it_is_right_again(store: Store, clock: Clock) -> None:
    forward = forward_to(store)
    say(plain())
    ahead = AT + timedelta(days=3650)
    Forward.objects.update(claimed_until=ahead + sending.CLAIM, next_at=ahead + sending.LONGEST_DELAY)
    assert send_due(clock) == 1
    assert state(forward) == (0, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[fd00::1]"])
def test_a_private_network_is_not_reached_unless_a_setting_says_so(host: str, clock: Clock, settings: Any) -> None:
    settings.FORWARD_ALLOW_PRIVATE = False
    forward = add_forward("x", f"https://{host}/xapi", key="k", secret="s", organisation=None, at=AT)
    say(plain())
    assert send_due(clock) == 0
    forward.refresh_from_db()
    assert "FORWARD_ALLOW_PRIVATE" in forward.last_error
    assert (forward.failures, state(forward)) == (1, (1, 0))


@pytest.mark.parametrize("address", ["8.8.8.8", "[2001:4860:4860::8888]"])
def test_an_address_of_the_internet_is_none_of_a_private_network(address: str) -> None:
    assert not sending._leads_inside(f"https://{address}/xapi")


def test_what_is_disposed_of_is_not_kept_in_what_another_store_answered(store: Store, clock: Clock) -> None:
    store.answer = lambda _batch: 400
    forward = forward_to(store)
    (refused, kept) = say(plain(result={"response": "x"}), plain(result={"response": "y"}))
    send_due(clock)
    dispose([UUID(refused)], Decision("ground", "somebody", AT))
    answers = {str(one): answer for one, answer in refused_by(forward)}
    assert answers == {refused: "400", kept: "400 No, [2J thank you."}
    pause_forward(forward, "400 of them are enough.", AT)
    dispose([UUID(kept)], Decision("ground", "somebody", AT))
    forward.refresh_from_db()
    assert (forward.last_error, forward.pause_reason) == ("400", "400 of them are enough.")


# --- People decide ---------------------------------------------------------------------------------------------------


def test_a_pause_lets_statements_gather_and_resuming_sends_them(store: Store, clock: Clock) -> None:
    forward = forward_to(store)
    pause_forward(forward, "They are moving house.", AT)
    sent = say(plain(), plain())
    assert send_due(clock) == 0
    (shown,) = forwards_of(None)
    assert (shown.waiting, shown.forward.pause_reason) == (2, "They are moving house.")
    resume_forward(forward, AT)
    assert send_due(clock) == 2
    assert store.ids == sent


def test_a_pause_during_a_turn_holds_from_the_next_request(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 1)
    forward = forward_to(store)
    say(plain(), plain())
    turn = sending._Turn(Forward.objects.get(), clock)
    assert len(list(turn.send_next())) == 1
    pause_forward(forward, "Stop.", AT)
    assert list(turn.send_next()) == []
    assert len(store.requests) == 1


def test_resending_queues_what_was_stored_since_for_the_owner_alone(
    store: Store, clock: Clock, granvik: Organisation, lyngfors: Organisation
) -> None:
    def at(day: int, organisation: Organisation) -> str:
        moment = datetime(2026, 11, day, tzinfo=UTC)
        return str(record([plain()], organisation=organisation, at=moment)[0].statement_id)

    at(1, granvik)
    wanted = [at(10, granvik), at(11, granvik)]
    at(11, lyngfors)
    forward = forward_to(store, granvik)
    assert resend_forward(forward, datetime(2026, 11, 10, tzinfo=UTC), AT) == 2
    assert resend_forward(forward, datetime(2026, 11, 10, tzinfo=UTC), AT) == 0
    send_due(clock)
    assert store.ids == wanted


def test_an_organisation_is_shown_its_own_targets_only(
    store: Store, granvik: Organisation, lyngfors: Organisation
) -> None:
    ours = forward_to(store, granvik)
    forward_to(store, lyngfors)
    forward_to(store)
    assert [one.forward for one in forwards_of(granvik)] == [ours]


def test_a_removed_target_takes_what_waits_with_it_and_leaves_the_statements(store: Store) -> None:
    forward = forward_to(store)
    say(plain())
    remove_forward(forward, AT)
    assert (Forward.objects.count(), Outgoing.objects.count(), Statement.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://lrs.example.org/xapi",
        "ftp://lrs.example.org",
        "https://",
        "lrs.example.org/xapi",
        "https://key:secret@lrs.example.org/xapi",
        "https://lrs.example.org/xapi?x=1",
        "https://lrs.example.org:port/xapi",
        "https://[x/",
        " https://lrs.example.org/xapi",
        "https://lrs.example.org/xapi\r\nX-Other: 1",
    ],
)
def test_an_address_that_is_not_an_encrypted_endpoint_is_refused(endpoint: str, settings: Any) -> None:
    settings.FORWARD_ALLOW_HTTP = False
    with pytest.raises(UnusableTarget):
        add_forward("x", endpoint, key="k", secret="s", organisation=None, at=AT)
    assert not Forward.objects.exists()


@pytest.mark.parametrize("changes", [{"version": "0.9"}, {"key": ""}, {"secret": ""}, {"key": "a:b"}])
def test_a_target_without_what_it_takes_is_refused(store: Store, changes: dict[str, str]) -> None:
    with pytest.raises(UnusableTarget):
        forward_to(store, **changes)


# --- The command -----------------------------------------------------------------------------------------------------


def run(*args: str) -> str:
    output = StringIO()
    call_command("forwards", *args, stdout=output)
    return output.getvalue()


def test_the_command_adds_lists_pauses_resumes_resends_and_removes(
    store: Store, granvik: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("list") == "Nothing is forwarded.\n"
    monkeypatch.setattr("sys.stdin", StringIO("hemligt\n"))
    number = run(
        "add", "Regionen", store.url, "--key", "k", "--organisation", "granvik", "--xapi-version", "1.0.3",
        "--verb", COMPLETED,
    ).strip()  # fmt: skip
    say(plain(), organisation=granvik)
    run("pause", number, "--reason", "They are moving.")
    listed = run("list")
    for shown in (
        "granvik",
        store.url,
        "1.0.3",
        COMPLETED,
        "waiting 1, set aside 0, last sent never",
        "They are moving.",
    ):
        assert shown in listed
    assert "hemligt" not in listed
    run("resume", number)
    store.answer = lambda _batch: 400
    send_due(lambda: datetime.now(UTC))
    listed = run("list")
    assert "  paused" not in listed
    assert "refused" in listed
    assert "1 statements" in run("resend", number, "--since", "2026-11-01")
    run("remove", number)
    assert run("list") == "Nothing is forwarded.\n"


def test_the_command_says_what_does_not_exist() -> None:
    with pytest.raises(CommandError, match="no forward"):
        run("pause", str(uuid4()))


# --- To our own store, over HTTP -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("version", "refused"), [("2.0.0", 0), ("1.0.3", 1)])
def test_a_store_of_our_kind_takes_what_we_send_and_knows_it_again(
    live_server: Any, clock: Clock, version: str, refused: int
) -> None:
    """The store forwards to itself, so it compares each statement with the one it has; another would be refused.

    What only 2.0 knows (`contextAgents` in the full one), 1.0.3 refuses.
    """
    credential, secret = create_credential("we", scopes=["statements/write"], organisation=None, at=AT)
    endpoint = f"{live_server.url}/xapi"
    forward = add_forward("We", endpoint, key=credential.key, secret=secret, organisation=None, at=AT, version=version)
    first, *_others = say(full(), plain(), plain(context={"contextActivities": {"parent": {"id": COURSE}}}))
    say(voiding(uuid4()))
    assert send_due(clock) == 4 - refused
    assert [str(one) for one, _answer in refused_by(forward)] == [first][:refused]
    assert Statement.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_attachments_go_with_their_statements(live_server: Any, clock: Clock) -> None:
    """Without its data the statement would be refused, since the attachment has no address."""
    credential, secret = create_credential("we", scopes=["statements/write"], organisation=None, at=AT)
    forward = add_forward("We", f"{live_server.url}/xapi", key=credential.key, secret=secret, organisation=None, at=AT)
    data = b"%PDF\r\n--not a boundary\x00"
    attachment = {
        "usageType": "http://example.com/attachment",
        "display": {"sv": "Intyget"},
        "contentType": "application/pdf",
        "length": len(data),
        "sha2": hashlib.sha256(data).hexdigest(),
    }
    with Files() as files:
        files.add(attachment["sha2"], [data], {attachment["sha2"]: 1})
        record([plain(attachments=[attachment]), plain()], organisation=None, at=AT, files=files)
    send_due(clock)
    forward.refresh_from_db()
    assert (forward.last_error, state(forward)) == ("", (0, 0))
