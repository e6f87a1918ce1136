"""A reader who follows every link, asks every list and reads every resource: two visits are compared to the byte."""

import html
import re

from django.test import Client

from dure.portal.api.reading import parameters
from dure.portal.api.tables import RESOURCES
from dure.records.parties.models import Person
from portal.api_callers import token_of

# New on every visit; a number that a form proposes for what is made has the day and six random digits.
ONCE = re.compile(
    rb'name="(csrfmiddlewaretoken|page-by|page-key)" value="[^"]*"|value="[0-9a-f]{32}"|value="[a-z]+-[0-9]{6}-[0-9a-f]{6}"'
)
NOT_ASKED = re.compile(r"^/(logout|login|language|static|account/authenticator|account/passkeys)/")


QUESTION = re.compile(r'(?:href|value)="(\?[^"]+)"')
SEARCH = re.compile(r'<input type="search" id="[^"]*" name="([^"]*-q)"')
CHOICE = re.compile(r'<select id="[^"]*" name="([a-z_]+-[a-z_]+)"><option value="">.*?</option>(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option value="([^"]+)"')


def client(username):
    made = Client()
    if username:
        made.force_login(Person.objects.get(username=username))
    return made


def program(username):
    """The same reader's program, with a token of theirs that may read."""
    if not username:
        return Client()
    return Client(headers={"Authorization": f"Bearer {token_of(Person.objects.get(username=username))}"})


def walked(visitor, most):
    """The addresses that this reader is led to, at most so many of one shape, such as those of single applications."""
    found, waiting = (
        set(),
        ["/", *(f"/{desk}/" for desk in ("agency", "ministry", "auditor", "provider", "applicant", "reviewer"))],
    )
    shapes = {}
    while waiting:
        address = waiting.pop()
        shape = re.sub(r"[^/]*\d[^/]*|(?<=^/acts/)[^/]+|(?<=applications/)[^/]+", "#", address)
        if address in found or NOT_ASKED.match(address) or shapes.get(shape, 0) >= most:
            continue
        found.add(address)
        shapes[shape] = shapes.get(shape, 0) + 1
        answer = visitor.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            body = b"".join(answer).decode()
            waiting += [each.partition("#")[0].partition("?")[0] for each in re.findall(r'href="(/[^"/][^"]*|/)"', body)]
        answer.close()
    return found


def asked_of_lists(visitor, addresses, words, most):
    """What the lists of these pages can be asked: order, place, files, print, each choice, a search; so many of one form."""
    found, forms = set(), {}
    for address in addresses:
        answer = visitor.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            for query in _queries(b"".join(answer).decode(), words):
                form = re.sub(r"(?<!-format)=[^&]*", "", query)
                forms[form] = forms.get(form, 0) + 1
                if forms[form] <= most:
                    found.add(address + query)
        answer.close()
    return found


def _queries(page, words):
    yield from (html.unescape(each) for each in QUESTION.findall(page))
    yield from (f"?{name}={word}" for name in SEARCH.findall(page) for word in words)
    yield from (f"?{name}={value}" for name, options in CHOICE.findall(page) for value in OPTION.findall(options))


def read_by_program(visitor, words, most):
    """The addresses of the API that answer a question: each resource whole, page by page, as files, one record of it, and
    filtered, by so many of its fields.
    """
    found = {"/api/openapi.json", "/api/v1/commands", "/open-data/journal-hashes.jsonl", "/open-data/calendar.csv"}
    for resource in RESOURCES:
        if resource.noun == "readings":
            continue  # it grows as others read
        whole = f"/api/v1/{resource.noun}"
        found |= {whole, *(f"/api/v1/exports/{resource.noun}?format={form}" for form in ("csv", "jsonl"))}
        found |= {f"{whole}?{name}={word}" for name in list(parameters(resource))[:most] for word in words}
        answer = visitor.get(f"{whole}?limit=1")
        found.add(f"{whole}?limit=1")
        if answer.status_code == 200:
            found |= {f"{whole}/{each['id']}" for each in answer.json()["items"]} | {answer.json()["next"]} - {None}
    return found


def seen(visitor, addresses):
    """What the reader gets there: state, headers and bytes, but for what is new on every visit, or is the address itself."""
    return {each: _got(visitor.get(each)) for each in addresses}


def _got(answer):
    headers = {name: value for name, value in answer.headers.items() if name not in {"Location", "X-Request-ID"}}
    content = b"".join(answer)
    answer.close()
    return answer.status_code, headers, ONCE.sub(b"", content)


def different(address, before, after):
    """In which line an answer changed."""
    lines = zip(before[2].split(b"\n"), after[2].split(b"\n"), strict=False)
    line = next((_around(one, other) for one, other in lines if one != other), (before[:2], after[:2]))
    return "" if before == after else f"{address}: {line[0]} / {line[1]}"


def _around(one, other):
    """Both lines from a little before the first byte that differs."""
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[max(0, place - 80) : place + 80], other[max(0, place - 80) : place + 80]
