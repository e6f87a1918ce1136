"""People are told of log-ins from devices that are new, and of changes to their ways to log in."""

import pytest

from dure.records.notifications.models import Mail, Notification
from people.steps import PASSWORD, browser, log_in, person

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


def kinds():
    return sorted(Notification.objects.values_list("kind", flat=True))


def test_a_log_in_from_a_new_device_is_told_and_from_the_same_one_it_is_not():
    who, laptop, telephone = person("agency", email="kim@agency.example"), browser(), browser()
    log_in(laptop, who)
    assert kinds() == [], "the first log-in of all"
    laptop.post("/logout/")
    log_in(laptop, who)
    assert kinds() == []
    log_in(telephone, who, agent=FIREFOX)
    told = Notification.objects.get()
    assert (told.kind, told.urgent, told.facts["device"]) == ("log_in_on_new_device", True, "Firefox, Windows")
    assert told.facts["network"] == "127.0.0.0/24"
    assert Mail.objects.get().urgent
    assert telephone.cookies["dure_device"]["httponly"]
    assert who.uid not in telephone.cookies["dure_device"].value


def test_a_cookie_that_somebody_else_wrote_counts_for_nothing():
    who = person("agency")
    log_in(browser(), who)
    visitor = browser()
    visitor.cookies["dure_device"] = "WyJ4Il0:1abcde:abc"
    log_in(visitor, who)
    assert kinds() == ["log_in_on_new_device"]


def test_one_device_of_two_people():
    first, second, shared = person("agency"), person("ministry"), browser()
    for who in (first, second):
        log_in(browser(), who)
        log_in(shared, who)
        shared.post("/logout/")
    assert Notification.objects.count() == 2
    for who in (first, second):
        log_in(shared, who)
        shared.post("/logout/")
    assert Notification.objects.count() == 2


def test_a_wrong_password_tells_nobody_anything():
    who = person("agency")
    log_in(browser(), who)
    log_in(browser(), who, password="wrong wrong wrong")  # noqa: S106 - is none
    assert kinds() == []


def test_a_changed_password_is_told():
    who, visitor = person("agency"), browser()
    log_in(visitor, who)
    new = "another evening with tea"
    visitor.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    told = Notification.objects.get()
    assert (told.kind, told.facts["change"]) == ("log_in_changed", "Your password is changed. Your other sessions have ended.")
