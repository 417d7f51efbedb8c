"""Sending what waits for other record stores: in order, in batches, at least once, by the id the statement has.

Nothing of the database is held while we wait for an answer: a target is claimed by a row before it is sent to, and the
claim runs out by itself if the worker dies. What a request brought about is written down before the next is sent.
"""

from __future__ import annotations

import base64
import json
import logging
import random
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import IO, Final
from urllib.parse import urlsplit
from uuid import uuid4

import urllib3
from django.conf import settings
from django.db import transaction
from urllib3.exceptions import HTTPError

from .attachments import Json, attachments_of, found_in, multipart
from .forwarding import pause_forward
from .models import CLAIM, LONGEST_DELAY, Forward, Outgoing, PauseCause
from .queries import body_of
from .sealing import CannotOpen, unseal
from .services import Clock

BATCH: Final = 100
MAX_BYTES: Final = 5 * 1024 * 1024
"""The most bytes of one request, unless one statement alone has more: other stores take less than ours."""
BATCHES_A_TURN: Final = 10
"""So that one target with much to send lets the others have their turn."""
TIMEOUT: Final = urllib3.Timeout(connect=5, read=20)
FIRST_DELAY: Final = timedelta(seconds=2)
ANSWER_LENGTH: Final = 2000
PAUSE_AFTER_REFUSALS: Final = 20
"""A store that refuses so many one after the other does not mean the statements."""

LEADS_INSIDE: Final = "The address leads into a private network, which FORWARD_ALLOW_PRIVATE does not allow."
SPLITTING: Final = {400, 409, 413, 422}
PAUSING: Final = {401, 403}
SET_BY_THE_STORE: Final = ("stored", "authority", "version")

logger = logging.getLogger(__name__)

