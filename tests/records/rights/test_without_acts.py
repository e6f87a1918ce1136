# ruff: noqa: S608 - statements of our own
"""What changes by a command alone: refused without its act, or by an act on something else, and taken with the right one."""

import psycopg
import pytest
from django.db import connection

from abuses_of_rights import DIGEST, act, person
from logins import logged_in, read_as

BY_ACT = "changes only by an act in the same transaction"
REPORT = "UPDATE outcomes_report SET received_on = {day}, text = 'x' WHERE grant_id = 'round-1/a-firm' AND received_on IS NULL"
DAY_OF_USE = "INSERT INTO operation_dailyuse (grant_id, day, utilisation) VALUES ('round-1/a-lab', '2026-05-03', 0.5)"
USE = "UPDATE operation_dailyuse SET utilisation = 0.1"
BUSY = "UPDATE operation_dailyuse SET busy_servers = 0"
BOTH = DAY_OF_USE + " ON CONFLICT (grant_id, day) DO UPDATE SET utilisation = 0"
SERVER = (
    "INSERT INTO supply_server (id, pool_id, pod, serial, owner, own_use) "
    "VALUES ('alpha-pool/a/009', 'alpha-pool', 'a', 'x', 'x', true)"
)
SERVE = "UPDATE supply_server SET in_service_from = '2026-11-01', accepted_on = '2026-11-01' WHERE id = 'alpha-pool/a/009'"
DELIVERY = (
    "INSERT INTO supply_delivery (id, order_id, cluster_id, servers, earliest_on, likely_on, latest_on{more}) "
    "SELECT 'x', order_id, cluster_id, 1, likely_on, likely_on, likely_on{value} FROM supply_delivery "
    "WHERE id = 'alpha-delivery-1'"
)
CLOSED, ENTERED, STATED = "is closed by an act on it", "is entered by an act of the agency", "has its act, of that person"
ENTER = (
    "INSERT INTO parties_person (uid, password, username, name, email, is_active, sessions_ended) "
    "VALUES ('x', '!', 'x-1', '{\"ko\": \"x\"}', '', true, 0)"
)
# At the moment of its act, if there is one
STATE = (
    "INSERT INTO journal_statement (programme, kind, subject, stated_at, content_id, stated_by_id) "
    "SELECT 'kr_2025', 'cluster_state', 'alpha-pool', coalesce((SELECT max(at) FROM journal_act "
    "WHERE command = 'report_cluster_state' AND transaction = pg_current_xact_id()), clock_timestamp()), "
    f"{DIGEST}, {person('operator-1')}"
)
HAND_IN = (
    "INSERT INTO documents_upload (name, media, size, digest, content, handed_in_at, person_id) VALUES ('x.pdf', "
    "'application/pdf', length('%PDF-x'), encode(sha256('%PDF-x'), 'hex'), '%PDF-x', {at}, "
    f"{person('agency-1')})"
)
# What is done, the statement, by which act, about what, by whom
CHANGES = (
    ("bring a report", REPORT.format(day="current_date"), "submit_report", "grant/round-1/a-firm", "firm-1"),
    ("ask for a report", "INSERT INTO outcomes_report (grant_id, due_on, text) VALUES ('round-1/a-lab', '2027-01-01', '')",
     "ask_for_reports", "round/round-1", "agency-1"),
    ("enter use", DAY_OF_USE, "record_daily_use", "daily_use/programme", "operator-1"),
    ("lower all use", USE, "record_daily_use", "daily_use/programme", "operator-1"),
    ("empty all servers", BUSY, "record_daily_use", "daily_use/programme", "operator-1"),
    ("enter use over what is known", BOTH, "record_daily_use", "daily_use/programme", "operator-1"),
    ("promise another day", "UPDATE supply_milestone SET promised_on = '2027-01-01' WHERE key = 'first_service'", "set_milestone",
     "milestone/first_service", "agency-1"),
    ("reach a milestone", "UPDATE supply_milestone SET actual_on = '2026-03-01' WHERE key = 'first_service'", "set_milestone",
     "milestone/first_service", "agency-1"),
    ("make a milestone", ("INSERT INTO supply_milestone (programme, key, forecast_on, cause) VALUES ('kr_2025', 'x', "
     "'2026-12-01', '')"), "set_milestone", "milestone/x", "agency-1"),
    ("announce a delivery", DELIVERY.format(more="", value=""), "announce_delivery", "delivery/x", "alpha-1"),
    ("register a server", SERVER, "register_servers", "pool/alpha-pool", "alpha-1"),
    ("undo a step", ("UPDATE operation_provisioningchange SET undone_at = now() WHERE applied_at IS NOT NULL "
     "AND undone_at IS NULL AND entry_id = <provisioning>"), "mark_changes_undone", "entry/<provisioning>", "operator-1"),
    ("leave the waiting list", ("UPDATE allocation_waitingplace SET left_at = now() WHERE left_at IS NULL AND application_id = "
     "'a-college'"), "leave_waiting_list", "application/a-college", "agency-1"),
    ("add a GPU", "INSERT INTO supply_gpu (uuid, server_id) VALUES ('x', 'alpha-pool/a/001')", "register_servers",
     "pool/alpha-pool", "alpha-1"),
)  # fmt: skip
NAMES = [each[0] for each in CHANGES]
NEVER = (
    ("bring a report as of another day", act("submit_report", "grant/round-1/a-firm", by="firm-1")
     + REPORT.format(day="current_date - 9"), BY_ACT),
    ("write a report that has not come", act("submit_report", "grant/round-1/a-firm", by="firm-1")
     + REPORT.format(day="NULL"), BY_ACT),
    ("rewrite a report", act("submit_report", "grant/round-1/a-lab", by="lab-1")
     + "UPDATE outcomes_report SET text = 'y' WHERE received_on IS NOT NULL", "kept as it is"),
    ("forecast without a build-out", "UPDATE supply_milestone SET forecast_on = '2026-12-24' WHERE key = 'first_service'",
     "entry/[0-9]+ " + BY_ACT),
    ("forecast by a build-out of long ago", ("UPDATE supply_milestone SET forecast_on = '2026-12-24' WHERE key = "
     "'first_service';" + act("approve_decision", "entry/<buildout>", by="ministry-1")), "entry/[0-9]+ " + BY_ACT),
    ("rewrite a forecast of capacity", "UPDATE supply_capacityweek SET p50 = 77", "entry/[0-9]+ " + BY_ACT),
    ("plan by a build-out of long ago", ("UPDATE supply_capacityweek SET plan = 99;"
     + act("approve_decision", "entry/<buildout>", by="ministry-1")), "entry/[0-9]+ " + BY_ACT),
    ("count capacity", "UPDATE supply_capacityweek SET actual = 9", "permission denied"),
    ("count capacity of a new week", ("INSERT INTO supply_capacityweek (cluster_id, week_on, actual) SELECT cluster_id, "
     "'2027-12-27', 9 FROM supply_capacityweek LIMIT 1"), BY_ACT),
    ("announce what has come", act("announce_delivery", "delivery/x", by="alpha-1")
     + DELIVERY.format(more=", actual_on", value=", likely_on"), BY_ACT),
    ("supersede what was metered", ("UPDATE operation_usagerecord SET superseded_at = now() WHERE superseded_at IS NULL;"
     + act("approve_decision", "entry/<metering>", by="operator-1")), "entry/[0-9]+ " + BY_ACT),
    ("supersede what servers did", "UPDATE operation_serverstatesummary SET superseded_at = now() WHERE superseded_at IS NULL",
     "entry/[0-9]+ " + BY_ACT),
    ("leave the waiting list for another", "UPDATE allocation_waitingplace SET left_at = now() WHERE left_at IS NULL",
     BY_ACT),
    ("close an account", "UPDATE parties_person SET is_active = false WHERE username = 'lab-1'", CLOSED),
    ("close another's account", (act("close_account", "person/firm-1")
     + "UPDATE parties_person SET is_active = false WHERE username = 'lab-1'"), CLOSED),
    ("close an account as its holder", (act("close_account", "person/lab-1", by="lab-1")
     + "UPDATE parties_person SET is_active = false WHERE username = 'lab-1'"), CLOSED),
    ("enter a person", ENTER, ENTERED),
    ("enter a person as an applicant", act("add_person", "person/x", by="lab-1") + ENTER, ENTERED),
    ("enter a person by the act on another", act("add_person", "person/y") + ENTER, ENTERED),
    ("state without an act", STATE, STATED),
    ("state in another's name", act("report_cluster_state", "pool/alpha-pool", by="operator-2") + STATE, STATED),
    ("state of something else", act("report_cluster_state", "pool/beta-pool", by="operator-1") + STATE, STATED),
    ("state what no command states", act("report_cluster_state", "pool/alpha-pool", by="operator-1")
     + STATE.replace("cluster_state", "other"), STATED),
    ("hand in a file of tomorrow", HAND_IN.format(at="now() + interval '1 day'"), "is handed in now"),
    ("hand in a file of last week", HAND_IN.format(at="now() - interval '7 days'"), "is handed in now"),
    ("read another's notices", ("UPDATE notifications_notification SET read_at = now() WHERE person_id <> "
     "(SELECT id FROM parties_person WHERE username = 'agency-1')"), "is marked by the person whom it told"),
    ("serve since another day", act("put_in_service", "pool/alpha-pool", by="operator-1")
     + "UPDATE supply_server SET in_service_from = in_service_from - interval '1 day' WHERE id = 'alpha-pool/a/001'",
     "server/alpha-pool/a/001 " + BY_ACT),
)  # fmt: skip


