"""What the table of commands promises of every row: once per key, one at a time per subject, and no text that hides."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections, transaction

import factories as make
from dure.cycle.commands.permitting import could, seats_of, sees_all
from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.people import secrets
from dure.cycle.programme import book
from dure.formats.errors import BadInput, Refused
from dure.records.journal.models import Act
from dure.records.parties.models import Organisation, Token
from portal.serving import PATIENCE
from racing import is_waited_for
from serving.running import until

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
ORGANISATION = {"id": "org-a", "name": {"ko": "기관"}, "kind": "university"}


def context(person):
    return Context(book(), person, AT)


def do(name, raw, person, **more):
    row = row_of(name)
    return run(row, read_command(row, raw), context(person), **more)


def at_once(*calls):
    """Run them in threads that start together; returns outcomes and errors in order."""
    gate, said = threading.Barrier(len(calls)), [None] * len(calls)

    def one(number, call):
        try:
            gate.wait(timeout=PATIENCE)
            said[number] = call()
        except BadInput as error:
            said[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return said


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """With real commits: what one thread has not committed the other cannot see."""

    def held(self, row):
        """The row, whose first act stops between looking and writing until the other waits for it, or has come in, too."""
        inside, both = threading.Lock(), threading.Event()

        def does(command, context):
            first = inside.acquire(blocking=False)
            there = Organisation.objects.filter(pk=command.id).exists()
            if first:
                until(lambda: both.is_set() or is_waited_for(), "the other act")
            both.set()
            return "was there" if there else row.does(command, context)

        return row._replace(does=does)

    def twice(self, key, person):
        row = self.held(row_of("register_organisation"))
        command = read_command(row, ORGANISATION)
        return at_once(*[lambda: run(row, command, context(person), key=key)] * 2)

    def test_without_a_key_both_are_carried_out(self):
        """The control: without a key the second is another act, with an outcome of its own."""
        said = self.twice("", make.person("agency"))
        assert len({str(each) for each in said}) == 2
        assert Act.objects.count() == 2

    def test_with_a_key_the_second_gets_the_first_outcome(self):
        said = self.twice("once", make.person("agency"))
        assert [each.result for each in said] == ["org-a", "org-a"]
        assert {each.repeated for each in said} == {True, False}
        assert Act.objects.count() == 1

    def test_of_two_who_saw_the_same_version_one_is_refused(self):
        agency, other = make.person("agency"), make.person()
        do("give_role", {"person": other.uid, "desk": "auditor"}, agency)
        seen = Act.objects.get().pk
        said = at_once(
            lambda: do("give_role", {"person": other.uid, "desk": "operator"}, agency, seen=seen),
            lambda: do("end_role", {"person": other.uid, "desk": "auditor"}, agency, seen=seen),
        )
        refused = [each for each in said if isinstance(each, Refused)]
        assert [each.code for each in refused] == ["stale"]
        assert Act.objects.count() == 2

    def test_a_refused_act_leaves_nothing(self):
        agency = make.person("agency")
        row = row_of("register_organisation")
        breaks = row._replace(does=lambda command, at: (row.does(command, at), Act.objects.create())[0])
        with pytest.raises(BadInput):
            run(breaks, read_command(row, ORGANISATION), context(agency))
        assert (Organisation.objects.count(), Act.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_key_belongs_to_one_request():
    agency = make.person("agency")
    first = do("register_organisation", ORGANISATION, agency, key="k")
    assert do("register_organisation", ORGANISATION, agency, key="k") == first._replace(repeated=True)
    with pytest.raises(Refused, match="another request") as refused:
        do("register_organisation", {**ORGANISATION, "id": "org-b"}, agency, key="k")
    assert refused.value.code == "key_reused"


@pytest.mark.parametrize("text", ["a\0", "\u202egpj", "\ud800", "a\u200eb"])
def test_text_that_hides_is_refused_wherever_it_stands(text):
    row = row_of("register_organisation")
    for raw in ({**ORGANISATION, "name": {"ko": text}}, {**ORGANISATION, text: "x"}, {**ORGANISATION, "group": {"a": [text]}}):
        with pytest.raises(BadInput) as refused:
            read_command(row, raw)
        assert refused.value.code == "hidden_character"
        str(refused.value).encode()


@pytest.mark.parametrize("period", ["0000-01", "9999-12", "2026-13", "2026-1", "2026-01\n1"])
def test_a_month_that_no_calendar_holds_is_refused_where_it_is_read(period):
    with pytest.raises(BadInput) as refused:
        read_command(row_of("report_usage"), {"period": period, "jobs": []})
    assert refused.value.code == "invalid"


@pytest.mark.django_db
def test_who_could_and_to_whom_an_unknown_id_is_no_secret():
    row = row_of("revoke_token")
    agency, applicant, nobody = (
        make.person("agency"),
        make.person("applicant", organisation=make.organisation()),
        make.person(),
    )
    assert [could(row, seats_of(each)) for each in (agency, applicant, nobody)] == [True, True, False]
    assert [sees_all(row, seats_of(each)) for each in (agency, applicant, nobody)] == [True, False, False]


@pytest.mark.django_db
class TestTokens:
    def ask(self, **fields):
        until = (AT + dt.timedelta(days=30)).isoformat()
        return {"digest": secrets.new_secret().digest, "name": "script", "expires_at": until, **fields}

    def test_only_the_digest_is_kept(self):
        person, secret = make.person("agency"), secrets.new_secret()
        made = do("make_token", self.ask(digest=secret.digest, commands=["add_person"]), person)
        assert made.result == secret.digest[:16]
        kept = Token.objects.get()
        assert (kept.digest, kept.person, kept.commands) == (secrets.digest_of(secret.token), person, ["add_person"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text || (SELECT string_agg(a::text, '') FROM journal_act a) FROM parties_token t")
            assert secret.token not in cursor.fetchone()[0]

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"expires_at": (AT + dt.timedelta(days=91)).isoformat()}, "token_lifetime"),
            ({"expires_at": AT.isoformat()}, "token_lifetime"),
            ({"commands": ["no_such_command"]}, "token_scope"),
            ({"commands": ["make_token"]}, "token_scope"),
            ({"read": False}, "token_scope"),
            ({"digest": "A" * 64}, "invalid"),
        ],
    )
    def test_bad_ones_are_refused(self, fields, code):
        with pytest.raises(BadInput) as refused:
            do("make_token", self.ask(**fields), make.person("agency"))
        assert refused.value.code == code
        assert not Token.objects.exists()

    def test_the_database_refuses_a_longer_life(self):
        with pytest.raises(Exception, match="token_expires_within_90_days"), transaction.atomic():
            Token.objects.create(
                id="a" * 16, digest="a" * 64, person=make.person(), name="x", read=True, made_at=AT,
                expires_at=AT + dt.timedelta(days=91),
            )  # fmt: skip

    def test_its_owner_and_the_agency_revoke_it_and_to_others_it_does_not_exist(self):
        owner, other = (make.person("applicant", organisation=make.organisation()) for _ in range(2))
        mine, yours = (do("make_token", self.ask(), each).result for each in (owner, other))
        for token in (mine, "0" * 16):
            with pytest.raises(Refused) as refused:
                do("revoke_token", {"token": token}, other)
            assert (refused.value.code, refused.value.what) == ("not_yours", "there is no such thing.")
        do("revoke_token", {"token": mine}, owner)
        do("revoke_token", {"token": yours}, make.person("agency"))
        assert not Token.objects.filter(revoked_at=None).exists()

    def test_only_what_has_the_form_of_a_token_has_a_digest(self):
        for text in ("", "dure_short", "x" * 48, "dure_" + "a" * 44, "dure_" + "é" * 43):
            assert secrets.digest_of(text) == ""
