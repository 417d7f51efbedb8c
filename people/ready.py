"""What is kept ready in memory, so that a page costs little: rendered parts with holes, and folded progress.

A module is the same for everyone who stands alike in it, and the frame of the site is the same wherever one person is.
Both are rendered once, with holes where the reader's own secrets go (the CSRF token, the ticket, the address), and are
filled anew for every answer. A key holds all that the part depends on, so nothing is ever wrong; it is only forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from threading import Lock
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

from django.utils.crypto import salted_hmac

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The newest `size` values of this process, each for at most `seconds`. The oldest goes first."""

    _all: ClassVar[WeakSet[Kept[Any]]] = WeakSet()

    def __init__(self, size: int, seconds: float = float("inf")) -> None:
        Kept._all.add(self)
        self._size = size
        self._seconds = seconds
        self._values: dict[Hashable, tuple[float, Value]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        found = self._values.get(key)
        if found is not None and time.monotonic() < found[0]:
            return found[1]
        value = make()
        with self._lock:
            self._values.pop(key, None)
            while len(self._values) >= self._size:
                del self._values[next(iter(self._values))]
            self._values[key] = (time.monotonic() + self._seconds, value)
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()

    @classmethod
    def clear_all(cls) -> None:
        """Forget everything, to measure or to test what it costs to know nothing."""
        for kept in cls._all:
            kept.clear()


@lru_cache(maxsize=32)
def hole(name: str) -> str:
    """Return the mark that stands for a value. Nobody can write it: it follows from the installation's secret."""
    return f"hole-{salted_hmac('holes', name).hexdigest()[:24]}"


def fill(html: str, values: Mapping[str, str]) -> str:
    """Return the HTML with each hole filled; the values are safe HTML already."""
    for mark, value in values.items():
        html = html.replace(mark, value)
    return html
