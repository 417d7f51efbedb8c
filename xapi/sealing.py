"""Secrets that we must be able to say again, kept so that the database alone does not tell them.

Sealed with a key made from the installation's `SECRET_KEY`; those under an earlier one (`SECRET_KEY_FALLBACKS`) open.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class CannotOpen(ValueError):
    """It was sealed under a key that this installation does not have any more."""


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises CannotOpen."""
    try:
        return _box().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise CannotOpen from error


def _box() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_digest(key))) for key in keys])


def _digest(key: str) -> bytes:
    return salted_hmac("xapi.forward", "secret of another store", secret=key, algorithm="sha256").digest()
