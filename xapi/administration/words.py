"""What scopes and errors are called when people read about them."""

from __future__ import annotations

import re
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Scope
from ..sending import LEADS_INSIDE

Text = str | Promise

SCOPES: Final[dict[str, tuple[Text, Text]]] = {
    Scope.STATEMENTS_WRITE: (_("Send statements"), _("Adds what has happened. Reads nothing.")),
    Scope.STATEMENTS_READ_MINE: (_("Read its own statements"), _("Only what this very system has sent.")),
    Scope.STATEMENTS_READ: (_("Read all statements"), _("Everything that is recorded, whoever sent it.")),
    Scope.STATE: (_("Keep its place"), _("Writes and reads notes of how far somebody has come in an activity.")),
    Scope.PROFILE: (_("Keep profiles"), _("Writes and reads notes about activities and people.")),
    Scope.DELEGATIONS_CHECK: (_("Ask about delegations"), _("Whether somebody may do a delegated task now.")),
    Scope.COMPETENCE_READ: (_("Read competence"), _("What people can do and lack, with their names.")),
    Scope.SEARCH_READ: (_("Search the courses"), _("What is taught and explained, paragraph by paragraph.")),
    Scope.PEOPLE_IMPORT: (_("Send staff files"), _("Who works where, of its own organisation. Reads nothing.")),
    Scope.ALL_READ: (_("Read everything"), _("All statements and all notes.")),
    Scope.ALL: (
        _("Everything"),
        _("Sends and reads everything, and may void what others have sent. Only for a system that needs it."),
    ),
}
"""By scope, from the narrowest to the widest: what it is called and what it allows."""

_BY_STATUS: Final[tuple[tuple[range, Text], ...]] = (
    (range(300, 400), _("It has moved to another address.")),
    (range(401, 402), _("It does not know the key, or the secret is wrong.")),
    (range(403, 404), _("It knows the key, but the key may not send statements.")),
    (range(404, 405), _("There is no record store at that address.")),
    (range(413, 414), _("It says that what we send is too large.")),
    (range(429, 430), _("It asks us to send more slowly.")),
    (range(400, 500), _("It refused what we sent.")),
    (range(500, 600), _("Something is wrong with it right now.")),
)
_BY_NAME: Final[dict[str, Text]] = {
    "NameResolutionError": _("There is no machine with that name."),
    "gaierror": _("There is no machine with that name."),
    "ConnectTimeoutError": _("It did not answer in time."),
    "ReadTimeoutError": _("It did not answer in time."),
    "SSLError": _("Its certificate is not one that this server trusts."),
    "NewConnectionError": _("Nothing answers at that address."),
}


def what_went_wrong(answer: str) -> Text:
    """Say in a sentence what `Forward.last_error` means: a status and what came with it, or the name of an error."""
    if answer == LEADS_INSIDE:
        return _("The address leads into a private network, and this installation sends only to the internet.")
    found = re.match(r"(\d{3})(?: |$)|(\w+)", answer)
    status, name = (int(found[1] or 0), found[2] or "") if found else (0, "")
    for statuses, text in _BY_STATUS:
        if status in statuses:
            return text
    return _BY_NAME.get(name, _("It did not work this time."))
