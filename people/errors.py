"""The root of every error that a person or a machine may cause, with a sentence that says what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the domain was not met. `message` is a whole translated sentence, `status` what machines are told."""

    status = 400
    code = "invalid"
    default_message = _("This could not be done.")

    def __init__(self, message: object | None = None) -> None:
        self.message = message if message is not None else self.default_message
        super().__init__(str(self.message))


class NotFound(DomainError):
    """Nothing by that name that the viewer may see: absence and invisibility answer alike."""

    status = 404
    code = "not_found"
    default_message = _("We could not find what you asked for.")


class NotAllowed(DomainError):
    """The viewer may see the thing but may not do this with it."""

    status = 403
    code = "not_allowed"
    default_message = _("You are not allowed to do this.")


class Conflict(DomainError):
    """What was sent contradicts what is already stored."""

    status = 409
    code = "conflict"
    default_message = _("This contradicts what is already stored.")
