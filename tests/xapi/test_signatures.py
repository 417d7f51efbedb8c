"""Signed statements (RFC 7515; 2.0: 4.2.6, 1.0.3: Data 2.6)."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.test import Client

from xapi import attachments
from xapi.signatures import CONTENT_TYPE, SIGNATURE, opened

from .bodies import AT, Json, full, named, plain
from .test_attachments_endpoint import PHOTO, attachment, part, post

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def certificate(key: Any, issuer_key: Any = None) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signer")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(AT).not_valid_after(AT + timedelta(days=1))
    return base64.b64encode(builder.sign(issuer_key or key, SHA256()).public_bytes(Encoding.DER)).decode()


def sign(payload: object, key: object, algorithm: str = "RS256", headers: Json | None = None) -> bytes:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jwt.PyJWS().encode(raw, key, algorithm, headers).encode()  # type: ignore[arg-type]


def post_signed(client: Client, body: Json, signature: bytes, **changes: Any) -> Any:
    signed = attachment(signature, usageType=SIGNATURE, contentType=CONTENT_TYPE) | changes
    given = [part(PHOTO)] if body.get("attachments") else []
    attachments = [*body.get("attachments", []), signed]
    return post(client, body | {"attachments": attachments}, *given, part(signature))


def why(response: Any) -> str:
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert (error["path"][:16], error["section"]) == ("$[0].attachments", "4.2.6")
    text: str = error["message"]
    return text


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_a_good_signature_is_taken(algorithm: str, machine: Client, key: RSAPrivateKey) -> None:
    """With its certificate or without. (XAPI-00115, XAPI-00117)"""
    for headers in ({}, {"x5c": [certificate(key)]}):
        body = named()
        assert post_signed(machine, body, sign(body, key, algorithm, headers)).status_code == 200


def test_what_the_store_adds_and_other_attachments_are_no_difference(machine: Client, key: RSAPrivateKey) -> None:
    body = full(attachments=[attachment()])
    signed = {name: body[name] for name in body if name not in ("id", "stored", "authority", "version", "timestamp")}
    assert post_signed(machine, body, sign(signed, key)).status_code == 200


def test_a_signature_needs_its_data_and_its_content_type(machine: Client, key: RSAPrivateKey) -> None:
    """(XAPI-00115)"""
    body = named()
    signature = sign(body, key)
    assert CONTENT_TYPE in why(post_signed(machine, body, signature, contentType="text/plain"))
    alone = attachment(signature, usageType=SIGNATURE, contentType=CONTENT_TYPE, fileUrl="http://example.com/x")
    assert "data" in why(post(machine, body | {"attachments": [alone]}))


@pytest.mark.parametrize("payload", [b"{'no': 1}", b"", b"\xff", b"[]", b'"x"', b'{"actor": {}}', b'{"a":1,"a":2}'])
def test_the_payload_is_a_statement(payload: bytes, machine: Client, key: RSAPrivateKey) -> None:
    """(XAPI-00116)"""
    assert "statement" in why(post_signed(machine, named(), sign(payload, key)))


@pytest.mark.parametrize(
    "changes", [{"verb": {"id": "http://example.com/other"}}, {"result": {"success": True}}, {"attachments": [1]}]
)
def test_the_payload_is_this_statement(changes: Json, machine: Client, key: RSAPrivateKey) -> None:
    body = named()
    if "attachments" in changes:
        changes = {"attachments": [attachment()]}
    assert "another statement" in why(post_signed(machine, body, sign(body | changes, key)))


@pytest.mark.parametrize("algorithm", ["HS256", "none", "PS256"])
def test_other_algorithms_are_refused(algorithm: str, machine: Client, key: RSAPrivateKey) -> None:
    """(XAPI-00117)"""
    body = named()
    secrets: dict[str, object] = {"HS256": "x" * 40, "none": None, "PS256": key}
    assert "RS256" in why(post_signed(machine, body, sign(body, secrets[algorithm], algorithm)))


@pytest.mark.parametrize("signature", [b"", b"a.b", b"a.b.c", b"\xff\xfe.\x00.1", b'{"payload":""}', b"." * 5])
def test_what_is_no_signature_is_refused(signature: bytes, machine: Client) -> None:
    assert "compact form" in why(post_signed(machine, named(), signature))


def test_a_signature_says_its_algorithm(machine: Client) -> None:
    assert "RS256" in why(post_signed(machine, named(), b"e30.e30."))


def test_a_certificate_must_hold_the_key(machine: Client, key: RSAPrivateKey) -> None:
    body = named()
    other = generate_private_key(65537, 2048)
    signature = sign(body, key, headers={"x5c": [certificate(other)]})
    assert "certificate" in why(post_signed(machine, body, signature))


def test_a_changed_payload_breaks_the_signature(machine: Client, key: RSAPrivateKey) -> None:
    body = named()
    head, _payload, end = sign(named(), key, headers={"x5c": [certificate(key)]}).split(b".")
    payload = base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=")
    assert "certificate" in why(post_signed(machine, body, b".".join([head, payload, end])))


@pytest.mark.parametrize("chain", [[], "MII", ["!"], ["AAAA"], [1], None, {}])
def test_a_certificate_that_cannot_be_read_is_refused(chain: object, machine: Client, key: RSAPrivateKey) -> None:
    body = named()
    assert "certificate" in why(post_signed(machine, body, sign(body, key, headers={"x5c": chain})))


def test_a_certificate_without_an_rsa_key_is_refused(machine: Client, key: RSAPrivateKey) -> None:
    body = named()
    curve = ec.generate_private_key(ec.SECP256R1())
    assert "RSA" in why(post_signed(machine, body, sign(body, key, headers={"x5c": [certificate(curve)]})))


def test_a_signature_is_no_place_for_much_data(machine: Client) -> None:
    assert "more than" in why(post_signed(machine, named(), b"x" * (1024 * 1024 + 1)))


VERSION = bytes.fromhex("a003020102")
RSA = bytes.fromhex("06092a864886f70d010101")


@pytest.mark.parametrize(("place", "instead"), [(VERSION, "a003020109"), (RSA, "06092a864886f70d01017f")])
def test_a_certificate_of_an_unknown_version_or_kind_of_key_is_refused(
    machine: Client, key: RSAPrivateKey, place: bytes, instead: str
) -> None:
    der = base64.b64decode(certificate(key))
    assert place in der
    changed = der.replace(place, bytes.fromhex(instead), 1)
    signature = sign(named(), key, headers={"x5c": [base64.b64encode(changed).decode()]})
    assert post_signed(machine, named(), signature).status_code == 400


def test_a_signature_named_many_times_is_verified_once(
    machine: Client, key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[bytes] = []

    def counted(signature: bytes, version: str) -> Json | str:
        verified.append(signature)
        return opened(signature, version)

    monkeypatch.setattr(attachments, "opened", counted)
    signature = sign(named(), key)
    one = attachment(signature, usageType=SIGNATURE, contentType=CONTENT_TYPE)
    shouted = one | {"sha2": one["sha2"].upper()}
    assert post(machine, named() | {"attachments": [one, one, shouted]}, part(signature)).status_code == 200
    assert verified == [signature]
    other = post(machine, named(result={"success": False}) | {"attachments": [one, one]}, part(signature))
    assert other.status_code == 400


def test_a_signature_named_by_many_statements_is_opened_once(
    machine: Client, key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have a megabyte, and a batch ten thousand statements; each is still told what is wrong with it."""
    times: list[int] = []

    def counted(signature: bytes, version: str) -> Json | str:
        times.append(len(signature))
        return opened(signature, version)

    monkeypatch.setattr(attachments, "opened", counted)
    signature = sign(plain(), key, headers={"x5c": [certificate(key)]})
    one = attachment(signature, usageType=SIGNATURE, contentType=CONTENT_TYPE)
    good, other = plain(attachments=[one]), plain(attachments=[one], result={"success": True})
    answer = post(machine, [good, other, good, other], part(signature))
    assert [error["path"] for error in answer.json()["errors"]] == ["$[1].attachments[0]", "$[3].attachments[0]"]
    assert len(times) == 1
    assert len(post(machine, [good] * 30, part(signature)).json()) == 30
    assert len(times) == 2
