"""Signed statements: a JSON web signature that came as an attachment (RFC 7515; 2.0: 4.2.6, 1.0.3: Data 2.6).

What is judged is that the signature is whole and says what the statement says. Who signed, and whether the
certificate is to be trusted, is for the reader to judge, as the specification has it.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

import jwt
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from .body import BadRequest, load
from .statement import check
from .statement.same import comparable

Json = dict[str, Any]
SIGNATURE: Final = "http://adlnet.gov/expapi/attachments/signature"
CONTENT_TYPE: Final = "application/octet-stream"
ALGORITHMS: Final = ["RS256", "RS384", "RS512"]


def is_signature(attachment: Json) -> bool:
    """True for an attachment, valid or not, that says it is a signature."""
    return attachment.get("usageType") == SIGNATURE


def opened(signature: bytes, version: str) -> Json | str:
    """The statement that was signed, in a form to compare; or what is wrong with the signature, to end a sentence."""
    try:
        read = jwt.PyJWS(algorithms=ALGORITHMS).decode_complete(signature, options={"verify_signature": False})
        header: Json = read["header"]
        if header.get("alg") not in ALGORITHMS:
            return f"must be signed with {', '.join(ALGORITHMS)}."
        if "x5c" in header:
            jwt.PyJWS(algorithms=ALGORITHMS).decode(signature, _key_in(header["x5c"]), algorithms=[header["alg"]])
    except jwt.InvalidSignatureError:
        return "was not made with the key of its certificate."
    except jwt.PyJWTError as error:
        return f"is not a JSON web signature in compact form: {error}."
    except ValueError as error:
        return f"has a certificate that cannot be read: {error}."
    return _payload(read["payload"], version)


def flaw_of(signed: Json | str, statement: Json) -> str | None:
    """What is wrong with an opened signature of a valid statement, as the end of a sentence; None when it is good."""
    if isinstance(signed, str):
        return signed
    return None if signed == _unsigned(statement) else "signs another statement than the one it is attached to."


def _key_in(chain: object) -> RSAPublicKey:
    """The key of the first certificate of an x5c header (RFC 7515, 4.1.6). Raises ValueError."""
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        raise ValueError("x5c must be a list of certificates")
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(chain[0], validate=True))
        key = certificate.public_key()
    except binascii.Error as error:
        raise ValueError("x5c is not base64") from error
    except (x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise ValueError("its version or its kind of key is not known") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("its key is not an RSA key")
    return key


def _payload(payload: bytes, version: str) -> Json | str:
    try:
        signed = load(payload)
    except BadRequest:
        return "must sign a statement in JSON."
    errors = check(signed, version)
    return f"signs a statement that breaks the specification: {errors[0]}" if errors else _unsigned(signed)


def _unsigned(statement: Json) -> Json:
    """The comparable form of a valid statement as it was before signatures were added."""
    kept = comparable(statement)
    attachments = [one for one in kept.pop("attachments", []) if not is_signature(one)]
    return kept | {"attachments": attachments} if attachments else kept
