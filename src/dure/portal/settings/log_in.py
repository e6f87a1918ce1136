"""How people log in: password, passkey, authenticator, and one identity provider of the deployment's own, by django-allauth."""

import os
import re
from typing import Any

from dure.formats.errors import BadInput

ALLAUTH_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
ALLAUTH_MIDDLEWARE = "allauth.account.middleware.AccountMiddleware"
AUTHENTICATION_BACKENDS = ["dure.portal.kit.identity.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name_in_words", "email")},
    },
    {"NAME": "dure.portal.kit.identity.passwords.WithoutTheName"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "dure.portal.kit.identity.adapters.LogIns"
ACCOUNT_FORMS = {"login": "dure.portal.kit.identity.forms.LogInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # the rule `approvals` says how long a proof counts: see kit/identity/proof.py
# An office has one address for many people; a name is guessed at five times in five minutes, whether or not somebody has it.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip", "login_failed": "60/m/ip,5/5m/key", "reauthenticate": "10/m/user", "register": "20/h/ip",
}  # fmt: skip

MFA_ADAPTER = "dure.portal.kit.identity.adapters.Proofs"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are for notifications; nobody logs in or is found by one
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "dure"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}

SOCIALACCOUNT_ADAPTER = "dure.portal.kit.identity.adapters.Identities"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

# Attempts are counted where every process of the server sees them.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "log_in_attempt"}}


def identity_provider(environment: "os._Environ[str] | dict[str, str]") -> list[dict[str, Any]]:
    """The deployment's OpenID Connect provider as allauth wants it; none where its address is not given."""
    address = environment.get("DURE_OIDC_URL", "")
    if not address:
        return []
    if not re.fullmatch(r"https?://[^\s/]\S*", address):
        raise BadInput(f"{address!r} is no address.", where="DURE_OIDC_URL", todo="Write it as https://HOST/PATH.")
    if not environment.get("DURE_OIDC_CLIENT_ID"):
        raise BadInput("the client's id is missing.", where="DURE_OIDC_CLIENT_ID", todo="Set it, or leave DURE_OIDC_URL empty.")
    return [
        {
            "provider_id": "oidc",
            "name": environment.get("DURE_OIDC_NAME", "") or "OpenID Connect",
            "client_id": environment.get("DURE_OIDC_CLIENT_ID", ""),
            "secret": environment.get("DURE_OIDC_CLIENT_SECRET", ""),
            "settings": {"server_url": address},
        }
    ]


SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": identity_provider(os.environ)}}
