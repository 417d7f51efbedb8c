"""The data of attachments: received into one temporary file, kept once for each content, read out in pieces.

It lies in the database beside the statements: stored with them or not at all, in the same backup, and gone in the
transaction that disposes of the last statement it came with. Only a statement that its data came with leads to it;
that another statement names the same hash gives its readers nothing.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from .body import BadRequest
from .bulk import Insert, chunks, insert
from .models import AttachmentData, AttachmentPiece, StatementAttachment
from .signatures import CONTENT_TYPE, flaw_of, is_signature, opened
from .statement import StatementError
from .statement.formats import is_sha2

Json = dict[str, Any]
PIECE: Final = 256 * 1024
"""The bytes of one row; what is read or written at a time."""
MAX_SIGNATURE: Final = 1024 * 1024
SECTIONS: Final = ("4.1.3", "Communication 1.5.2")
SIGNED: Final = ("4.2.6", "Data 2.6")
_HASHES: Final = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}


@dataclass(frozen=True, slots=True)
class Upload:
    """One received content: its SHA-256, and its place in the temporary file."""

    sha256: bytes
    start: int
    length: int


class Files:
    """The contents that came with a request, by the hash that was stated, in small letters."""

    def __init__(self) -> None:
        self.uploads: dict[str, Upload] = {}
        self._times: Counter[str] = Counter()
        # Most requests bring none, and a file on disk is made for those that bring much.
        self._file = tempfile.SpooledTemporaryFile(PIECE, prefix="xapi-")  # noqa: SIM115 (closed by __exit__)

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    def add(self, stated: str, content: Iterable[bytes], named: Mapping[str, int]) -> None:
        """Take in one content. Raises BadRequest unless it has the hash that was stated, which must be a named one.

        `named` says how many attachments name each hash. Their content may come for each of them, and once more.
        """
        if not is_sha2(stated):
            raise BadRequest(_("Each attachment's part needs the header X-Experience-API-Hash with its SHA-2."))
        stated = stated.lower()
        if stated not in named:
            raise BadRequest(_("No attachment has the hash %(hash)s, whose data was sent.") % {"hash": stated})
        self._times[stated] += 1
        if self._times[stated] > named[stated] + 1:
            raise BadRequest(_("The data with the hash %(hash)s came more often than it is named.") % {"hash": stated})
        sha256, as_stated = hashlib.sha256(), _HASHES[len(stated)]()
        start = self._file.seek(0, 2)
        for chunk in content:
            if stated not in self.uploads:
                self._file.write(chunk)
            sha256.update(chunk)
            as_stated.update(chunk)
        if as_stated.hexdigest() != stated:
            raise BadRequest(_("The data of an attachment does not have the hash %(hash)s.") % {"hash": stated})
        if stated not in self.uploads:
            self.uploads[stated] = Upload(sha256.digest(), start, self._file.tell() - start)

    def read(self, upload: Upload) -> Iterator[bytes]:
        """The content in pieces of PIECE bytes, the last one shorter."""
        for place in range(0, upload.length, PIECE):
            self._file.seek(upload.start + place)
            yield self._file.read(min(PIECE, upload.length - place))


def attachments_of(statement: Json) -> Iterator[tuple[str, Json]]:
    """Every attachment of a valid statement and its SubStatement, with its path."""
    for path, place in (("", statement), (".object", statement["object"])):
        if place is statement or place.get("objectType") == "SubStatement":
            for index, attachment in enumerate(place.get("attachments", ())):
                yield f"{path}.attachments[{index}]", attachment


def errors_in(statements: Iterable[tuple[Json, str]], files: Files) -> list[tuple[int, StatementError]]:
    """What attachments of valid statements lack: data that came with them or can be fetched, and good signatures.

    Each statement comes with the version it is judged by, each error with the place of its statement.
    """
    found: list[tuple[int, StatementError]] = []
    signed: defaultdict[tuple[str, str], list[tuple[int, str, Json]]] = defaultdict(list)
    for number, (statement, version) in enumerate(statements):
        for path, attachment in attachments_of(statement):
            sha2 = attachment["sha2"].lower()
            upload = files.uploads.get(sha2)
            if is_signature(attachment) and not path.startswith(".object"):
                if flaw := _flaw_around(attachment, upload):
                    found.append((number, StatementError(f"${path}", flaw, SIGNED[version.startswith("1.")])))
                else:
                    signed[sha2, version].append((number, path, statement))
            elif upload is None and "fileUrl" not in attachment:
                message = "must have a fileUrl, or its data must come with the statement."
                found.append((number, StatementError(f"${path}", message, SECTIONS[version.startswith("1.")])))
    for (sha2, version), places in signed.items():
        found += _errors_of_signature(files.uploads[sha2], version, places, files)
    return sorted(found, key=lambda one: one[0])


def _errors_of_signature(
    upload: Upload, version: str, places: list[tuple[int, str, Json]], files: Files
) -> Iterator[tuple[int, StatementError]]:
    """Open a signature once, however many statements name it: each would cost as much again."""
    signed = opened(b"".join(files.read(upload)), version)
    for number, path, statement in places:
        if flaw := flaw_of(signed, statement):
            yield number, StatementError(f"${path}", flaw, SIGNED[version.startswith("1.")])


def _flaw_around(attachment: Json, upload: Upload | None) -> str | None:
    """What keeps a signature from being read at all."""
    if attachment["contentType"] != CONTENT_TYPE:
        return f"is a signature, so its contentType must be {CONTENT_TYPE}."
    if upload is None:
        return "is a signature, so its data must come with the statement."
    if upload.length > MAX_SIGNATURE:
        return f"is a signature of more than {MAX_SIGNATURE} bytes."
    return None


def hashes_named_in(body: object) -> Counter[str]:
    """How many attachments have each hash, in small letters, in JSON that should be statements and may be anything."""
    statements = [one for one in (body if isinstance(body, list) else [body]) if isinstance(one, dict)]
    places = statements + [one["object"] for one in statements if isinstance(one.get("object"), dict)]
    attachments = [one for place in places for one in _listed(place.get("attachments")) if isinstance(one, dict)]
    return Counter(one["sha2"].lower() for one in attachments if isinstance(one.get("sha2"), str))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


# --- Keeping ---------------------------------------------------------------------------------------------------------


def keep(statements: Iterable[tuple[int, Json]], files: Files) -> None:
    """Store what came with statements, given by primary key and body, and lead from them to it.

    Call inside their transaction. When another transaction stores the same content first, the database refuses ours,
    and the caller tries again.
    """
    links = {
        (pk, sha2): files.uploads[sha2]
        for pk, body in statements
        for sha2 in (attachment["sha2"].lower() for _path, attachment in attachments_of(body))
        if sha2 in files.uploads
    }
    uploads = {upload.sha256: upload for upload in links.values()}
    known = dict(_known(uploads))
    for sha256 in sorted(uploads.keys() - known.keys()):
        known[sha256] = _insert_data(uploads[sha256], files)
    rows = [(pk, sha2, known[upload.sha256]) for (pk, sha2), upload in sorted(links.items(), key=lambda item: item[0])]
    insert(Insert(StatementAttachment, ("statement", "sha2", "data"), rows))


def _known(keys: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    for chunk in chunks(keys):
        for key, pk in AttachmentData.objects.filter(key__in=chunk).values_list("key", "pk"):
            yield bytes(key), pk


def _insert_data(upload: Upload, files: Files) -> int:
    data = AttachmentData.objects.create(key=upload.sha256, length=upload.length)
    for number, piece in enumerate(files.read(upload)):
        insert(Insert(AttachmentPiece, ("data", "number", "content"), [(data.pk, number, piece)]))
    return data.pk


# --- Reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """One content that a statement came with: what the statement calls it, and where it lies."""

    sha2: str
    content_type: str
    data_pk: int
    length: int


def found_in(bodies: Iterable[tuple[int, Json]]) -> list[Found]:
    """Every content that came with statements, given by primary key and body, each once, in the order named."""
    by_pk = dict(bodies)
    links = {
        (link.statement_id, link.sha2): link
        for chunk in chunks(by_pk)
        for link in StatementAttachment.objects.select_related("data").filter(
            statement__in=chunk, statement__redactable__tombstone=False
        )
    }
    found: dict[str, Found] = {}
    for pk, body in by_pk.items():
        for _path, attachment in attachments_of(body):
            link = links.get((pk, attachment["sha2"].lower()))
            if link is not None:
                one = Found(attachment["sha2"], attachment["contentType"], link.data_id, link.data.length)
                found.setdefault(link.sha2, one)
    return list(found.values())


def pieces_of(data_pk: int, length: int) -> Iterator[bytes]:
    """The content, a piece at a time, so that no more than one is in memory."""
    for number in range(-(-length // PIECE)):
        yield bytes(AttachmentPiece.objects.values_list("content", flat=True).get(data=data_pk, number=number))


def multipart(content: str, found: list[Found], boundary: str) -> Iterator[bytes]:
    """The statements and the data of their attachments (2.0: 4.1.3, 1.0.3: Communication 1.5.2), a piece at a time."""
    yield f"--{boundary}\r\nContent-Type: application/json\r\n\r\n{content}\r\n".encode()
    for one in found:
        headers = (
            f"Content-Type: {one.content_type}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {one.sha2}\r\n"
        )
        yield f"--{boundary}\r\n{headers}\r\n".encode()
        yield from pieces_of(one.data_pk, one.length)
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


# --- Disposing -------------------------------------------------------------------------------------------------------


def remove_disposed(statements: Iterable[int]) -> int:
    """Remove the data that only disposed statements came with, and return how many contents that was.

    Call in the transaction that disposes, with the primary keys of statements whose redactable part has become a
    tombstone; the database refuses for any other.
    """
    removed = 0
    for chunk in chunks(statements):
        links = StatementAttachment.objects.filter(statement__in=chunk)
        touched = list(links.values_list("data", flat=True))
        links.delete()
        is_used = Exists(StatementAttachment.objects.filter(data=OuterRef("pk")))
        unused = list(AttachmentData.objects.filter(~is_used, pk__in=touched).values_list("pk", flat=True))
        AttachmentPiece.objects.filter(data__in=unused).delete()
        AttachmentData.objects.filter(pk__in=unused).delete()
        removed += len(unused)
    return removed
