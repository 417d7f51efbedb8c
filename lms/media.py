"""Pictures, films and sound that educators have uploaded, whole or in part: whoever watches a film moves about in it,
and Safari plays none that it cannot ask for in parts.

WhiteNoise answers. Two things are put right here: it calls a part of one byte none, and it does not know `If-Range`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BufferedIOBase
from pathlib import PurePosixPath
from wsgiref.headers import Headers

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils._os import safe_join
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NotARegularFileError, Response, SlicedFile, StaticFile

# What courses can show; nothing else that may lie in the folder is handed out, least of all what a browser would run.
TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".vtt": "text/vtt; charset=utf-8",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
FOR_EVERYONE = frozenset({"images", "documents"})
# As they came from a camera, with the place and the time in them: courses show what is made from these.
FOR_THE_WORKSHOP = "original_images"
PART = re.compile(r"bytes=(?:([0-9]+)-([0-9]*)|-([0-9]+))")


class Unreadable(ValueError):
    """A part that is not worded as RFC 9110 says; the whole file answers it."""


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte asked for of a file of `size` bytes, or None where it has no such bytes.

    RFC 9110, 14.1.2. Several parts at once are not read: the RFC lets the whole file answer them. Raises Unreadable.
    """
    found = PART.fullmatch(asked.strip())
    if found is None:
        raise Unreadable
    first, last, from_the_end = (int(number) if number else None for number in found.groups())
    if first is None:
        first, last = max(size - (from_the_end or 0), 0), None
    elif last is not None and last < first:
        raise Unreadable
    return (first, size - 1 if last is None else min(last, size - 1)) if first < size else None


class MediaFile(StaticFile):
    def get_response(self, method: str, request_headers: Mapping[str, str]) -> Response:
        """Answer with the whole file where `If-Range` names another state of it than today's (RFC 9110, 13.1.5)."""
        known = request_headers.get("HTTP_IF_RANGE")
        if known is not None and known not in {self.etag, self._modified}:
            request_headers = {name: value for name, value in request_headers.items() if name != "HTTP_RANGE"}
        return super().get_response(method, request_headers)

    @property
    def _modified(self) -> str | None:
        _encoding, _path, headers = self.alternatives[0]
        return Headers(list(headers))["Last-Modified"]

    def get_range_response(
        self, range_header: str, base_headers: list[tuple[str, str]], file_handle: BufferedIOBase | None
    ) -> Response:
        headers = Headers(list(base_headers))
        size = int(headers["Content-Length"] or 0)
        part = part_of(range_header, size)
        if part is None:
            return self.get_range_not_satisfiable_response(file_handle, size)
        first, last = part
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        headers["Content-Length"] = str(last - first + 1)
        return Response(206, headers.items(), SlicedFile(file_handle, first, last) if file_handle else None)


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Hand out an uploaded file, or the part asked for."""
    if ".." in PurePosixPath(path).parts:
        raise Http404  # the folder decides who may have it, so the way there must be straight
    folder, _slash, name = path.partition("/")
    kind = TYPES.get(PurePosixPath(name).suffix.lower())
    is_for_everyone = folder in FOR_EVERYONE
    if kind is None or not (is_for_everyone or _is_original_for(request, folder)):
        raise Http404
    kept = f"public, max-age={settings.WHITENOISE_MAX_AGE}" if is_for_everyone else "private, no-store"
    headers = Headers([("Content-Type", kind), ("Accept-Ranges", "bytes"), ("Cache-Control", kept)])
    try:
        file = MediaFile(safe_join(settings.MEDIA_ROOT, path), headers.items())
    except (SuspiciousFileOperation, NotARegularFileError, ValueError) as error:
        raise Http404 from error
    return WhiteNoiseMiddleware.serve(file, request)


def _is_original_for(request: HttpRequest, folder: str) -> bool:
    return folder == FOR_THE_WORKSHOP and request.user.has_perm("wagtailadmin.access_admin")
