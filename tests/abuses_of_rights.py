# ruff: noqa: S608 - statements of our own
"""What somebody with the app's log-in might try, one line each: what it is, the statement, and how the database answers.

Statements see the filled programme of `world.py`, and a call, a user call, an extension and an ended role that are open now.
"""

DENIED = "permission denied"
NO_SUPERUSER = "permission denied|must be (a )?superuser"  # as PostgreSQL 16 says it, and as 15 does
ACT = (
    "INSERT INTO journal_act (programme, command, about, at, via, result, key, code_version, input_id, person_id) "
    "SELECT 'kr_2025', '{command}', '{about}', {at}, 'api', NULL, '', 'x', (SELECT min(digest) FROM journal_document), id "
    "FROM parties_person WHERE username = '{by}'; "
)
ENTRY = (
    "INSERT INTO journal_entry (seq, journal, kind, programme, stage, decision, subject, format_version, at, who_id, who_then, "
    "facts_id, rules_id, recommendation_id, method, edits, code_version, refers_to_id, note, previous_hash, hash) "
    "SELECT h.seq + {step}, 2, '{kind}', 'kr_2025', 'outcomes', 'outcomes', {subject}, 1, {at}, p.id, '', {documents}, "
    "'[]', 'x', {answers}, '', {previous}, repeat('a', 64) FROM journal_head h, parties_person p WHERE p.username = '{by}'"
)
DIGEST = "(SELECT min(digest) FROM journal_document)"
WAITING = (
    "(SELECT max(seq) FROM journal_entry e WHERE kind = 'recommendation' AND subject = '2026-04' AND decision = 'outcomes' "
    "AND NOT EXISTS (SELECT FROM journal_entry a WHERE a.refers_to_id = e.seq))"
)


def act(command, about="x/x", by="agency-1", at="clock_timestamp()"):
    return ACT.format(command=command, about=about, by=by, at=at)


def filing(by="agency-1", at="clock_timestamp()", step=1, previous="h.hash"):
    documents = f"{DIGEST}, {DIGEST}, {DIGEST}, 'by_hand'"
    return ENTRY.format(
        kind="recommendation",
        subject="'2026-Q9'",
        by=by,
        at=at,
        step=step,
        previous=previous,
        documents=documents,
        answers="NULL",
    )


def approval(by="ministry-1", at="clock_timestamp()", subject="'2026-04'"):
    return ENTRY.format(
        kind="approval",
        subject=subject,
        by=by,
        at=at,
        step=1,
        previous="h.hash",
        documents="NULL, NULL, NULL, ''",
        answers=WAITING,
    )


TO_ANOTHER = "UPDATE parties_person SET email = 'x@y.example' WHERE username = 'lab-1'"
# A settlement that waits: of an amount from which two sign, and by which the provider gains for whom `ministry-2` acts.
BILLED = "(SELECT max(seq) FROM journal_entry e WHERE decision = 'settlement' AND kind = 'recommendation')"
CHECKED = "(SELECT max(seq) FROM journal_entry e WHERE decision = 'eligibility' AND kind = 'recommendation')"
RANKED = "(SELECT max(seq) FROM journal_entry e WHERE stage = 'evaluation' AND kind = 'recommendation')"
CHOSEN = "(SELECT max(seq) FROM journal_entry e WHERE subject = 'panel-users-1' AND kind = 'recommendation')"


def answer_to(entry, by, kind="approval", stage="settlement", decision="settlement"):
    made = approval(by=by, subject=f"(SELECT subject FROM journal_entry WHERE seq = {entry})")
    made = made.replace(WAITING, entry).replace("'approval'", f"'{kind}'")
    return made.replace("'outcomes', 'outcomes'", f"'{stage}', '{decision}'")


def answer_to_settlement(by, kind="approval"):
    return answer_to(BILLED, by, kind)


def signature(by, entry):
    return (
        act("approve_decision", by=by)
        + f"INSERT INTO journal_signature (entry_id, who_id, at, note) VALUES ({entry}, {person(by)}, clock_timestamp(), '')"
    )


def approved(decision):
    return (
        f"(SELECT max(e.seq) FROM journal_entry e JOIN journal_entry a ON a.refers_to_id = e.seq WHERE e.decision = '{decision}')"
    )


def person(username):
    return f"(SELECT id FROM parties_person WHERE username = '{username}')"


def role(username, desk, given="clock_timestamp()"):
    return f"INSERT INTO parties_role (person_id, desk, given_at, alone) VALUES ({person(username)}, '{desk}', {given}, false)"


def seat_at(organisation, username, desk):
    """The agency's first gives it, and it begins at once."""
    return act("give_role", f"person/{username}") + (
        "INSERT INTO parties_role (person_id, desk, organisation_id, given_at, given_by_id, confirmed_at, alone) "
        f"SELECT {person(username)}, '{desk}', '{organisation}', now, {person('agency-1')}, now, false "
        "FROM (SELECT clock_timestamp() AS now) clock"
    )


SEAT = "(SELECT s.id FROM review_seat s WHERE panel_id = '{panel}' AND code = 'e2')"


def sheet(panel="panel-call-2", at="clock_timestamp()", points='{"plan": "50"}', item="call-2-alpha"):
    return (
        "INSERT INTO review_scoresheet (panel_id, seat_id, item, version, points, submitted_at) "
        f"VALUES ('{panel}', {SEAT.format(panel=panel)}, '{item}', 1, '{points}', {at})"
    )


def handed_in(by, item):
    """A sheet that the agency hands in for the second evaluator, with its act."""
    acted = act("submit_score_sheet", f"sheet/panel-call-2/e2/{item}", by=by)
    return "SET dure.command = 'submit_score_sheet'; " + sheet(item=item) + "; " + acted


def visited(by, item):
    acted = act("record_site_visit", "panel/panel-call-2", by=by)
    visit = f"VALUES ('panel-call-2', '{item}', 10, '2026-07-02', '')"
    return f"INSERT INTO review_sitevisit (panel_id, item, points, visited_on, findings) {visit}; {acted}"


GRANT = "round-1/a-lab"
LEASE = f"(SELECT min(id) FROM allocation_lease WHERE grant_id = '{GRANT}')"
LINE = f"(SELECT min(id) FROM settlement_invoiceline WHERE grant_id = '{GRANT}')"
BILL = (
    "INSERT INTO settlement_invoiceline (invoice_id, grant_id, part, gpu_model, during, gpu_hours, rate, list_amount, "
    "billed_amount, support_amount, counts) SELECT invoice_id, grant_id, {part}, gpu_model, {during}, gpu_hours, rate, "
    f"{{list_amount}}, billed_amount, {{list_amount}} - billed_amount, true FROM settlement_invoiceline WHERE id = {LINE}"
)

QUALIFIED = filing().replace("journal_", "public.journal_").replace("parties_", "public.parties_")

