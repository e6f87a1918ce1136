"""What all deployments share."""

import os
from pathlib import Path
from typing import Any

from django.conf.locale import LANG_INFO

from dure.formats.errors import BadInput
from dure.portal.settings.clocks import *  # noqa: F403 - which clocks are asked
from dure.portal.settings.files import *  # noqa: F403 - how long files are kept
from dure.portal.settings.log_in import *  # noqa: F403 - one block of what log-ins need
from dure.portal.settings.log_in import ALLAUTH_APPS, ALLAUTH_MIDDLEWARE
from dure.portal.settings.logs import logging_config
from dure.portal.settings.mail import *  # noqa: F403 - one block of what mail needs
from dure.portal.settings.readings import *  # noqa: F403 - two numbers
from dure.rules.manifest import chosen, read_manifest

PORTAL = Path(__file__).parent.parent

RECORDS = (
    "journal", "parties", "funding", "procurement", "supply", "demand", "review", "allocation", "operation",
    "settlement", "outcomes", "drafts", "explanations", "installation", "work", "registrations", "notifications",
    "evidence", "files", "readings", "documents", "clocks",
)  # fmt: skip
# The same in every deployment: which tables there are must not depend on how a database is opened (installing/standing.py).
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    *ALLAUTH_APPS,
    *(f"dure.records.{name}" for name in RECORDS),
    "procrastinate.contrib.django",
    "dure.portal.kit",
]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["dure.cycle.working.tasks"]  # read by workers alone
MIDDLEWARE = [
    "dure.portal.kit.observing.origin.origin",
    "dure.portal.kit.observing.requests.observed",
    "dure.portal.health.pages.probes",
    "dure.portal.kit.security.content_policy",
    "django.middleware.security.SecurityMiddleware",
    "dure.portal.kit.statics.CompressingStatics",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dure.portal.kit.security.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dure.portal.kit.personal.recording.recorded",
    ALLAUTH_MIDDLEWARE,
    "dure.portal.subjects.decisions.waiting.being_explained",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PORTAL / "kit" / "templates", PORTAL / "api" / "templates", *sorted(PORTAL.glob("*/*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dure.portal.kit.chrome.around",
            ]
        },
    }
]
ROOT_URLCONF = "dure.portal.urls"
WSGI_APPLICATION = "dure.portal.wsgi.application"
DURE_EXPLAINS = "dure.portal.subjects.decisions.explained.explain_whole"  # what the cycle calls when a decision is filed
# What the portal does in the background: fields of cycle.working.kinds.Kind.
DURE_WORK: dict[str, dict[str, Any]] = {
    "export": {
        "does": "dure.portal.kit.later.making.make",
        "within": "snapshot",
        "ended": "dure.cycle.working.files.ended_without",
    },
}
AUTH_USER_MODEL = "parties.Person"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What the programme is: its languages, the usual one first, and the zone in which its days begin.
_PROGRAMME = read_manifest(chosen())
_SPOKEN = {each.parent.name for each in PORTAL.glob("kit/locale/*/figures.json")}
if not set(_PROGRAMME.languages) <= _SPOKEN:
    raise BadInput(
        f"names the languages {', '.join(_PROGRAMME.languages)}.",
        where=str(chosen()),
        todo=f"Pages are written in {', '.join(sorted(_SPOKEN))}: leave the others out, or add their texts to the portal.",
    )
LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in _PROGRAMME.languages]
LANGUAGE_CODE = _PROGRAMME.languages[0]
TIME_ZONE = _PROGRAMME.zone
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = sorted(PORTAL.glob("subjects/*/static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
LOCALE_PATHS = [PORTAL / "kit" / "locale"]
CSRF_FAILURE_VIEW = "dure.portal.kit.errors.forbidden"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# The role that each connection takes on, once a deployment has granted it: it cannot alter what was filed.
DATABASE_ROLE = os.environ.get("DURE_DATABASE_ROLE", "")
# Faults go to standard error, where the server's keeper looks; requests are logged from the level "info" on.
LOGGING = logging_config(os.environ.get("DURE_LOG_LEVEL", "warning"))
DURE_METRICS_TOKEN = os.environ.get("DURE_METRICS_TOKEN", "")
DURE_TRUSTED_PROXIES: list[str] = []  # networks whose word on the client's address and on https counts