def of_decisions(statement):
    """With the number of what was approved last, where the statement says `<decision>`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT decision, max(refers_to_id) FROM journal_entry WHERE kind = 'approval' GROUP BY decision")
        for decision, seq in cursor.fetchall():
            statement = statement.replace(f"<{decision}>", str(seq))
    return statement


def carried_out(statement, login="app", reader="agency-1"):
    """As that log-in, and then undone; whatever is asked at the end of the transaction is asked."""
    with logged_in(login) as opened:
        read_as(opened, reader)
        opened.execute(of_decisions(statement))
        opened.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(("statement", "command", "about", "by"), [each[1:] for each in CHANGES], ids=NAMES)
@pytest.mark.usefixtures("bounded")
def test_it_takes_the_act_of_its_command_on_its_subject(statement, command, about, by):
    for other in ("", act("set_address", about, by=by), act(command, f"{about}-other", by=by), act(command, about, by="nobody")):
        with pytest.raises(psycopg.Error, match=f"{BY_ACT}|sits at no desk"):
            carried_out(f"{other}{statement}")
    carried_out(f"{statement}; {act(command, about, by=by)}".rstrip("; "))


@pytest.mark.parametrize(("statement", "answer"), [each[1:] for each in NEVER], ids=[each[0] for each in NEVER])
@pytest.mark.usefixtures("bounded")
def test_no_act_does_it(statement, answer):
    with pytest.raises(psycopg.Error, match=answer):
        carried_out(statement)


@pytest.mark.usefixtures("bounded")
def test_metering_rewrites_no_use_without_the_act():
    for statement in (DAY_OF_USE, USE, BUSY, BOTH):
        with pytest.raises(psycopg.Error, match=BY_ACT):
            carried_out(statement, "metering", "operator-1")


@pytest.mark.usefixtures("bounded")
def test_what_is_done_by_its_act_is_taken():
    carried_out(f"{ENTER}; {act('add_person', 'person/x')}".rstrip("; "))
    carried_out(act("report_cluster_state", "pool/alpha-pool", by="operator-1") + STATE)
    carried_out(HAND_IN.format(at="now()"))
    carried_out("UPDATE notifications_notification SET read_at = now() WHERE person_id = " + person("agency-1"))


@pytest.mark.usefixtures("bounded")
def test_a_server_enters_service_once_and_by_its_act():
    enter = f"{SERVER}; {act('register_servers', 'pool/alpha-pool', by='alpha-1')}; {SERVE}"
    with pytest.raises(psycopg.Error, match=BY_ACT):
        carried_out(enter)
    carried_out(f"{enter}; {act('put_in_service', 'pool/alpha-pool', by='operator-1')}".rstrip("; "))


@pytest.mark.usefixtures("bounded")
def test_a_statement_of_many_rows_asks_once():
    with logged_in("app") as opened:
        read_as(opened, "agency-1")
        assert opened.execute(USE).rowcount > 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM journal_owed")
            assert cursor.fetchone() == (0,), "nothing stays"
        statements = opened.execute(act("record_daily_use", "daily_use/programme", by="operator-1"))
        assert statements.rowcount == 1
        opened.execute("SET CONSTRAINTS ALL IMMEDIATE")
