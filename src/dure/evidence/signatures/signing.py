"""Keys and signatures: Ed25519 from a key file, or a passkey (WebAuthn) whose challenge is the digest of what is signed.

A public key is text: its kind, a colon, and base64url of the raw 32 bytes (`ed25519`) or of a SubjectPublicKeyInfo (`passkey`).
"""

import base64
import binascii
import hashlib
import json
from typing import Annotated, Any

from msgspec import Meta

from dure.formats.errors import BadInput
from dure.formats.kinds import Part

FILE, PASSKEY = "ed25519", "passkey"
_PRIVATE = "dure-private-key:"
_PRESENT_AND_VERIFIED = 0b101  # flags of an authenticator: the user was there, and proved to be its owner


class Signed(Part, frozen=True, kw_only=True):
    """A statement as it was signed, to the byte."""

    key: Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="id of the public key")]
    statement: Annotated[str, Meta(max_length=4000, description="canonical JSON that was signed")]
    signature: Annotated[str, Meta(max_length=1000, description="base64url; of a passkey: over authenticator and client data")]
    authenticator_data: Annotated[str, Meta(max_length=4000, description="base64url; empty where a key file signed")] = ""
    client_data: Annotated[str, Meta(max_length=4000, description="base64url; empty where a key file signed")] = ""


def new_private_key() -> str:
    """A new Ed25519 key, as the text of a key file."""
    return _PRIVATE + encoded(_ed25519().Ed25519PrivateKey.generate().private_bytes_raw())


def public_key(private: str) -> str:
    """The public key of that key file's text."""
    return f"{FILE}:{encoded(_private(private).public_key().public_bytes_raw())}"


def key_id(public: str) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of the public key's text."""
    return hashlib.sha256(public.encode()).hexdigest()[:32]


def sign(private: str, statement: str) -> Signed:
    """Sign a statement with that key file's text."""
    signature = _private(private).sign(statement.encode())
    return Signed(key=key_id(public_key(private)), statement=statement, signature=encoded(signature))


def holds(public: str, signed: Signed) -> bool:
    """Did the owner of that public key sign this statement?"""
    kind, _, material = public.partition(":")
    try:
        if signed.key != key_id(public):
            return False
        if kind == FILE:
            key = _ed25519().Ed25519PublicKey.from_public_bytes(decoded(material))
            return _holds(key, decoded(signed.signature), signed.statement.encode())
        return kind == PASSKEY and _asserted(decoded(material), signed)
    except (ValueError, TypeError, KeyError, binascii.Error):
        return False


def challenge(statement: str) -> bytes:
    """What a passkey is asked to sign: the SHA-256 of the statement."""
    return hashlib.sha256(statement.encode()).digest()


def _asserted(material: bytes, signed: Signed) -> bool:
    """An assertion signs authenticator data and the digest of client data, which hold the challenge."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    authenticator, client = decoded(signed.authenticator_data), decoded(signed.client_data)
    said = json.loads(client)
    asked = said["type"] == "webauthn.get" and decoded(said["challenge"]) == challenge(signed.statement)
    present = len(authenticator) >= 37 and authenticator[32] & _PRESENT_AND_VERIFIED == _PRESENT_AND_VERIFIED
    message = authenticator + hashlib.sha256(client).digest()
    return asked and present and _holds(load_der_public_key(material), decoded(signed.signature), message)


def _holds(key: Any, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    how: tuple[Any, ...] = ()
    if isinstance(key, ec.EllipticCurvePublicKey):
        how = (ec.ECDSA(hashes.SHA256()),)
    elif isinstance(key, rsa.RSAPublicKey):
        how = (padding.PKCS1v15(), hashes.SHA256())
    try:
        key.verify(signature, message, *how)
    except InvalidSignature:
        return False
    return True


def encoded(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64url without padding; raises `ValueError` for anything else, and for a second spelling."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encoded(raw) != text:
        raise ValueError("not base64url as it is written here")
    return raw


def _private(text: str) -> Any:
    try:
        return _ed25519().Ed25519PrivateKey.from_private_bytes(decoded(text.strip().removeprefix(_PRIVATE)))
    except ValueError as error:
        raise BadInput("is not a key file.", where="key", todo="`dure key new FILE` makes one.", code="not_a_key") from error


def _ed25519() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise BadInput("signatures need the package cryptography.", todo="Install dure[portal], or dure-verify.") from error
    return ed25519
