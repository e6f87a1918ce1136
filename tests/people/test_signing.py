"""People register keys on the page of their account, and sign what they answer: by a passkey, and by a key file."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

import factories as make
from dure.cycle.commands.rows import Context
from dure.cycle.evidence.keys import possession
from dure.cycle.filing import file_decision
from dure.cycle.programme import book
from dure.evidence.signatures.signing import Signed, holds, new_private_key, public_key, sign
from dure.records.evidence.models import SignedAnswer, SigningKey
from dure.records.journal.models import Entry
from people.steps import browser, inputs, log_in, person
from people.test_passkeys import agency, window, with_passkey  # noqa: F401 - fixtures by their names
from portal.test_browser import chromium  # noqa: F401 - the fixture that starts Chromium

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(example):
    """A recommendation that the agency may answer; refusing it carries nothing out."""
    context = Context(book(), make.the("operator"), timezone.now())
    return lambda: file_decision("survey", "demand", "survey-1", example("demand"), context=context)


def signed_by(key):
    kept = SignedAnswer.objects.get()
    fields = {name: getattr(kept, name) for name in ("statement", "signature", "authenticator_data", "client_data")}
    return holds(key.public, Signed(key=kept.key_id, **fields))


def draw(page, name, *languages):
    """Keeps pictures of the page where somebody wants to look at it; in other languages it is loaded again."""
    folder, origin = os.environ.get("DURE_PICTURES"), "/".join(page.url.split("/")[:3])
    for language in languages if folder else ():
        page.context.add_cookies([{"name": "django_language", "value": language, "url": origin}])
        page.reload()
        draw(page, f"{name}-{language}")
    if folder and not languages:
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})


def test_a_key_file_is_registered_and_signs_without_script(waiting):
    who, client = person("agency"), browser()
    log_in(client, who)
    private = new_private_key()
    public = public_key(private)
    proof = sign(private, possession(who, public, programme=book().programme))
    assert f"dure key prove KEY {book().programme} {who.uid}" in client.get("/account/signing/").content.decode()
    said = client.post("/account/signing/", {"line": "half", "name": ""}, follow=True).content.decode()
    assert "Paste the whole line" in said
    said = client.post(
        "/account/signing/", {"line": f"{public} {proof.signature}", "name": "laptop"}, follow=True
    ).content.decode()
    assert "you sign every answer with it" in said
    key = SigningKey.objects.get()
    assert (key.person, key.name) == (who, "laptop")

    entry = waiting()
    address = f"/agency/decisions/{entry.seq}/answer/"
    page = client.post(address, {"decision": "refuse", "note": "no"})
    fields = inputs(page)
    assert "your answer counts with your signature" in page.content.decode()
    bare = client.post(address, {name: fields[name] for name in ("decision", "note", "confirmed")})
    assert "This answer needs your signature" in bare.content.decode()
    given = {**fields, "key": key.pk, "signature": sign(private, fields["statement"]).signature}
    wrong = client.post(address, {**given, "signature": "AAAA"})
    assert "does not belong to a key of yours" in wrong.content.decode()
    assert not Entry.objects.filter(refers_to=entry.seq).exists()
    client.post(address, given)
    assert Entry.objects.get(refers_to=entry.seq).kind == "refusal"
    assert signed_by(key)

    client.post("/account/signing/", {"end": key.pk})
    assert SigningKey.objects.get().ended_at
    assert "0 · " in client.get("/account/").content.decode().partition("Keys for signing")[2][:60]


def test_who_answers_nothing_is_told_so():
    client = browser()
    log_in(client, person("applicant", organisation=make.organisation()))
    page = client.get("/account/signing/").content.decode()
    assert "Only people who answer recommendations sign" in page
    assert "Register the key" not in page


@pytest.mark.browser
def test_a_passkey_signs_what_it_is_asked_and_nothing_else(with_passkey, agency, waiting):  # noqa: F811 - fixtures by their names
    page = with_passkey.page
    page.goto("/account/signing/")
    draw(page, "signing-before", "ko", "en")
    page.get_by_role("button", name="Register “업무용 노트북”").click()
    page.get_by_text("you sign every answer with it").wait_for()
    draw(page, "signing-after", "ko", "en")
    key = SigningKey.objects.get()
    assert key.public.startswith("passkey:")
    assert key.person == agency

    entry = waiting()
    page.goto(f"/agency/decisions/{entry.seq}/")
    page.fill("[name=note]", "근거가 부족합니다.")
    page.check("[name=decision][value=refuse]")
    page.get_by_role("button", name="Continue to confirmation").click()
    page.get_by_text("your answer counts with your signature").wait_for()
    draw(page, "signing-answer")
    page.get_by_role("button", name="Sign by a passkey and refuse").click()
    page.get_by_text("Refused and recorded in the journal.").wait_for()
    assert signed_by(key)
    assert with_passkey.breaches() == []
