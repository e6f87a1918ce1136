"""Passkeys as keys for signing: their public part, what a browser is asked, and what it answers."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpRequest

from dure.evidence.signatures.signing import PASSKEY, challenge, encoded

WAIT = 120_000  # milliseconds for a person to touch the authenticator


def passkeys(person: Any) -> dict[str, tuple[str, str]]:
    """By public key the credential's id and the name of each passkey of that person that can sign."""
    found = {}
    for each in Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).order_by("pk"):
        answer = auth.parse_registration_response(each.data["credential"])
        credential = answer.response.attestation_object.auth_data.credential_data
        if key := _public(dict(credential.public_key)):
            found[key] = (encoded(credential.credential_id), each.wrap().name)
    return found


def _public(cose: dict[int, Any]) -> str:
    """A COSE key as text of ours; empty for a kind that nobody here can check."""
    made: Any
    if cose.get(3) == -7:
        numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(cose[-2]), int.from_bytes(cose[-3]), ec.SECP256R1())
        made = numbers.public_key()
    elif cose.get(3) == -8:
        made = ed25519.Ed25519PublicKey.from_public_bytes(cose[-2])
    elif cose.get(3) == -257:
        made = rsa.RSAPublicNumbers(int.from_bytes(cose[-2]), int.from_bytes(cose[-1])).public_key()
    else:
        return ""
    return f"{PASSKEY}:{encoded(made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))}"


def options(request: HttpRequest, statement: str, credentials: list[str]) -> dict[str, Any]:
    """What the browser asks one of these passkeys: to sign the digest of the statement, by its verified owner."""
    return {
        "publicKey": {
            "challenge": encoded(challenge(statement)),
            "rpId": request.get_host().rpartition(":")[0] or request.get_host(),
            "allowCredentials": [{"type": "public-key", "id": each} for each in credentials],
            "userVerification": "required",
            "timeout": WAIT,
        }
    }


def answered(text: str) -> dict[str, str]:
    """The fields of a signature that the browser's answer holds; nothing where it is none."""
    try:
        response = json.loads(text)["response"]
        return {
            "signature": str(response["signature"]),
            "authenticator_data": str(response["authenticatorData"]),
            "client_data": str(response["clientDataJSON"]),
        }
    except (ValueError, KeyError, TypeError):
        return {}


def credential_of(text: str) -> str:
    """Which credential answered."""
    try:
        return str(json.loads(text)["id"])
    except (ValueError, KeyError, TypeError):
        return ""
