-- One breach of an invariant each, planted past every guard: tests/records/test_invariants.py

-- I-01
UPDATE procurement_call SET awarded_amount = awarded_amount + 1;

-- I-01
UPDATE funding_budgetline SET committed_amount = committed_amount + 1;

-- I-01
UPDATE funding_appropriation SET amount = 1;

-- I-02
ALTER TABLE funding_payment ALTER COLUMN amount TYPE integer;

-- I-02
ALTER TABLE funding_payment ADD COLUMN fee double precision;

-- I-05
UPDATE settlement_invoiceline SET reverses_id = (SELECT id FROM settlement_invoiceline WHERE counts ORDER BY id LIMIT 1)
  WHERE id <> (SELECT id FROM settlement_invoiceline WHERE counts ORDER BY id LIMIT 1) AND id = (SELECT max(id) FROM
  settlement_invoiceline);

-- I-06
UPDATE settlement_invoiceline SET billed_amount = billed_amount + 1, list_amount = list_amount + 1 WHERE id = (SELECT id FROM
  settlement_invoiceline WHERE counts ORDER BY id LIMIT 1);

-- I-07
UPDATE settlement_invoiceline SET during = '[2031-01-01,2031-02-01)' WHERE id = (SELECT id FROM settlement_invoiceline
  WHERE counts ORDER BY id LIMIT 1);

-- I-08
INSERT INTO settlement_invoiceline (invoice_id, grant_id, part, gpu_model, during, gpu_hours, rate, list_amount,
  billed_amount, support_amount, counts) SELECT invoice_id, grant_id, part, gpu_model, during, gpu_hours, rate, list_amount,
  billed_amount, support_amount, counts FROM settlement_invoiceline WHERE id = (SELECT id FROM settlement_invoiceline WHERE
  counts ORDER BY id LIMIT 1);

-- I-09
UPDATE allocation_lease SET during = '[2031-01-01,2031-02-01)' WHERE grant_id = (SELECT grant_id FROM
  settlement_invoiceline WHERE id = (SELECT id FROM settlement_invoiceline WHERE counts ORDER BY id LIMIT 1));

-- I-10
INSERT INTO settlement_paymentreceived (invoice_id, reference, amount, received_on) SELECT id, 'planted', billed_amount + 1,
  issued_on FROM settlement_invoice ORDER BY id LIMIT 1;

-- I-11
UPDATE supply_order SET servers = 100000;

-- I-11
UPDATE funding_payment SET amount = amount * 1000000;

-- I-12
INSERT INTO supply_gpu (uuid, server_id) SELECT 'planted', id FROM supply_server ORDER BY id LIMIT 1;

-- I-15
UPDATE procurement_proposal SET submitted_at = '2031-01-01';

-- I-18
UPDATE procurement_proposal SET version = version + 1;

-- I-21
INSERT INTO review_recusal (seat_id, item, reason, declared_at) SELECT seat_id, item, 'x', submitted_at - interval '1
  day' FROM review_scoresheet ORDER BY id LIMIT 1;

-- I-22
UPDATE review_scoresheet SET version = version + 1 WHERE id = (SELECT min(id) FROM review_scoresheet);

-- I-22
UPDATE review_panel SET seated_at = '2020-01-01', locked_at = '2020-01-02';

-- I-27
DELETE FROM review_scoresheet;

-- I-27
DELETE FROM review_scoresheet WHERE id NOT IN (SELECT min(id) FROM review_scoresheet GROUP BY panel_id, item);

-- I-28
INSERT INTO allocation_lease (grant_id, server_id, during, ended_because) SELECT grant_id, server_id, during, '' FROM
  allocation_lease WHERE id = (SELECT id FROM allocation_lease WHERE withdrawn_at IS NULL AND NOT isempty(during) ORDER
  BY id LIMIT 1);

-- I-29
UPDATE supply_server SET own_use = true WHERE id = (SELECT server_id FROM allocation_lease WHERE id = (SELECT id FROM
  allocation_lease WHERE withdrawn_at IS NULL AND NOT isempty(during) ORDER BY id LIMIT 1));

-- I-30
UPDATE supply_server SET in_service_from = NULL, in_service_to = NULL WHERE id = (SELECT server_id FROM allocation_lease
  WHERE id = (SELECT id FROM allocation_lease WHERE withdrawn_at IS NULL AND NOT isempty(during) ORDER BY id LIMIT 1));

-- I-30
UPDATE allocation_lease SET during = '[2025-01-01,2031-01-01)' WHERE id = (SELECT id FROM allocation_lease WHERE
  withdrawn_at IS NULL AND NOT isempty(during) ORDER BY id LIMIT 1);

-- I-31
UPDATE allocation_grant SET servers = 0;

