"""The door for JSON: bytes from outside become a value, or a sentence that says what is wrong with them.

Stricter than Python's own reader: UTF-8 only, no name twice in an object, no NaN or Infinity, no number beyond what
can be stored, no endless nesting. So nothing that is let in can make the database or the encoder fail later.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.api import DomainError


class BadRequest(DomainError):
    """What was sent cannot be read as what it should be."""

    code = "bad_request"
    default_message = gettext_lazy("The request could not be understood.")


class TooLarge(DomainError):
    """More was sent at once than is read."""

    status = 413
    code = "too_large"


def load(raw: bytes, what: str = "") -> Any:
    """Return the JSON value in `raw`. Raises BadRequest, which says that `what` is wrong: the body, unless named."""
    what = what or _("The body")
    try:
        return _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadRequest(
            _("%(what)s is not UTF-8: byte %(place)s is wrong.") % {"what": what, "place": error.start}
        ) from error
    except RecursionError as error:
        raise BadRequest(_("%(what)s is nested too deeply to be read.") % {"what": what}) from error
    except json.JSONDecodeError as error:
        place = {"what": what, "line": error.lineno, "column": error.colno, "reason": error.msg}
        message = _("%(what)s is not JSON: %(reason)s at line %(line)s, column %(column)s.")
        raise BadRequest(message % place) from error
    except ValueError as error:
        # Python refuses to read whole numbers of thousands of digits, which would take quadratic time.
        raise BadRequest(_("%(what)s holds a number with too many digits.") % {"what": what}) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise BadRequest(_("The name %(name)s stands twice in one object.") % {"name": json.dumps(twice)[:100]})
    return value


def _constant(name: str) -> NoReturn:
    raise BadRequest(_("%(name)s is not a number in JSON.") % {"name": name})


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise BadRequest(_("The number %(digits)s is too large.") % {"digits": digits[:40]})
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
