"""Programs that go on entering organisations, and what must be in the database at the end."""

import http.client
import json
import threading
import time
from pathlib import Path

import psycopg

from portal.serving import PATIENCE
from serving.office import TOKEN
from serving.running import until

BATCH = 40
OFFICE = Path(__file__).with_name("office.py")


class Clerk(threading.Thread):
    """Enters organisations until told to stop; every tenth request is a table of forty."""

    def __init__(self, number, port):
        super().__init__()
        self.number, self.port, self.going = number, port, True
        self.single, self.tables, self.refused = [], [], []

    def run(self):
        count = 0
        while self.going:
            count += 1
            name = f"org-{self.number}-{count}"
            if count % 10:
                self.done(
                    "/api/v1/commands/register_organisation", json.dumps(organisation(name)).encode(), "application/json", name
                )
                self.single.append(name)
            else:
                rows = "".join(json.dumps(organisation(f"{name}-{row}")) + "\n" for row in range(BATCH))
                self.done("/api/v1/imports/register_organisation?apply=true", rows.encode(), "application/x-ndjson", name)
                self.tables.append(name)

    def done(self, path, body, kind, key):
        """Come back when it is acknowledged; without an answer, or with one of a server in trouble, it is sent again."""
        headers = {
            "Authorization": f"Bearer {TOKEN}", "Content-Type": kind, "Idempotency-Key": key, "Accept-Language": "en",
            "Host": "localhost", "X-Forwarded-Proto": "https",
        }  # fmt: skip
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, said = ask(self.port, path, body, headers)
            if status == 200:
                return
            if status in {422, 409} and "imports" in path and b"already" in said.lower():
                return  # its first answer was lost: the rows are there, which the end of the test counts
            if status and status < 500:
                self.refused.append((status, said))
                return
            time.sleep(0.05)
        raise AssertionError(f"{path} was never answered")


def ask(port, path, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def organisation(name):
    return {"id": name, "name": {"ko": f"기관 {name}"}, "kind": "university"}


def lost_nothing(clerks, url):
    """Asserts that what they entered is there: all of it, once, each with its act, and that nobody was refused."""
    assert [each.refused for each in clerks] == [[]] * len(clerks)
    with psycopg.connect(url) as connection:
        found = [row[0] for row in connection.execute("SELECT id FROM parties_organisation")]
        acts = [row[0] for row in connection.execute("SELECT about FROM journal_act WHERE command = 'register_organisation'")]
    wanted = acknowledged(clerks)
    assert sorted(found) == sorted(wanted)
    assert sorted(acts) == sorted(f"organisation/{name}" for name in wanted)


def acknowledged(clerks):
    """The ids of all organisations whose entry was acknowledged."""
    single = {name for each in clerks for name in each.single}
    return single | {f"{name}-{row}" for each in clerks for name in each.tables for row in range(BATCH)}


def entered(clerks):
    """How many requests have been acknowledged."""
    return sum(len(each.single) + len(each.tables) for each in clerks)


def rest(clerks):
    for each in clerks:
        each.going = False
    for each in clerks:
        each.join()


def more(clerks, number):
    """Come back when so many more requests have been acknowledged."""
    before = entered(clerks)
    until(lambda: entered(clerks) >= before + number, "requests are answered")
