"""Makes the database in `DATABASE_URL` an installation, and prints a token with which programs enter organisations."""

import datetime as dt
import hashlib

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django must be set up first

from dure.cycle.installing import making  # noqa: E402
from dure.records.parties import actions  # noqa: E402

TOKEN = "dure_" + "x" * 43


def main():
    making.make("programme")
    making.finish()
    now = timezone.now()
    person = actions.add_person(username="officer", name={"ko": "성춘향"})
    actions.give_role(person=person, desk="agency", at=now)
    actions.make_token(
        person=person, digest=hashlib.sha256(TOKEN.encode()).hexdigest(), name="journey", read=True,
        commands=["register_organisation"], expires_at=now + dt.timedelta(days=1), at=now,
    )  # fmt: skip
    print(TOKEN)


if __name__ == "__main__":
    main()
