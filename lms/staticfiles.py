"""Static files without a build step: addresses that change with the content, compressed on first use.

`{% static %}` adds a hash of the file, so a browser may keep what it got for ever. Text files are compressed once
and kept in the data folder; nothing is collected, and a changed file is seen at once.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import MissingFileError, StaticFile

FOREVER = "max-age=31536000, public, immutable"
COMPRESSIBLE = {".css", ".js", ".mjs", ".svg", ".json", ".map", ".txt", ".html", ".ico", ".ttf", ".webmanifest"}
HASH_LENGTH = 12


class HashedStorage(StaticFilesStorage):
    """Adds `?v=<hash of the content>` to the address of every file that exists."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        path = None if not name or name.endswith("/") else finders.find(name)
        return f"{address}?v={version(path)}" if isinstance(path, str) else address


def version(path: str) -> str:
    """Return the hash of the file's content."""
    return _version(path, os.stat(path).st_mtime_ns)


@lru_cache(maxsize=4096)
def _version(path: str, _changed_at: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:HASH_LENGTH]


def compressed(path: str) -> str:
    """Return a gzip copy of the file, made now if there is none of this content yet."""
    copy = Path(settings.DATA_DIR, "cache", f"{Path(path).name}.{version(path)}.gz")
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        unfinished = copy.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(gzip.compress(Path(path).read_bytes(), mtime=0))
        unfinished.replace(copy)
    return str(copy)


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise that looks for a file when it is asked for (`WHITENOISE_AUTOREFRESH`) and remembers what it found."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(self.static_prefix):
            return self.get_response(request)
        static_file = self.find_file(request.path_info)
        if static_file is None:
            return self.get_response(request)
        response = self.serve(static_file, request)
        if request.GET.get("v") == static_file.version:
            response["Cache-Control"] = FOREVER
        return response

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        if not os.path.isfile(path):
            raise MissingFileError(path)
        current = version(path)
        known = self.files.get(path)
        if known is None or known.version != current:
            known = self.files[path] = self._open(path, url)
            known.version = current
        return known

    def _open(self, path: str, url: str) -> StaticFile:
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        encodings = {"gzip": compressed(path)} if Path(path).suffix in COMPRESSIBLE else {}
        return StaticFile(path, headers.items(), encodings=encodings)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """No name carries a hash here; the query does."""
        return False
