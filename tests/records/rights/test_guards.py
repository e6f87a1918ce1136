"""Guards that bind every log-in, the owner's too: what no right on a column would stop."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

import factories as make
from database import refused
from dure.records.journal import actions as journal
from dure.records.journal import chain
from dure.records.journal.models import Entry
from dure.records.settlement.models import InvoiceLine
from dure.records.supply.models import Gpu, Server

pytestmark = pytest.mark.django_db
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
INSTANT = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(9000, 1, 1)).map(lambda at: at.replace(tzinfo=dt.UTC))  # noqa: DTZ001


def in_sql(entry):
    """The hash that the database computes of that entry's fields, which stand in no table."""
    columns = {field.column: field.value_from_object(entry) for field in Entry._meta.concrete_fields}
    row = json.dumps(columns | {"at": entry.at.isoformat(), "recorded_at": None}, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_hash_of(jsonb_populate_record(NULL::journal_entry, %s), %s)", [row, "someone"])
        return cursor.fetchone()[0]


@settings(max_examples=200)
@given(edits=st.lists(JSON, max_size=3), note=TEXT, subject=TEXT, at=INSTANT, refers_to=st.none() | st.integers(1, 2**62))
def test_the_database_computes_the_hash_that_the_code_does(edits, note, subject, at, refers_to):
    entry = Entry(
        seq=2**40, kind="approval", programme="p", stage="s", decision="d", subject=subject, at=at, edits=edits, note=note,
        code_version='dure "1"\\\x7f\x1f', refers_to_id=refers_to, previous_hash="0" * 64, facts_id="f" * 64, method="\u2028",
    )  # fmt: skip
    assert in_sql(entry) == chain.entry_hash(chain.hashed_fields(entry, person_id="someone"))


def test_an_act_that_waited_for_the_head_is_dated_as_the_entry_before_it():
    first = make.filed(at=make.START)
    assert make.filed(at=make.START - dt.timedelta(seconds=5)).at == first.at
    assert make.filed(at=make.START - dt.timedelta(days=5)).at == make.START - dt.timedelta(days=5), "a rehearsal of the past"


def test_a_recommendation_is_readable_for_the_database_and_facts_are_only_compressed():
    entry = make.filed(recommendation={"n": "두레"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_plan(%s) ->> 'n'", [entry.pk])
        assert cursor.fetchone() == ("두레",)
        cursor.execute("SELECT count(*) FROM journal_document WHERE plain IS NULL")
        assert cursor.fetchone() == (2,)
    refused("document_text_has_its_digest", "INSERT INTO journal_document VALUES (repeat('a', 64), 1, '', '{}')")


def test_an_act_holds_its_own_transaction_whatever_is_claimed():
    journal.record_act(
        programme="p", command="c", about="a/b", person=make.the("agency"), via="script", given={}, result=None, at=make.START
    )
    statement = (
        "INSERT INTO journal_act (programme, command, about, at, via, result, key, code_version, input_id, person_id, "
        "transaction) SELECT programme, command, about, at, via, result, key, code_version, input_id, person_id, '3' "
        "FROM journal_act RETURNING transaction = pg_current_xact_id()"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchone() == (True,)


def test_grants_and_leases_are_those_of_the_plan():
    round_, servers = make.round_(), make.servers(count=3)
    grant = make.grant(round_, on=servers[:2])
    other, third = make.application().pk, servers[2].pk
    give = (
        "INSERT INTO allocation_grant (id, round_id, application_id, pool_id, servers, during, value, entry_id) "
        "SELECT 'x', round_id, %s, pool_id, servers, during, value, entry_id FROM allocation_grant"
    )
    refused("is not what journal entry", give, other)
    lease = (
        "INSERT INTO allocation_lease (grant_id, server_id, during, ended_because) "
        "SELECT id, %s, tstzrange(lower(during), lower(during) + interval '1 hour'), '' FROM allocation_grant"
    )
    refused("is not what journal entry|exceed", lease, third)
    assert grant.leases.count() == 2


def test_a_server_that_was_leased_stays_public_and_is_not_rewritten():
    servers = make.servers(count=3, gpu_uuids=())
    make.grant(on=servers[:2])
    leased, free = servers[0].pk, servers[2].pk
    refused("never becomes own use", "UPDATE supply_server SET own_use = true WHERE id = %s", leased)
    assert Server.objects.filter(pk=free).update(own_use=True) == 1
    refused("keeps .* as they are", "UPDATE supply_server SET serial = 'x' WHERE id = %s", free)
    refused("keeps .* as they are", "UPDATE supply_server SET owner = 'x' WHERE id = %s", free)
    refused("keeps rows as they are", "DELETE FROM supply_server WHERE id = %s", free)
    gpu = Gpu.objects.create(uuid="GPU-1", server_id=free)
    refused("only grows", "UPDATE supply_gpu SET server_id = %s WHERE uuid = %s", leased, gpu.pk)
    refused("only grows", "DELETE FROM supply_gpu")


def test_terms_of_a_round_stay_once_servers_are_granted():
    round_ = make.round_()
    change = "UPDATE allocation_allocationround SET draw_seed = 'x' WHERE id = %s"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [round_.pk])
    make.grant(round_)
    refused("its terms stay", change.replace("'x'", "'y'"), round_.pk)


def test_no_second_is_billed_twice_by_whatever_part():
    """A week of two servers has 2,688 GPU-hours: both parts together come to no more, however the week is cut."""
    grant = make.grant()
    whole = {"gpu_hours": "2688"}
    make.invoice(grant, make.bill(grant, 0, 1, **whole))
    for part in (2, 3, 99):
        lease = {"lease": f"{grant.pk}#{part}"}
        with pytest.raises(IntegrityError, match="billed for more than was leased"), transaction.atomic():
            make.invoice(grant, make.bill(grant, 0, 1, **lease, gpu_hours="1"))
        with pytest.raises(IntegrityError, match="billed for more than was leased"), transaction.atomic():
            make.invoice(grant, make.bill(grant, 0, 2, **lease, gpu_hours="5376"))
    make.invoice(grant, make.bill(grant, 1, 2, gpu_hours="1344"), make.bill(grant, 1, 2, lease=f"{grant.pk}#2", gpu_hours="1344"))
    assert InvoiceLine.objects.filter(counts=True).count() == 3


def test_a_bill_is_a_line_of_the_plan():
    grant = make.grant()
    invoice = make.invoice(grant)
    statement = (
        "INSERT INTO settlement_invoiceline (invoice_id, grant_id, part, gpu_model, during, gpu_hours, rate, list_amount, "
        "billed_amount, support_amount, counts) SELECT invoice_id, grant_id, 1, gpu_model, "
        "tstzrange(upper(during), upper(during) + interval '1 hour'), 0, rate, 0, 0, 0, true "
        "FROM settlement_invoiceline WHERE invoice_id = %s"
    )
    refused("is not what journal entry", statement, invoice.pk)


def test_a_role_is_neither_rewritten_nor_revived():
    person = make.person("auditor")
    role = person.roles.get()
    refused("keeps .* as they are", "UPDATE parties_role SET given_at = given_at - interval '1 day' WHERE id = %s", role.pk)
    refused("keeps .* as they are", "UPDATE parties_role SET desk = 'agency' WHERE id = %s", role.pk)
    refused("keeps rows as they are", "DELETE FROM parties_role WHERE id = %s", role.pk)
    role.ended_at = timezone.now()
    role.save()
    refused("never lasts longer", "UPDATE parties_role SET ended_at = NULL WHERE id = %s", role.pk)
    refused("never lasts longer", "UPDATE parties_role SET ended_at = ended_at + interval '1 day' WHERE id = %s", role.pk)