-- I-34
UPDATE operation_serverstatesummary SET idle = idle + 1;

-- I-35
UPDATE supply_server SET own_use = true;

-- I-36
INSERT INTO operation_usagerecord (entry_id, grant_id, part, gpu_model, during, held_gpu_seconds, used_gpu_seconds,
  gpu_hours, on_hold) SELECT entry_id, grant_id, part, gpu_model, during, held_gpu_seconds, used_gpu_seconds, gpu_hours,
  on_hold FROM operation_usagerecord WHERE id = (SELECT id FROM operation_usagerecord WHERE superseded_at IS NULL ORDER
  BY id LIMIT 1);

-- I-37
UPDATE operation_usagerecord SET used_gpu_seconds = held_gpu_seconds + 1 WHERE id = (SELECT id FROM
  operation_usagerecord WHERE superseded_at IS NULL ORDER BY id LIMIT 1);

-- I-37
UPDATE operation_usagerecord SET during = tstzrange(lower(during) - interval '1 year', upper(during)) WHERE id = (SELECT
  id FROM operation_usagerecord WHERE superseded_at IS NULL ORDER BY id LIMIT 1);

-- I-39
UPDATE operation_usagerecord SET on_hold = true;

-- I-43
UPDATE journal_entry a SET who_id = f.who_id FROM journal_entry f WHERE f.seq = a.refers_to_id;

-- I-43
DELETE FROM parties_role;

-- I-43
UPDATE parties_role SET given_at = '2031-01-01', confirmed_at = '2031-01-01';

-- I-43
UPDATE parties_role SET confirmed_at = NULL;

-- I-43
UPDATE parties_role SET until = given_at;

-- I-43
INSERT INTO parties_role (person_id, desk, given_at, confirmed_at, alone, organisation_id)
SELECT who_id, 'provider', at - interval '1 day', at - interval '1 day', false, 'beta' FROM journal_entry
WHERE kind = 'approval' AND decision = 'settlement' LIMIT 1;

-- I-43
DELETE FROM journal_authority WHERE decision = 'settlement'; INSERT INTO journal_authority (act, decision, from_at, desks, two_from) VALUES ('answers', 'settlement', '1970-01-01', '{ministry}', 0);

-- I-45
UPDATE parties_person SET password = 'in plain words';

-- I-47
UPDATE journal_entry SET previous_hash = repeat('1', 64) WHERE seq = 2;

-- I-47
DELETE FROM journal_entry WHERE seq = (SELECT max(seq) FROM journal_entry);

-- I-47
INSERT INTO evidence_head (size, hash, at, statement, signature) VALUES (7, repeat('1', 64), now(), 'x', 'y');

-- I-48
GRANT UPDATE ON journal_entry TO dure_app_planted;

-- I-48
GRANT UPDATE (points) ON review_scoresheet TO dure_app_planted;

-- I-50
ALTER TABLE funding_payment ADD COLUMN at timestamp;

-- I-50
UPDATE allocation_grant SET during = tstzrange(lower(during), upper(during), '[]') WHERE NOT isempty(during);

-- I-50
UPDATE allocation_lease SET during = tstzrange(lower(during), upper(during), '[]') WHERE NOT isempty(during);

-- I-50
UPDATE operation_serverstatesummary SET during = tstzrange(lower(during), upper(during), '[]') WHERE NOT isempty(during);

-- I-50
UPDATE operation_usagerecord SET during = tstzrange(lower(during), upper(during), '[]') WHERE NOT isempty(during);

-- I-50
UPDATE settlement_invoice SET during = tstzrange(lower(during), upper(during), '[]') WHERE NOT isempty(during);

-- I-50
UPDATE settlement_invoiceline SET during = tstzrange(lower(during), upper(during), '[]') WHERE NOT isempty(during);

-- I-51
INSERT INTO clocks_comparison (at, source, offset_us, round_trip_us, why_none)
  SELECT at, source, CASE WHEN at = '2026-07-01 00:30+00' THEN 100001 ELSE 0 END, 0, '' FROM generate_series(
    '2026-06-30 20:00+00'::timestamptz, '2026-07-01 09:00+00', '1 minute') at, unnest(ARRAY['a', 'b', 'c']) source;

-- I-51
INSERT INTO clocks_comparison (at, source, why_none) VALUES ('2020-01-01', 'a', 'late');

-- I-53
INSERT INTO notifications_mail (id, message_id, kind, about, "to", language, enclosed, urgent, made_at, due_at, attempts, sent_at, fault)
VALUES (repeat('a', 32), '<a@b>', 'notice', 'x/y', 'a@b.example', 'ko', 'a secret', false, now(), now(), 1, now(), '');