_http = urllib3.PoolManager(retries=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: its status, 0 without an answer, and what the other said."""

    status: int
    text: str

    def __str__(self) -> str:
        return f"{self.status} {self.text}".strip() if self.status else self.text


@dataclass(frozen=True, slots=True)
class Parcel:
    """One statement to send, and the bytes it adds with its attachments."""

    outgoing_pk: int
    statement_pk: int
    body: Json
    size: int


def send_due(clock: Clock) -> int:
    """Send to every target whose turn it is. Returns how many statements arrived."""
    return sum(_send_turn(forward, clock) for forward in Forward.objects.due(clock()).order_by("next_at", "pk"))


def delay_after(failures: int, part: float) -> timedelta:
    """How long to wait after so many failures in a row: doubled each time, and `part` (0 to 1) of the latter half."""
    longest = min(FIRST_DELAY * 2 ** min(failures - 1, 20), LONGEST_DELAY)
    return longest * (0.5 + part / 2)


def _send_turn(forward: Forward, clock: Clock) -> int:
    turn = _Turn(forward, clock)
    try:
        return sum(len(batch) for _number in range(BATCHES_A_TURN) for batch in turn.send_next())
    except Exception as error:  # whatever is wrong with one store, the others are sent to
        logger.exception("Sending to the store %s failed and will be tried again.", forward.uuid)
        turn.fail(type(error).__name__, clock())
        return 0
    finally:
        turn.release()


class _Turn:
    """One worker's turn at one target. `is_over` when nothing more is to be sent in it."""

    def __init__(self, forward: Forward, clock: Clock) -> None:
        self.forward = forward
        self.now = clock
        self.claimed_until: datetime | None = forward.claimed_until
        self.is_over = False

    def _claim(self) -> bool:
        """Take or prolong the claim; False if another worker has it, or somebody has paused the target meanwhile."""
        until = self.now() + CLAIM
        rows = Forward.objects.filter(pk=self.forward.pk, paused_at=None, claimed_until=self.claimed_until)
        if not rows.update(claimed_until=until):
            return False
        self.claimed_until = until
        return True

    def release(self) -> None:
        Forward.objects.filter(pk=self.forward.pk, claimed_until=self.claimed_until).update(claimed_until=None)

    def send_next(self) -> Iterator[list[Parcel]]:
        """Send the next batch, in halves if it is refused; yield what has arrived."""
        if self.is_over:
            return
        waiting = [] if not self._claim() else _next_batch(self.forward)
        self.is_over = not waiting
        # What is still to be sent, the first last.
        pieces = [waiting] if waiting else []
        while pieces and not self.is_over:
            piece = pieces.pop()
            secret = self._secret()
            if secret is None or not self._claim():
                self.is_over = True
                return
            answer = self._post(piece, secret)
            if 200 <= answer.status < 300:
                self._note_arrival(piece)
                yield piece
            elif answer.status in SPLITTING and len(piece) > 1:
                half = len(piece) // 2
                pieces += [piece[half:], piece[:half]]
            else:
                self._note_refusal(piece, answer)

    def _secret(self) -> str | None:
        try:
            return unseal(self.forward.sealed_secret)
        except CannotOpen:
            self._stop(PauseCause.SECRET, "", self.now())
            return None

    def _post(self, piece: list[Parcel], secret: str) -> Answer:
        with tempfile.SpooledTemporaryFile(max_size=MAX_BYTES, prefix="xapi-") as file:
            headers = _write(piece, file)
            length = file.tell()
            file.seek(0)
            headers["Authorization"] = f"Basic {base64.b64encode(f'{self.forward.key}:{secret}'.encode()).decode()}"
            headers |= {"X-Experience-API-Version": self.forward.version, "Content-Length": str(length)}
            return _request(f"{self.forward.endpoint}/statements", file, headers)

    def _note_arrival(self, piece: list[Parcel]) -> None:
        with transaction.atomic():
            Outgoing.objects.filter(pk__in=[one.outgoing_pk for one in piece]).delete()
            self._update(last_sent_at=self.now(), failures=0, refused_in_a_row=0)

    def _note_refusal(self, piece: list[Parcel], answer: Answer) -> None:
        at = self.now()
        if answer.status in SPLITTING:
            self._set_aside(piece[0], answer, at)
        elif answer.status in PAUSING:
            self._stop(PauseCause.NO_ACCESS, str(answer), at)
        elif 300 <= answer.status < 400:
            self._stop(PauseCause.MOVED, str(answer), at)
        else:
            self.fail(str(answer), at)
            return
        self._update(last_error=str(answer), last_error_at=at)

    def fail(self, said: str, at: datetime) -> None:
        """Try again later, and later each time."""
        self.is_over = True
        failures = self.forward.failures + 1
        next_at = at + delay_after(failures, random.random())
        self._update(last_error=said, last_error_at=at, failures=failures, next_at=next_at)

    def _set_aside(self, one: Parcel, answer: Answer, at: datetime) -> None:
        refused = self.forward.refused_in_a_row + 1
        with transaction.atomic():
            Outgoing.objects.filter(pk=one.outgoing_pk).update(answer=str(answer))
            self._update(refused_in_a_row=refused)
        if refused >= PAUSE_AFTER_REFUSALS:
            self._stop(PauseCause.REFUSALS, str(answer), at)

    def _stop(self, cause: PauseCause, reason: str, at: datetime) -> None:
        self.is_over = True
        pause_forward(self.forward, reason, at, cause=cause)

    def _update(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self.forward, name, value)
        Forward.objects.filter(pk=self.forward.pk).update(**changes)


def _next_batch(forward: Forward) -> list[Parcel]:
    """The statements that were stored first, as many as fit. None of another organisation, whatever the rows say."""
    rows = forward.outgoing.filter(answer="").select_related("statement__redactable")
    if forward.organisation_id is not None:
        rows = rows.filter(statement__organisation=forward.organisation_id)
    parcels: list[Parcel] = []
    room = MAX_BYTES
    for row in rows.order_by("statement_id")[:BATCH]:
        statement = row.statement
        body = {name: value for name, value in body_of(statement).items() if name not in SET_BY_THE_STORE}
        attached = sum(one.length for one in found_in([(statement.pk, body)])) if any(attachments_of(body)) else 0
        parcel = Parcel(row.pk, statement.pk, body, len(_dumps(body)) + attached)
        room -= parcel.size
        if room < 0 and parcels:
            break
        parcels.append(parcel)
    return parcels


# --- HTTP ------------------------------------------------------------------------------------------------------------


def _dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _write(piece: list[Parcel], file: IO[bytes]) -> dict[str, str]:
    """Write the body of a request, and return what its headers say of it."""
    content = _dumps([one.body for one in piece])
    attached = found_in([(one.statement_pk, one.body) for one in piece if any(attachments_of(one.body))])
    if not attached:
        file.write(content)
        return {"Content-Type": "application/json"}
    boundary = uuid4().hex
    file.writelines(multipart(content.decode(), attached, boundary))
    return {"Content-Type": f"multipart/mixed; boundary={boundary}"}


def _request(address: str, body: IO[bytes], headers: dict[str, str]) -> Answer:
    """POST without following redirects; a few of the bytes that are answered are kept to be shown."""
    try:
        if not settings.FORWARD_ALLOW_PRIVATE and _leads_inside(address):
            return Answer(0, LEADS_INSIDE)
        response = _http.request(
            "POST", address, body=body, headers=headers, timeout=TIMEOUT, redirect=False, preload_content=False
        )
    except (HTTPError, OSError, UnicodeError) as error:
        return Answer(0, f"{type(error).__name__}: {error}"[:ANSWER_LENGTH])
    return Answer(response.status, _text_of(response))


def _leads_inside(address: str) -> bool:
    """Whether a name leads to any machine that the internet does not reach. Raises OSError if it leads nowhere.

    The name may lead elsewhere when it is asked again, but there the certificate would not be its own.
    """
    parts = urlsplit(address)
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    return not all(ip_address(place[0]).is_global for *_kind, place in found)


def _text_of(response: urllib3.BaseHTTPResponse) -> str:
    """What was answered; what cannot be read takes nothing from what the status says."""
    try:
        text = response.read1(ANSWER_LENGTH).decode("utf-8", "replace")
        # It is shown in terminals too, where some characters are orders.
        return " ".join("".join(each if each.isprintable() else " " for each in text).split())
    except (HTTPError, OSError) as error:
        return f"({type(error).__name__})"
    finally:
        # What we have not read is not to be taken for the next answer.
        response.close()
