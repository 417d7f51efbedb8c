"""Who a system is: a key and a secret that was shown once.

The secret is random and long, so a fast keyed hash is enough to keep it: a slow one, as for passwords that people
choose, would cost half a second a request and protect nothing more.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from people.api import DomainError, Organisation

from .door import mark_of_key
from .models import Credential, Scope

USED_EVERY = timedelta(minutes=1)
"""How exactly `last_used_at` is kept; a write for every read would cost more than it tells."""


class NotAuthenticated(DomainError):
    """No credential, or none that is known, in force and not revoked. Which of these is not said."""

    status = 401
    code = "not_authenticated"
    default_message = _("Send the key and secret of a credential that is in force, by HTTP Basic authentication.")


class UnknownScope(DomainError):
    code = "unknown_scope"


def create_credential(
    name: str,
    *,
    scopes: Iterable[str],
    organisation: Organisation | None,
    at: datetime,
    until: datetime | None = None,
    pseudonymise: bool = False,
) -> tuple[Credential, str]:
    """Make a credential. Return it and its secret, which cannot be had again.

    With `pseudonymise`, foreign identifiers in what it sends are replaced before anything is stored.
    """
    wanted = list(scopes)
    unknown = [scope for scope in wanted if scope not in Scope.values]
    if unknown or not wanted:
        message = _("There is no scope %(unknown)s. Choose among %(scopes)s.")
        raise UnknownScope(message % {"unknown": ", ".join(unknown) or "''", "scopes": ", ".join(Scope.values)})
    secret = secrets.token_urlsafe(32)
    credential = Credential.objects.create(
        name=name,
        key=secrets.token_hex(16),
        secret_hash=_hash(secret, settings.SECRET_KEY),
        organisation=organisation,
        scopes=wanted,
        pseudonym_mark=mark_of_key() if pseudonymise else None,
        created_at=at,
        expires_at=until,
    )
    return credential, secret


def authenticate(authorization: str, at: datetime) -> Credential:
    """Return the credential of an HTTP Authorization header. Raises NotAuthenticated."""
    key, secret = _basic(authorization)
    credential = next(iter(Credential.objects.raw("SELECT * FROM xapi_credential WHERE key = %s", [key])), None)
    # An unknown key is compared too, so that the time of the answer does not tell which keys there are.
    stored = credential.secret_hash if credential else _hash("", settings.SECRET_KEY)
    is_right = any([constant_time_compare(one, stored) for one in _hashes(secret)])
    if credential is None or not is_right or not _is_in_force(credential, at):
        raise NotAuthenticated
    _note_use(credential, at)
    return credential


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _space, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise NotAuthenticated
    try:
        key, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise NotAuthenticated from error
    if not colon or "\x00" in key:
        raise NotAuthenticated
    return key, secret


def _hashes(secret: str) -> Iterator[str]:
    """The hash under the present key of the installation, and under those it had before."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield _hash(secret, key)


def _hash(secret: str, key: str) -> str:
    return salted_hmac("xapi.credential", secret, secret=key, algorithm="sha256").hexdigest()


def _is_in_force(credential: Credential, at: datetime) -> bool:
    is_revoked = credential.revoked_at is not None and credential.revoked_at <= at
    has_expired = credential.expires_at is not None and credential.expires_at <= at
    return not is_revoked and not has_expired


def _note_use(credential: Credential, at: datetime) -> None:
    if credential.last_used_at is None or at - credential.last_used_at >= USED_EVERY:
        Credential.objects.filter(pk=credential.pk).update(last_used_at=at)
