"""Makes the database in `DATABASE_URL` one with a person who can log in."""

import os

import django

django.setup()

from dure.cycle.installing import making  # noqa: E402 - Django must be set up first
from dure.records.parties.models import Person  # noqa: E402

USERNAME, PASSWORD, NAME = "officer", "a-good-long-password", "성춘향"


def main():
    making.make("programme")
    making.finish()
    person = Person(username=USERNAME, name={"ko": NAME})
    person.set_password(PASSWORD)
    person.save()


if __name__ == "__main__" and os.environ["DJANGO_SETTINGS_MODULE"]:
    main()
