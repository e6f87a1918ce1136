"""What people do on the pages of the log-in, as tests do it: with Django's client."""

import re
import time
from html import unescape

from django.test import Client

import factories as make

PASSWORD = "달빛 아래 푸른 오솔길"  # noqa: S105 - of people that exist in tests alone


def person(*desks, **fields):
    """Somebody at that desk who can log in."""
    return make.person(*desks, password=PASSWORD, **fields)


def browser(language="en"):
    client = Client()
    client.cookies["django_language"] = language
    return client


def log_in(client, who, *, password=PASSWORD, agent="", address="/login/"):
    """The answer to the log-in form."""
    headers = {"User-Agent": agent} if agent else {}
    return client.post(address, {"username": who.username, "password": password}, headers=headers)


def inputs(page):
    """The inputs of all forms of a page, by name."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page.content.decode()):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in given:
            found[given["name"]] = unescape(given.get("value", ""))
    return found


def grow_old(client, minutes=16):
    """The last proof of identity of this session is that long ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - minutes * 60}]
    session.save()
