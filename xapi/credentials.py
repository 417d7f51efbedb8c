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
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError, Organisation

from .audit import note
from .bulk import row_with
from .door import mark_of_key
from .models import ConnectionEventKind, Credential, Scope

USED_EVERY = timedelta(minutes=1)
"""How exactly `last_used_at` is kept; a write for every read would cost more than it tells."""


class NotAuthenticated(DomainError):
    """No credential, or none that is known, in force and not revoked. Which of these is not said."""

    status = 401
    code = "not_authenticated"
    default_message = _("Send the key and secret of a credential that is in force, by HTTP Basic authentication.")


class UnknownScope(DomainError):
    code = "unknown_scope"


class AlreadyMade(Conflict):
    """The same form was sent before. Its secret was shown then, and cannot be shown again."""

    code = "already_made"
    default_message = _("This was done already, and the secret that was shown then cannot be shown again.")


class NotInForce(Conflict):
    code = "not_in_force"
    default_message = _("The connection has already ended.")


# --- Deciding --------------------------------------------------------------------------------------------------------


def create_credential(
    name: str,
    *,
    scopes: Iterable[str],
    organisation: Organisation | None,
    at: datetime,
    until: datetime | None = None,
    pseudonymise: bool = False,
    uuid: UUID | None = None,
    by: UUID | None = None,
) -> tuple[Credential, str]:
    """Make a credential. Return it and its secret, which cannot be had again.

    With `pseudonymise`, foreign identifiers in what it sends are replaced before anything is stored. `by` is the
    account that makes it. Raises UnknownScope, NoPseudonymKey, and AlreadyMade if there is one with this `uuid`.
    """
    wanted = list(scopes)
    unknown = [scope for scope in wanted if scope not in Scope.values]
    if unknown or not wanted:
        message = _("There is no scope %(unknown)s. Choose among %(scopes)s.")
        raise UnknownScope(message % {"unknown": ", ".join(unknown) or "''", "scopes": ", ".join(Scope.values)})
    secret = _new_secret()
    credential = Credential(
        uuid=uuid or uuid4(),
        name=name,
        key=secrets.token_hex(16),
        secret_hash=_hash(secret, settings.SECRET_KEY),
        organisation=organisation,
        scopes=wanted,
        pseudonym_mark=mark_of_key() if pseudonymise else None,
        created_at=at,
        expires_at=until,
    )
    try:
        with transaction.atomic():
            credential.save(force_insert=True)
            note(credential, ConnectionEventKind.MADE, by=by, at=at)
    except IntegrityError as error:
        raise AlreadyMade from error
    return credential, secret


def revoke_credential(credential: Credential, *, at: datetime, reason: str = "", by: UUID | None = None) -> None:
    """End a credential at once, with every secret it has. Raises NotInForce if somebody has already."""
    with transaction.atomic():
        if not Credential.objects.filter(pk=credential.pk, revoked_at=None).update(revoked_at=at):
            raise NotInForce
        note(credential, ConnectionEventKind.REVOKED, by=by, at=at, reason=reason)


def change_secret(
    credential: Credential, *, replacing: str, old_until: datetime, at: datetime, by: UUID | None = None
) -> str:
    """Give a credential a new secret and return it; the one it had opens until `old_until`, one from before it no more.

    It stays the same credential: what it sent is still its own. `replacing` is the `secret_mark` of the secret that
    was to be replaced. Raises AlreadyMade if that has been replaced since, and NotInForce.
    """
    if replacing != secret_mark(credential):
        raise AlreadyMade
    if not is_in_force(credential, at):
        raise NotInForce
    secret = _new_secret()
    changes: dict[str, object] = {"secret_hash": _hash(secret, settings.SECRET_KEY), "old_secret_used_at": None}
    changes |= {"old_secret_hash": credential.secret_hash, "old_secret_until": old_until}
    unchanged = Credential.objects.filter(pk=credential.pk, secret_hash=credential.secret_hash, revoked_at=None)
    with transaction.atomic():
        if not unchanged.update(**changes):
            raise AlreadyMade
        note(credential, ConnectionEventKind.SECRET_CHANGED, by=by, at=at)
    return secret


def secret_mark(credential: Credential) -> str:
    """What tells one secret from the next, and nothing of either: a form sent twice must not change it twice."""
    return salted_hmac("xapi.credential.mark", credential.secret_hash, algorithm="sha256").hexdigest()[:32]


def end_old_secret(credential: Credential, *, at: datetime, by: UUID | None = None) -> None:
    """Let the secret before the present one open no more. Again is safe."""
    with transaction.atomic():
        if Credential.objects.filter(pk=credential.pk, old_secret_until__gt=at).update(old_secret_until=at):
            note(credential, ConnectionEventKind.OLD_SECRET_ENDED, by=by, at=at)


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


# --- At the door -----------------------------------------------------------------------------------------------------


def authenticate(authorization: str, at: datetime) -> Credential:
    """Return the credential of an HTTP Authorization header. Raises NotAuthenticated."""
    key, secret = _basic(authorization)
    credential = row_with(Credential, "key", key)
    # An unknown key is compared too, so that the time of the answer does not tell which keys there are.
    nobodys = _hash("", settings.SECRET_KEY)
    stored, old = (credential.secret_hash, credential.old_secret_hash or nobodys) if credential else (nobodys, nobodys)
    hashes = list(_hashes(secret))
    is_right = any([constant_time_compare(one, stored) for one in hashes])
    is_old = any([constant_time_compare(one, old) for one in hashes])
    if credential is None or not is_in_force(credential, at):
        raise NotAuthenticated
    if not is_right and not (is_old and has_old_secret(credential, at)):
        raise NotAuthenticated
    _note_use(credential, at, is_old=not is_right)
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


def is_in_force(credential: Credential, at: datetime) -> bool:
    is_revoked = credential.revoked_at is not None and credential.revoked_at <= at
    has_expired = credential.expires_at is not None and credential.expires_at <= at
    return not is_revoked and not has_expired


def has_old_secret(credential: Credential, at: datetime) -> bool:
    """Whether the secret before the present one still opens."""
    return (
        bool(credential.old_secret_hash)
        and credential.old_secret_until is not None
        and at < credential.old_secret_until
    )


def _note_use(credential: Credential, at: datetime, *, is_old: bool) -> None:
    noted = [credential.last_used_at, *([credential.old_secret_used_at] if is_old else [])]
    if all(each is not None and at - each < USED_EVERY for each in noted):
        return
    changes = {"last_used_at": at} | ({"old_secret_used_at": at} if is_old else {})
    Credential.objects.filter(pk=credential.pk).update(**changes)