# The server itself
SERVER = (
    ("become the owner", "SET ROLE <owner>", "permission denied to set role"),
    ("become the owner's session", "SET SESSION AUTHORIZATION <owner>", "permission denied to set session authorization"),
    ("become an administrator", "ALTER ROLE <me> SUPERUSER", NO_SUPERUSER),
    ("pass row-level security by", "ALTER ROLE <me> BYPASSRLS", NO_SUPERUSER),
    ("make another log-in", "CREATE ROLE intruder LOGIN", DENIED),
    ("switch triggers off for the session", "SET session_replication_role = replica", "permission denied to set parameter"),
    ("shadow a table", "CREATE TEMP TABLE journal_head (id int, seq bigint, hash text)", "permission denied to create temporary"),
    ("shadow a table by a view", "CREATE TEMP VIEW parties_role AS SELECT 1", "permission denied to create temporary"),
    ("make a table", "CREATE TABLE mine (id int)", "permission denied for schema"),
    ("make a schema", "CREATE SCHEMA mine", "permission denied for database"),
    ("make a function", "CREATE FUNCTION journal_is_owner(int) RETURNS boolean LANGUAGE sql AS 'SELECT true'", DENIED),
    ("replace a guard", "CREATE OR REPLACE FUNCTION journal_is_owner() RETURNS boolean LANGUAGE sql AS 'SELECT true'", DENIED),
    ("drop a guard", "DROP FUNCTION journal_refuse_change() CASCADE", "must be owner"),
    ("alter a guard", "ALTER FUNCTION journal_is_owner() RESET ALL", "must be owner"),
    ("make an extension", "CREATE EXTENSION lo", DENIED),
    ("run a program", "COPY journal_head TO PROGRAM 'cat'", NO_SUPERUSER),
    ("read a file", "SELECT pg_read_file('/etc/passwd')", DENIED),
    ("read passwords of roles", "SELECT * FROM pg_authid", DENIED),
    ("alter the database", "ALTER DATABASE <database> SET session_replication_role = replica", "must be owner"),
    ("end other sessions", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '<owner>'", NO_SUPERUSER),
)
# The journal
JOURNAL = (
    ("rewrite an entry", "UPDATE journal_entry SET note = 'x'", DENIED),
    ("swap an approver", f"UPDATE journal_entry SET who_id = {person('agency-2')} WHERE kind = 'approval'", DENIED),
    ("drop an approval", "DELETE FROM journal_entry WHERE kind = 'approval'", DENIED),
    ("empty the journal", "TRUNCATE journal_entry CASCADE", DENIED),
    ("drop the journal", "DROP TABLE journal_entry CASCADE", "must be owner"),
    ("switch off its trigger", "ALTER TABLE journal_entry DISABLE TRIGGER ALL", "must be owner"),
    ("drop its trigger", "DROP TRIGGER only_grows ON journal_entry", "must be owner"),
    ("drop its constraint", "ALTER TABLE journal_entry DROP CONSTRAINT journal_hashes_are_sha256", "must be owner"),
    ("rewrite what others write", "CREATE RULE r AS ON INSERT TO journal_act DO INSTEAD NOTHING", "must be owner"),
    ("give oneself the right", "GRANT UPDATE ON journal_entry TO <me>; UPDATE journal_entry SET note = 'x'", DENIED),
    ("take the tables over", "ALTER TABLE journal_entry OWNER TO <me>", "must be owner"),
    ("move the head back", "UPDATE journal_head SET seq = seq - 1", DENIED),
    ("stop all filing", "LOCK TABLE journal_head IN ACCESS EXCLUSIVE MODE", DENIED),
    ("set numbers of people back", "SELECT setval(pg_get_serial_sequence('parties_person', 'id'), 1)", DENIED),
    ("take numbers of acts", "SELECT nextval(pg_get_serial_sequence('journal_act', 'id'))", DENIED),
    ("set numbers back", "SELECT setval(pg_get_serial_sequence('journal_act', 'id'), 1)", DENIED),
    ("leave a number out", filing(step=2), "the journal goes on with entry"),
    ("fork the chain", filing(previous="repeat('b', 64)"), "the journal goes on with entry"),
    ("file with a hash made up", filing(), "does not have the hash"),
    ("file in the future", filing(at="clock_timestamp() + interval '1 day'"), "which is not now"),
    ("file in the past", filing(at="'2026-06-01'"), "which is not now"),
    ("file before the last entry", filing(at="clock_timestamp() - interval '50 minutes'"), "before the entry before it"),
    ("file from a desk that may not", filing(by="lab-1"), "sits at no desk that may file"),
    ("file for a person without a desk", filing(by="nobody"), "sits at no desk that may file"),
    ("approve from a desk that may not", approval(by="operator-1"), "sits at no desk that may file or answer"),
    ("approve one's own filing", approval(by="agency-1"), "may not answer it"),
    ("approve under another key", approval(subject="'2026-05'"), "must have its key"),
    ("approve with a hash made up", approval(), "does not have the hash"),
    ("file under another search path", "SET search_path = pg_catalog;" + QUALIFIED, "does not have the hash"),
    ("sign one's own filing", (f"INSERT INTO journal_signature (entry_id, who_id, at, note) VALUES ({WAITING}, "
     f"{person('agency-1')}, clock_timestamp(), '')"), "cannot be signed"),
    ("sign without acting", (f"INSERT INTO journal_signature (entry_id, who_id, at, note) VALUES ({WAITING}, "
     f"{person('ministry-1')}, clock_timestamp(), '')"), "changes only by an act"),
    ("approve a large amount alone", answer_to_settlement("ministry-1"), "needs the signatures of two people"),
    ("approve a large amount with one's own signature",
     f"{signature('ministry-1', BILLED)}; {answer_to_settlement('ministry-1')}", "needs the signatures of two people"),
    ("approve what one gains by", answer_to_settlement("ministry-2"), "an organisation that gains by it"),
    ("refuse what one gains by", answer_to_settlement("ministry-2", "refusal"), "an organisation that gains by it"),
    ("sign what one gains by", signature("ministry-2", BILLED), "an organisation that gains by it"),
    ("approve that one's own application is eligible", answer_to(CHECKED, "agency-2", "approval", "application", "eligibility"),
     "an organisation that gains by it"),
    ("approve one's own rank", answer_to(RANKED, "ministry-2", "approval", "evaluation", "evaluation"),
     "an organisation that gains by it"),
    ("refuse a rival's rank", answer_to(CHOSEN, "agency-2", "refusal", "application", "evaluation"),
     "an organisation that gains by it"),
    ("raise the amount from which two sign", "UPDATE journal_authority SET two_from = NULL", DENIED),
    ("store another text under a digest", ("INSERT INTO journal_document (digest, size, content, plain) "
     "VALUES (repeat('c', 64), 2, 'x', '{}')"), "document_text_has_its_digest"),
    ("exchange a document", "UPDATE journal_document SET content = 'x'", DENIED),
    ("write the approvers' desks anew", "INSERT INTO journal_authority VALUES ('answers', 'budget', now(), '{agency}')", DENIED),
    ("act in the past", act("pay_commitment", at="'2026-06-01'"), "which is not now"),
    ("act in the future", act("pay_commitment", at="clock_timestamp() + interval '1 hour'"), "which is not now"),
    ("act for somebody at no desk", act("pay_commitment", by="nobody"), "sits at no desk"),
    ("take an act back", "DELETE FROM journal_act", DENIED),
    ("rewrite an act", f"UPDATE journal_act SET person_id = {person('agency-2')}", DENIED),
    ("state in the past", ("INSERT INTO journal_statement (programme, kind, subject, stated_at, content_id, stated_by_id) "
     f"VALUES ('p', 'k', 's', '2026-01-01', {DIGEST}, {person('agency-1')})"), "which is not now"),
)  # fmt: skip
# People and their roles
ROLES = (
    ("give a role without an act", role("lab-1", "agency"), "given by another person"),
    ("give oneself a role", act("give_role", "person/lab-1", by="lab-1") + role("lab-1", "agency"), "given by another person"),
    ("give oneself a second role", act("give_role", "person/agency-2", by="agency-2") + role("agency-2", "ministry"),
     "given by another person"),
    ("seat an official at an applicant alone", seat_at("firm", "ministry-1", "applicant"),
     "an official acts for an organisation when a second person has confirmed it"),
    ("have an applicant give it", act("give_role", "person/nobody", by="lab-1") + role("nobody", "agency"), "given by another"),
    ("give a role since last year", act("give_role", "person/nobody") + role("nobody", "agency", "'2025-01-01'"), "from now on"),
    ("have a new role act at once", role("nobody", "agency") + ";" + act("give_role", "person/lab-1", by="nobody")
     + role("lab-1", "auditor"), "given by another person|sits at no desk"),
    ("re-date a role", "UPDATE parties_role SET given_at = '2020-01-01'", DENIED),
    ("move a role to another person", f"UPDATE parties_role SET person_id = {person('lab-1')}", DENIED),
    ("move a role to another desk", "UPDATE parties_role SET desk = 'ministry'", DENIED),
    ("revive an ended role", "UPDATE parties_role SET ended_at = NULL WHERE ended_at IS NOT NULL", "never lasts longer"),
    ("end a role without an act", f"UPDATE parties_role SET ended_at = clock_timestamp() WHERE person_id = {person('auditor-1')}",
     "changes only by an act"),
    ("end a role in the past", act("end_role", "person/auditor-1")
     + f"UPDATE parties_role SET ended_at = '2026-02-01' WHERE person_id = {person('auditor-1')}", "no earlier than now"),
    ("delete a role", "DELETE FROM parties_role", DENIED),
    ("delete a person", "DELETE FROM parties_person", DENIED),
    ("change an address without an act", TO_ANOTHER, "only by an act of the person or of the agency"),
    ("change an address by an act of others", act("set_address", "person/lab-1", by="ministry-1") + TO_ANOTHER, "only by an act"),
    ("change an address by an act about others", act("set_address", "person/shop-1") + TO_ANOTHER, "only by an act"),
    ("change a stable id", "UPDATE parties_person SET uid = 'x'", DENIED),
    ("make a token without an act", ("INSERT INTO parties_token (id, digest, name, read, commands, made_at, expires_at, "
    "person_id) "
     f"VALUES (repeat('a', 16), repeat('a', 64), 'x', true, '{{}}', now(), now() + interval '1 day', {person('agency-1')})"),
     "changes only by an act"),
    ("lengthen a token", "UPDATE parties_token SET expires_at = now() + interval '80 days'", DENIED),
    ("rename an organisation", "UPDATE parties_organisation SET name = '{\"ko\": \"x\"}'", DENIED),
)  # fmt: skip
# Money that goes out
MONEY = (
    ("raise a budget line", "UPDATE funding_budgetline SET amount = amount + 1",
     "exceed the appropriation|is not what journal entry"),
    ("lower a budget line", "UPDATE funding_budgetline SET amount = amount - 1", "is not what journal entry"),
    ("found a line on another decision", f"UPDATE funding_budgetline SET entry_id = {approved('portfolio')}",
     "needs an approved recommendation|is not what journal entry"),
    ("found a line on an entry that waits", f"UPDATE funding_budgetline SET entry_id = {WAITING}",
     "needs an approved recommendation|is not what journal entry"),
    ("add a line", (f"INSERT INTO funding_budgetline (appropriation_id, name, amount, committed_amount, paid_amount, entry_id) "
     f"SELECT min(id), 'x', 0, 0, 0, {approved('budget')} FROM funding_appropriation"), "is not what journal entry"),
    ("divide another appropriation by it", act("appropriate", by="ministry-1", about="appropriation/2026-11-01")
     + "INSERT INTO funding_appropriation (programme, amount, appropriated_on) VALUES ('kr_2025', 10000000000000, '2026-11-01'); "
     "INSERT INTO funding_budgetline (appropriation_id, name, amount, committed_amount, paid_amount, entry_id) "
     "SELECT a.id, l.name, l.amount, 0, 0, l.entry_id FROM funding_budgetline l, funding_appropriation a "
     "WHERE a.appropriated_on = '2026-11-01'", "is not what journal entry"),
    ("raise the appropriation", "UPDATE funding_appropriation SET amount = amount * 2", "an approved budget divides"),
    ("re-date the appropriation", "UPDATE funding_appropriation SET appropriated_on = '2020-01-01'", DENIED),
    ("appropriate without an act", ("INSERT INTO funding_appropriation (programme, amount, appropriated_on) "
     "VALUES ('kr_2025', 1, '2026-11-01')"), "changes only by an act"),
    ("have the agency appropriate", act("appropriate") + "INSERT INTO funding_appropriation (programme, amount, appropriated_on) "
     "VALUES ('kr_2025', 1, '2026-11-01')", "changes only by an act"),
    ("reset what is committed", "UPDATE funding_budgetline SET committed_amount = 0", DENIED),
    ("reset what is paid", "UPDATE funding_budgetline SET paid_amount = 0", DENIED),
    ("reset what is awarded", "UPDATE procurement_call SET awarded_amount = 0", DENIED),
    ("commit without approval", ("INSERT INTO funding_commitment (line_id, reference, amount, gpus, committed_on, entry_id) "
     f"SELECT min(id), 'x', 1, 0, '2026-11-01', {WAITING} FROM funding_budgetline"), "needs an approved recommendation"),
    ("commit beyond the plan", ("INSERT INTO funding_commitment (line_id, reference, amount, gpus, committed_on, entry_id) "
     f"SELECT id, 'x', 1, 0, '2026-11-01', {approved('portfolio')} FROM funding_budgetline WHERE name = 'gpu'"),
     "is not what journal entry"),
    ("pay without an act", ("INSERT INTO funding_payment (commitment_id, reference, amount, paid_on) "
     "SELECT min(id), 'x', 1, '2026-11-01' FROM funding_commitment"), "changes only by an act"),
    ("lower a payment", "UPDATE funding_payment SET amount = 1", DENIED),
    ("delete a payment", "DELETE FROM funding_payment", DENIED),
    ("raise a call's budget", "UPDATE procurement_call SET budget_amount = budget_amount + 1", DENIED),
    ("award what was not approved", ("INSERT INTO procurement_award (call_id, proposal_id, lot, gpu_model, "
    "gpus_per_server, servers, "
     f"own_use_servers, price_amount, awarded_on, entry_id) VALUES ('call-1', 'call-1-alpha', 'x', '', 8, 1, 0, 1, '2026-11-01', "
     f"{approved('portfolio')})"), "is not what journal entry"),
    ("change an award", "UPDATE procurement_award SET own_use_servers = servers", DENIED),
    ("change an agreement", "UPDATE procurement_agreementversion SET own_use_share = 1", DENIED),
    ("amend an agreement without an act", ("INSERT INTO procurement_agreementversion (agreement_id, version, agreed_on, "
    "starts_on, "
     "ends_on, owner, user_right, own_use_share, terms, reason) SELECT agreement_id, version + 1, agreed_on, starts_on, ends_on, "
     "owner, user_right, 1, terms, 'x' FROM procurement_agreementversion WHERE agreement_id = 'call-1-alpha'"), "only by an act"),
)  # fmt: skip
# Deadlines
EXTEND = "INSERT INTO procurement_extension (call_id, closes_at, reason, proposed_by_id, proposed_at) VALUES "
LATER = "(SELECT closes_at + interval '1 day' FROM procurement_call WHERE id = 'call-now')"
PROPOSAL = (
    "INSERT INTO procurement_proposal (id, call_id, provider_id, version, submitted_at, content, digest) "
    "VALUES ('p', '{call}', 'alpha', 9, {at}, '{{}}', repeat('a', 64))"
)
APPLICATION = (
    "INSERT INTO demand_application (id, user_call_id, organisation_id, sector, title, purpose, use, gpu_models, servers, "
    "minimum_servers, weeks, earliest_week, latest_week, pod, large_project_plan, supported_by, people, synthetic, submitted_at) "
    "SELECT 'new', '{call}', organisation_id, sector, title, purpose, use, gpu_models, servers, minimum_servers, weeks, "
    "earliest_week, "
    "latest_week, pod, large_project_plan, supported_by, people, synthetic, {at} FROM demand_application WHERE id = 'a-lab'"
)
DEADLINES = (
    ("lower a deadline", ("UPDATE procurement_call SET closes_at = closes_at - interval '1 minute' WHERE id = "
    "'call-now'"), "moves later"),
    ("move a deadline alone", f"UPDATE procurement_call SET closes_at = {LATER} WHERE id = 'call-now'", "by two people"),
    ("confirm one's own extension", ("UPDATE procurement_extension SET confirmed_by_id = proposed_by_id, "
     "confirmed_at = clock_timestamp() WHERE call_id = 'call-now'"), "extension_is_confirmed_by_another"),
    ("confirm in another's name", (f"UPDATE procurement_extension SET confirmed_by_id = {person('agency-2')}, "
     "confirmed_at = clock_timestamp() WHERE call_id = 'call-now'"), "by the acts of those two people"),
    ("propose without a reason", act("extend_provider_call", "call/call-now")
     + EXTEND + f"('call-now', {LATER}, '', {person('agency-1')}, clock_timestamp())", "extension_has_its_reason"),
    ("propose in another's name", act("extend_provider_call", "call/call-now", by="agency-2")
     + EXTEND + f"('call-now', {LATER}, 'x', {person('agency-1')}, clock_timestamp())", "by the acts of those two people"),
    ("propose and confirm in one", EXTEND.replace(") VALUES", ", confirmed_by_id, confirmed_at) "
    "VALUES") + f"('call-now', {LATER}, "
     f"'x', {person('agency-1')}, clock_timestamp(), {person('agency-2')}, clock_timestamp())", "is proposed first"),
    ("rewrite the public reason", "UPDATE procurement_extension SET reason = 'x'", DENIED),
    ("extend what has passed", ("UPDATE procurement_call SET closes_at = '2026-07-20T00:00:00Z' WHERE id = "
    "'call-passed'"), "has passed"),
    ("open a call earlier", "UPDATE procurement_call SET opened_at = opened_at - interval '1 day'", DENIED),
    ("open a call without an act", ("INSERT INTO procurement_call (id, title, budget_amount, awarded_amount, "
     "opened_at, closes_at) VALUES ('x', '{\"ko\": \"x\"}', 1, 0, now(), now() + interval '1 day')"), "changes only by an act"),
    ("move the deadline of a user call", ("UPDATE demand_usercall SET closes_at = closes_at + interval '1 "
    "day'"), "only moves later"),
    ("propose late", PROPOSAL.format(call="call-1", at="clock_timestamp()"), "takes proposals from"),
    ("propose late as if in time", PROPOSAL.format(call="call-2", at="'2026-06-20'"), "takes proposals from"),
    ("propose in time as if earlier", PROPOSAL.format(call="call-now", at="clock_timestamp() - interval '90 "
    "minutes'"), "proposals"),
    ("apply late as if in time", APPLICATION.format(call="users-2", at="'2026-06-20'"), "takes applications from"),
    ("apply as if earlier", APPLICATION.format(call="users-now", at="clock_timestamp() - interval '90 minutes'"), "applications"),
    ("rewrite a proposal", "UPDATE procurement_proposal SET content = '{}'", DENIED),
    ("withdraw another's application", "DELETE FROM demand_application", DENIED),
    ("withdraw an application late", "UPDATE demand_application SET withdrawn_at = clock_timestamp() WHERE id = 'a-lab'",
     "before the deadline"),
    ("withdraw as if in time", "UPDATE demand_application SET withdrawn_at = submitted_at WHERE id = 'a-lab'",
     "before the deadline"),
    ("rewrite an application", "UPDATE demand_application SET servers = 99", DENIED),
    ("rewrite an answer that was published", "UPDATE procurement_question SET answer = 'x' WHERE answered_at IS NOT NULL",
     "that was published"),
)  # fmt: skip
# Panels
PANELS = (
    ("edit a score sheet", "UPDATE review_scoresheet SET points = '{}'", DENIED),
    ("delete a score sheet", "DELETE FROM review_scoresheet", DENIED),
    ("score after the lock", sheet(panel="panel-call-1"), "are locked"),
    ("score as if earlier", sheet(at="'2026-06-05'"), "which is not now"),
    ("score without an act", "SET dure.command = 'submit_score_sheet'; " + sheet(), "changes only by an act"),
    ("score by an act on something else", "SET dure.command = 'submit_score_sheet'; " + sheet() + "; "
     + act("submit_score_sheet", "sheet/panel-call-2/e2/call-2-beta"), "the score of call-2-alpha changes only by an act"),
    ("hand in a sheet on one's own proposal", handed_in("agency-2", "call-2-alpha"), "acts for the organisation whose it is"),
    ("hand in an evaluator's sheet on their own", handed_in("agency-1", "call-2-beta"), "acts for the organisation whose it is"),
    ("enter a visit to one's own site", visited("agency-2", "call-2-alpha"), "acts for the organisation whose it is"),
    ("skip a version", sheet().replace("', 1, '", "', 3, '"), "next version"),
    ("unlock a panel", act("lock_panel", "panel/panel-call-1") + "UPDATE review_panel SET locked_at = NULL "
     "WHERE id = 'panel-call-1'", "is locked"),
    ("lock a panel without an act", ("UPDATE review_panel SET locked_at = clock_timestamp() WHERE id = "
    "'panel-call-2'"), "by an act"),
    ("change the weights", "UPDATE review_panel SET criteria = '[]'", DENIED),
    ("seat one more without an act", "INSERT INTO review_seat (code, panel_id) VALUES ('e9', 'panel-call-2')",
     "changes only by an act"),
    ("take a seat without an act", ("UPDATE review_seat SET left_at = clock_timestamp() WHERE code = 'e2' "
     "AND panel_id = 'panel-call-2'"), "changes only by an act"),
    ("take a seat that was counted", act("replace_evaluator", "panel/panel-call-1") + "UPDATE review_seat SET left_at = "
     "clock_timestamp() WHERE code = 'e2' AND panel_id = 'panel-call-1'", "is left once"),
    ("exchange an evaluator", f"UPDATE review_seat SET person_id = {person('lab-1')}", DENIED),
    ("take a recusal back", "DELETE FROM review_recusal", DENIED),
    ("rank without approval", ("INSERT INTO review_ranked (panel_id, item, passed, criteria, entry_id) "
     f"VALUES ('panel-call-2', 'x', true, '{{}}', {WAITING})"), "needs an approved recommendation"),
    ("change a ranking", "UPDATE review_ranked SET rank = 1", DENIED),
    ("improve a site visit", "UPDATE review_sitevisit SET points = 15", DENIED),
)  # fmt: skip
# Grants, leases and servers
GIVE = (
    "INSERT INTO allocation_grant (id, round_id, application_id, pool_id, servers, during, value, entry_id) "
    "SELECT 'round-1/{to}', round_id, '{to}', pool_id, {servers}, during, value, {entry} FROM allocation_grant "
    f"WHERE id = '{GRANT}'"
)
INSTITUTE, FIRM = "grant/round-1/a-institute", "grant/round-1/a-firm"
NOTICE_OF_INSTITUTE = "(SELECT id FROM operation_notice WHERE grant_id = 'round-1/a-institute')"
ANSWER = "UPDATE operation_notice SET answered_on = {day}, answer = 'x' WHERE grant_id = 'round-1/a-institute'; "
ACCEPT = "UPDATE operation_notice SET answer_accepted = true WHERE grant_id = 'round-1/{application}'"
APPEAL = (
    "INSERT INTO operation_appeal (grant_id, notice_id, opened_on, text, finding) "
    "VALUES ('round-1/a-institute', {notice}, {day}, 'x', ''); "
)
UPHOLD = (
    "UPDATE operation_appeal SET closed_on = current_date, upheld = true, finding = 'x' "
    "WHERE grant_id = 'round-1/{application}' AND closed_on IS NULL"
)
# By whoever signs what was approved long ago, as if it were now
DECIDED = "(SELECT entry_id FROM operation_notice WHERE grant_id = 'round-1/a-institute')"
TELL = (
    "INSERT INTO operation_notice (grant_id, entry_id, because, sent_on, answer_by, answer) "
    "SELECT 'round-1/{application}', entry_id, {because}, {day}, {until}, '' FROM operation_notice "
    f"WHERE entry_id = {DECIDED} LIMIT 1"
)


def told(application="a-institute", because="because", day="sent_on + 1", until="answer_by"):
    return TELL.format(application=application, because=because, day=day, until=until)


def judged(application="a-institute"):
    return act("judge_answer", f"grant/round-1/{application}") + ACCEPT.format(application=application)


OBJECTIONS = (
    ("send a notice to a grant of which the decision says nothing", told("a-lab"), "is not what journal entry"),
    ("send a notice on another ground", told(because="'off_purpose'"), "is not what journal entry"),
    ("send a notice with less time to answer", told(until="sent_on + 2"), "is not what journal entry"),
    ("send a notice of a decision again on another day", told(), "is not what journal entry"),
    ("send a notice under a decision that waits", told().replace("', entry_id, ", f"', {WAITING}, "),
     "needs an approved recommendation|is not what journal entry"),
    ("accept an answer that nobody gave", judged(), "notice_is_sent_then_answered|changes only by an act"),
    ("answer a notice with nothing", act("answer_notice", INSTITUTE) + ANSWER.format(day="current_date").replace("'x'", "''"),
     "notice_is_sent_then_answered"),
    ("answer a notice on no day", act("answer_notice", INSTITUTE) + ANSWER.format(day="NULL"), "notice_is_sent_then_answered"),
    ("answer a notice a second time", act("answer_notice", INSTITUTE) + ANSWER.format(day="current_date")
     + ANSWER.format(day="current_date").replace("'x'", "'y'"), "is answered once"),
    ("decide an appeal on no day", act("close_appeal", FIRM) + UPHOLD.format(application="a-firm").replace("closed_on = "
     "current_date", "closed_on = NULL"), "appeal_is_closed_with_a_finding"),
    ("answer a notice without an act", ANSWER.format(day="current_date"), "changes only by an act"),
    ("answer a notice as of another day", act("answer_notice", INSTITUTE) + ANSWER.format(day="current_date + 9"),
     "changes only by an act"),
    ("judge an answer without an act", ACCEPT.format(application="a-firm"), "changes only by an act"),
    ("judge the answer of another grant", act("judge_answer", INSTITUTE) + ACCEPT.format(application="a-firm"),
     "changes only by an act"),
    ("judge an answer that one entered", act("answer_notice", INSTITUTE) + ANSWER.format(day="current_date")
     + act("judge_answer", INSTITUTE) + ACCEPT.format(application="a-institute"), "entered it"),
    ("appeal without a notice", act("open_appeal", INSTITUTE) + APPEAL.format(notice="NULL", day="current_date"),
     "a notice that its grant has got"),
    ("appeal without an act", APPEAL.format(notice=NOTICE_OF_INSTITUTE, day="current_date"), "changes only by an act"),
    ("appeal as of another day", act("open_appeal", INSTITUTE) + APPEAL.format(notice=NOTICE_OF_INSTITUTE,
     day="current_date + 9"), "changes only by an act"),
    ("decide an appeal without an act", UPHOLD.format(application="a-firm"), "changes only by an act"),
    ("decide an appeal by another act", act("judge_answer", FIRM) + UPHOLD.format(application="a-firm"),
     "changes only by an act"),
    ("decide an appeal that one entered", act("open_appeal", INSTITUTE) + APPEAL.format(notice=NOTICE_OF_INSTITUTE,
     day="current_date") + act("close_appeal", INSTITUTE) + UPHOLD.format(application="a-institute"), "entered it"),
    ("let an appeal settle another notice", f"UPDATE operation_appeal SET notice_id = {NOTICE_OF_INSTITUTE}", DENIED),
)  # fmt: skip
STEMS = (
    ("grant without approval", GIVE.format(to="a-maker", servers="servers", entry=WAITING), "needs an approved recommendation"),
    ("grant what was not planned", GIVE.format(to="a-maker", servers="servers", entry="entry_id"), "is not what journal entry"),
    ("enlarge a grant", "UPDATE allocation_grant SET servers = servers + 1", DENIED),
    ("lease a server beside the plan", ("INSERT INTO allocation_lease (grant_id, server_id, during, ended_because) "
     f"SELECT g.id, s.id, g.during, '' FROM allocation_grant g, supply_server s WHERE g.id = '{GRANT}' AND s.pool_id = g.pool_id "
     "AND NOT s.own_use AND s.in_service_from IS NOT NULL AND NOT EXISTS (SELECT FROM allocation_lease l WHERE "
     "l.server_id = s.id "
     "AND l.grant_id = g.id)"), "is not what journal entry|leased_once|exceed"),
    ("lease a server twice", ("INSERT INTO allocation_lease (grant_id, server_id, during, ended_because) "
     f"SELECT grant_id, server_id, during, '' FROM allocation_lease WHERE id = {LEASE}"), "server_is_leased_once_at_a_time"),
    ("lengthen a lease", "UPDATE allocation_lease SET during = tstzrange(lower(during), upper(during) + interval '1 day')",
     "may only end earlier"),
    ("end a lease in the past", ("UPDATE allocation_lease SET ended_because = 'returned', during = tstzrange(lower(during), "
     f"lower(during) + interval '1 day') WHERE id = {LEASE}"), "ends early now"),
    ("move a lease", f"UPDATE allocation_lease SET grant_id = 'round-1/a-firm' WHERE id = {LEASE}", DENIED),
    ("delete a lease", "DELETE FROM allocation_lease", DENIED),
    ("change a round after its grants", act("set_round_terms", "round/round-1")
     + "UPDATE allocation_allocationround SET draw_seed = 'x' WHERE id = 'round-1'", "its terms stay"),
    ("change a round without an act", "UPDATE allocation_allocationround SET draw_seed = 'x' WHERE id = 'round-2'", "by an act"),
    ("put shares in force beside the plan", ("WITH made AS (INSERT INTO allocation_shareset (programme, from_on, entry_id) "
     f"VALUES ('kr_2025', '2027-01-01', {approved('shares')}) RETURNING id) INSERT INTO allocation_sectorshare "
     "(share_set_id, sector, share) SELECT id, 'industry', 1 FROM made"), "is not what journal entry"),
    ("move up on the waiting list", "UPDATE allocation_waitingplace SET place = 1", DENIED),
    ("keep a leased server for oneself", "UPDATE supply_server SET own_use = true", DENIED),
    ("rewrite a serial", "UPDATE supply_server SET serial = 'x' WHERE id = 'alpha-pool/a/001'", DENIED),
    ("move a GPU to another server", "UPDATE supply_gpu SET server_id = 'alpha-pool/a/002'", DENIED),
    ("delete a server", "DELETE FROM supply_server", DENIED),
    ("take a leased server out of service", ("UPDATE supply_server SET in_service_to = in_service_from + interval '1 day' "
     f"WHERE id = (SELECT server_id FROM allocation_lease WHERE id = {LEASE})"), DENIED),
    ("take a server out of service after its leases", "UPDATE supply_server SET in_service_to = '2030-01-01'", DENIED),
    ("re-date a delivery", "UPDATE supply_delivery SET actual_on = '2026-03-30' WHERE actual_on IS NOT NULL", "came on"),
    ("order more than was awarded", ("INSERT INTO supply_order (id, agreement_id, gpu_model_id, servers, ordered_on) "
     "VALUES ('x', 'call-1-alpha', 'B200', 100, '2026-11-01')"), "exceed"),
    ("rewrite a planned step", "UPDATE operation_provisioningchange SET set_to = '{}'", DENIED),
    ("undo the record of a step", ("UPDATE operation_provisioningchange SET applied_at = NULL WHERE applied_at IS NOT "
    "NULL"), "once"),
    ("rewrite what was used", "UPDATE operation_usagerecord SET used_gpu_seconds = 0", DENIED),
    ("drop what was used", "DELETE FROM operation_usagerecord", DENIED),
    ("meter without approval", ("INSERT INTO operation_usagerecord (entry_id, grant_id, part, gpu_model, during, "
    "held_gpu_seconds, "
     f"used_gpu_seconds, gpu_hours, on_hold) SELECT {WAITING}, grant_id, 7, gpu_model, during, 1, 1, 1, false "
     "FROM operation_usagerecord LIMIT 1"), "needs an approved recommendation"),
    ("rewrite a notice", "UPDATE operation_notice SET answer_by = '2027-01-01'", DENIED),
    ("rewrite a verified result", "UPDATE outcomes_achievement SET verified_on = '2026-11-01' WHERE verified_on IS NOT NULL",
     "is kept as it is"),
    ("enlarge a result", "UPDATE outcomes_achievement SET count = 100", DENIED),
)  # fmt: skip
# Money that comes in
BILLS = (
    ("change an invoice", "UPDATE settlement_invoice SET billed_amount = 0, list_amount = support_amount", DENIED),
    ("delete an invoice", "DELETE FROM settlement_invoice", DENIED),
    ("change a line", "UPDATE settlement_invoiceline SET billed_amount = 0", DENIED),
    ("let a line no longer count", "UPDATE settlement_invoiceline SET counts = false", DENIED),
    ("bill under another part", BILL.format(part=2, during="during", list_amount="list_amount"), "is not what journal entry"),
    ("bill another time", BILL.format(part=1, during="tstzrange(upper(during), upper(during) + interval '1 hour')",
     list_amount="list_amount"), "is not what journal entry"),
    ("bill another amount", BILL.format(part=1, during="tstzrange(upper(during), upper(during) + interval '1 hour')",
     list_amount="list_amount + 1"), "is not what journal entry"),
    ("invoice without approval", ("INSERT INTO settlement_invoice (id, organisation_id, during, list_amount, billed_amount, "
    "support_amount, "
     f"usage_digest, issued_on, due_on, entry_id) SELECT 'x', organisation_id, during, 0, 0, 0, '', issued_on, due_on, {WAITING} "
     "FROM settlement_invoice LIMIT 1"), "needs an approved recommendation"),
    ("record a payment without an act", ("INSERT INTO settlement_paymentreceived (invoice_id, reference, amount, received_on) "
     "SELECT invoice_id, 'x', 1, received_on FROM settlement_paymentreceived LIMIT 1"), "changes only by an act"),
    ("lower a payment received", "UPDATE settlement_paymentreceived SET amount = 1", DENIED),
    ("forgive a clawback", "DELETE FROM settlement_clawback", DENIED),
    ("claw back more", ("INSERT INTO settlement_clawback (grant_id, amount, entry_id) "
     f"VALUES ('{GRANT}', 1, {approved('settlement')})"), "is not what journal entry"),
    ("owe a provider more", ("INSERT INTO settlement_providerstatement (provider_id, fee_amount, deducted_amount, "
    "payable_amount, entry_id) "
     f"VALUES ('keeper', 9, 0, 9, {approved('settlement')})"), "is not what journal entry"),
    ("issue a price book without an act", ("INSERT INTO settlement_pricebook (from_on, source, assumed) "
     "VALUES ('2026-12-01', 'x', true)"), "changes only by an act"),
    ("change a price", "UPDATE settlement_price SET price_per_gpu_hour = 0", DENIED),
    ("move a price book", "UPDATE settlement_pricebook SET from_on = '2020-01-01'", DENIED),
)  # fmt: skip
WORK = (
    ("queue a task of one's own", "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('short', 'x')", DENIED),
    ("queue it by the library's function", ("SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('short', 'x', 0, NULL, NULL, '{}', "
     "NULL)::procrastinate_job_to_defer_v1])"), DENIED),
    ("take a job from the queue", "SELECT procrastinate_fetch_job_v2(NULL, NULL)", DENIED),
    ("empty the queue", "DELETE FROM procrastinate_jobs", DENIED),
    ("pass for a worker", "INSERT INTO procrastinate_workers DEFAULT VALUES", DENIED),
    ("ask for a job in another name's queue", ("INSERT INTO work_job (kind, subject, queue, inputs, asked_at, attempts, stage, "
     "failure, cancelled) VALUES ('verify', 'journal/all', 'others', '{}', now(), 0, '', '', false)"), "job_has_its_queue"),
    ("take a job out of the records", "DELETE FROM work_job", DENIED),
    ("have a job be about something else", "UPDATE work_job SET subject = 'x'", DENIED),
)  # fmt: skip
READINGS = (
    ("read who viewed whose personal data", "SELECT reader_id, subjects FROM readings_reading", DENIED),
    ("take one's own reading out of the log", "DELETE FROM readings_reading", DENIED),
    ("have viewed something else", "UPDATE readings_reading SET subjects = '{}'", DENIED),
    ("read the log by way of one's own", "SELECT reader_id FROM readings_own", 'column "reader_id" does not exist'),
    ("view data for no purpose", ("INSERT INTO readings_reading (at, reader_id, desk, route, form, data, subjects, count, whole, "
     "asked, purpose, reason, request, network) SELECT now(), id, 'agency', 'x', 'page', '{name}', '{person/x}', 1, false, '', "
     "'', '', '', '' "
     "FROM parties_person WHERE username = 'agency-1'"), "reading_says_what_and_why"),
)  # fmt: skip
# Documents: `application/now/1` stands and `application/now/2` is removed, of an application of the lab's to a call that is open;
# `grant/round-1/a-firm/1` supports a report that was received
NEXT = "application/now/9"
WHOLE = ("length('%PDF-x')", "encode(sha256('%PDF-x'), 'hex')")


def attach_act(result=NEXT, command="attach_to_application", by="lab-1"):
    """The act of that document, which is its result."""
    return act(command, result.rpartition("/")[0], by=by).replace("'api', NULL", f"'api', '\"{result}\"'")


def attached(document=NEXT, organisation="'lab'", by="lab-1", part="", at=None, whole=WHOLE):
    """As its act has it, unless something else is said."""
    kind, _slash, subject = document.rpartition("/")[0].partition("/")
    size, digest = whole
    at = at or f"coalesce((SELECT max(at) FROM journal_act WHERE result = to_jsonb('{document}'::text)), clock_timestamp())"
    return (
        "INSERT INTO documents_document (id, kind, subject, part, organisation_id, title, name, media, size, digest, content, "
        f"attached_by_id, attached_at) VALUES ('{document}', '{kind}', '{subject}', '{part}', {organisation}, 'x', 'x.pdf', "
        f"'application/pdf', {size}, {digest}, '%PDF-x', {person(by)}, {at})"
    )


def taken_away(document="application/now/1", at="max(a.at)"):
    """At the moment of the act that says so."""
    return (
        f"UPDATE documents_document SET removed_at = (SELECT coalesce({at}, clock_timestamp()) FROM journal_act a "
        f"WHERE a.result = to_jsonb('{document}'::text) AND a.command ~ 'remove|unpublish') WHERE id = '{document}'"
    )


def removing(document="application/now/1", by="lab-1", command="remove_document"):
    return attach_act(document, command, by) + taken_away(document)


BY_ITS_PEOPLE = "changes only by an act of its people"
WHILE_OPEN = "are changed while what they support is open"
OF_A_REPORT = "grant/round-1/a-firm/1"
DOCUMENTS = (
    ("attach to another's application as one's own", attach_act(by="firm-1") + attached(organisation="'firm'", by="firm-1"),
     "belongs to nothing of that organisation"),
    ("attach to another's application as theirs", attach_act(by="firm-1") + attached(by="firm-1"), BY_ITS_PEOPLE),
    ("attach to another's in their name", attach_act(by="firm-1") + attached(), BY_ITS_PEOPLE),
    ("have the agency attach for an applicant", attach_act(by="agency-1") + attached(by="agency-1"), BY_ITS_PEOPLE),
    ("attach in a colleague's name", attach_act() + attached(by="agency-2"), BY_ITS_PEOPLE),
    ("attach to what is not there", attach_act("application/none/1") + attached("application/none/1"), "belongs to nothing"),
    ("attach without an act", attached(at="clock_timestamp()"), BY_ITS_PEOPLE),
    ("attach by another command", attach_act(command="withdraw_application") + attached(), BY_ITS_PEOPLE),
    ("attach by an act on something else", attach_act("application/a-lab/9") + attached(), BY_ITS_PEOPLE),
    ("attach by an act that made another document", attach_act("application/now/8") + attached(), BY_ITS_PEOPLE),
    ("attach two by one act", attach_act() + attached() + "; " + attached("application/now/10"), BY_ITS_PEOPLE),
    ("attach after the deadline", attach_act("application/a-lab/9") + attached("application/a-lab/9"), "before the deadline"),
    ("attach as if before the deadline", attach_act("application/a-lab/9") + attached("application/a-lab/9", at="'2026-02-16'"),
     "is attached and removed now"),
    ("attach as if earlier than the act", attach_act() + attached(at="clock_timestamp() - interval '5 minutes'"), BY_ITS_PEOPLE),
    ("attach under another file's digest", attach_act() + attached(whole=(WHOLE[0], "repeat('a', 64)")), "document_is_whole"),
    ("attach with another size", attach_act() + attached(whole=("7", WHOLE[1])), "document_is_whole"),
    ("attach for everybody to read", attach_act() + attached(organisation="NULL"), "belongs to nothing of that organisation"),
    ("attach to a grant of which nothing is asked", attach_act("grant/round-1/a-lab/1", "attach_to_grant")
     + attached("grant/round-1/a-lab/1", part="answer"), WHILE_OPEN),
    ("attach to a report that was received", attach_act("grant/round-1/a-firm/9", "attach_to_grant", "firm-1")
     + attached("grant/round-1/a-firm/9", "'firm'", "firm-1", "report"), WHILE_OPEN),
    ("publish as an applicant", attach_act("user_call/users-now/1", "publish_with_user_call")
     + attached("user_call/users-now/1", "NULL"), BY_ITS_PEOPLE),
    ("publish with a call for providers by the other act", attach_act("call/call-now/1", "publish_with_user_call", "agency-1")
     + attached("call/call-now/1", "NULL", "agency-1"), BY_ITS_PEOPLE),
    ("give a document another title", "UPDATE documents_document SET title = 'x'", DENIED),
    ("exchange the content of a document", "UPDATE documents_document SET content = 'x'", DENIED),
    ("exchange content, size and digest", (f"UPDATE documents_document SET content = '%PDF-x', size = {WHOLE[0]}, "
     f"digest = {WHOLE[1]}"), DENIED),
    ("move a document to another subject", "UPDATE documents_document SET subject = 'a-lab'", DENIED),
    ("move a document to another organisation", "UPDATE documents_document SET organisation_id = 'firm'", DENIED),
    ("delete a document", "DELETE FROM documents_document", DENIED),
    ("remove a document without an act", taken_away(), BY_ITS_PEOPLE),
    ("remove another's document", removing(by="firm-1"), BY_ITS_PEOPLE),
    ("have the agency remove an applicant's document", removing(by="agency-1"), BY_ITS_PEOPLE),
    ("unpublish an applicant's document", removing(by="agency-1", command="unpublish_document"), BY_ITS_PEOPLE),
    ("remove by an act that removed another", attach_act("application/now/8", "remove_document")
     + taken_away(at="max(NULL::timestamptz)"), BY_ITS_PEOPLE),
    ("remove as if earlier", removing().replace("max(a.at)", "max(a.at) - interval '2 hours'"), "is attached and removed now"),
    ("remove twice", removing("application/now/2"), "is removed once"),
    ("bring a removed document back", "UPDATE documents_document SET removed_at = NULL WHERE id = 'application/now/2'",
     "is removed once|is attached and removed now"),
    ("remove what is judged from the deadline on", removing("application/a-lab/1"), "before the deadline"),
    ("remove what a received report rests on", removing(OF_A_REPORT, "firm-1"), WHILE_OPEN),
)  # fmt: skip
# The log, its heads and receipts. The log is empty: its first two leaves are the journal's first two entries.
ENTRY_HASH = "(SELECT hash FROM journal_entry WHERE seq = {seq})"


def leaf_of(seq=1, place=1, leaf=None, link=None):
    """A leaf of that entry, after the leaf before it."""
    leaf = leaf or ENTRY_HASH.format(seq=seq)
    before = f"(SELECT hash FROM evidence_leaf WHERE place = {place - 1})" if place > 1 else "repeat('0', 64)"
    link = link or f"encode(sha256(decode({before}, 'hex') || decode({leaf}, 'hex')), 'hex')"
    return f"INSERT INTO evidence_leaf (place, leaf, hash, entry_id) VALUES ({place}, {leaf}, {link}, {seq})"


def head_of(size=1, hash_=None, at="clock_timestamp()", told=""):
    hash_ = hash_ or f"(SELECT hash FROM evidence_leaf WHERE place = {size})"
    statement = f"json_build_object('statement', 'dure/head/1', 'size', {told or size}, 'hash', {hash_})"
    return f"INSERT INTO evidence_head (size, hash, at, statement, signature) VALUES ({size}, {hash_}, {at}, {statement}, 'x')"


def receipt_of(size=1, hash_=None, at="clock_timestamp()"):
    hash_ = hash_ or f"(SELECT hash FROM evidence_head WHERE size = {size})"
    return (
        "INSERT INTO evidence_receipt (witness, at, statement, signature, head_id) SELECT 'w', at, json_build_object("
        f"'statement', 'dure/receipt/1', 'size', {size}, 'hash', {hash_}, 'at', at), 'x', {size} FROM (SELECT {at} AS at) moment"
    )


SIGNED = f"{leaf_of()}; {head_of()}; "
LOG = (
    ("end the log by a head beyond it", ("INSERT INTO evidence_head (size, hash, at, statement, signature) "
     "VALUES (99999999, repeat('a', 64), now(), '{}', 'x')"), "lies nowhere on the log"),
    ("sign a head of another log", leaf_of() + "; " + head_of(hash_="repeat('a', 64)"), "lies nowhere on the log"),
    ("sign a head that says another size", f"{leaf_of()}; {head_of(told='2')}", "lies nowhere on the log"),
    ("sign a head between others", f"{leaf_of()}; {leaf_of(2, 2)}; {head_of(2)}; {head_of(1)}", "is shorter than the one before"),
    ("sign a head of tomorrow", leaf_of() + "; " + head_of(at="now() + interval '1 day'"), "which is not now"),
    ("sign a head of yesterday", leaf_of() + "; " + head_of(at="now() - interval '1 day'"), "which is not now"),
    ("take a head back", f"{SIGNED} DELETE FROM evidence_head", DENIED),
    ("end the log by a leaf beyond it", leaf_of(1, 99999999, link="repeat('a', 64)"), "does not follow from the leaf before it"),
    ("log an entry that was not recorded so", leaf_of(leaf="repeat('b', 64)"), "does not follow from the leaf before it"),
    ("log an entry under another link", leaf_of(link="repeat('b', 64)"), "does not follow from the leaf before it"),
    ("keep a receipt for no head", receipt_of(7), "is not for the head of"),
    ("keep a receipt for another head", SIGNED + receipt_of(hash_="repeat('a', 64)"), "is not for the head of"),
    ("keep a receipt of tomorrow", SIGNED + receipt_of(at="now() + interval '1 day'"), "before its head or after now"),
    ("keep a receipt from before its head", SIGNED + receipt_of(at="now() - interval '1 day'"), "before its head or after now"),
)  # fmt: skip
ABUSES = (
    *SERVER, *JOURNAL, *LOG, *ROLES, *MONEY, *DEADLINES, *PANELS, *OBJECTIONS, *STEMS, *BILLS, *WORK, *READINGS, *DOCUMENTS,
)  # fmt: skip
