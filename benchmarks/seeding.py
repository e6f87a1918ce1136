"""Fills an empty database with as many applications and servers as asked for, in bulk SQL, for the measuring of pages.

Four calls: two rounds that have ended, one that runs now, and a call that is open. Organisations differ in size: a few have many
applications, most have few. Some applications were withdrawn, some grants were returned, reclaimed or lost a server; holders were
told, answered and appealed. What befalls which row is drawn from its number and the seed, so that one seed always gives the same
rows; times are counted from this week, so that a round runs whenever it is measured.

Triggers are off while rows go in, which takes a superuser: journal entries have no true hashes and verify as forged.
"""

import json
import zlib
from typing import Any

from django.db import connection, transaction

SEED = 1
STEPS = (
    ("chances", """
CREATE FUNCTION pg_temp.chance(number bigint, of int) RETURNS float8 LANGUAGE sql IMMUTABLE
  RETURN (hashint8extended(number, 100 * %(seed)s + of) & 1048575) / 1048576.0;
CREATE FUNCTION pg_temp.number(id text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN right(id, 6)::bigint;
CREATE TEMP TABLE seeded_call ON COMMIT DROP AS
SELECT k, (date_trunc('week', now()) + (k - 3) * interval '26 weeks' - interval '13 weeks')::date AS start_on
FROM generate_series(1, 4) k;
CREATE TEMP TABLE seeded_month ON COMMIT DROP AS
SELECT m, month, month::timestamp AT TIME ZONE 'Asia/Seoul' AS from_at,
  (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Seoul' AS to_at,
  2 * (13 + 2 * m) - 1 AS metering, 2 * (14 + 2 * m) - 1 AS settlement
FROM generate_series(0, 17) m,
  LATERAL (SELECT (date_trunc('month', now()) - (m + 1) * interval '1 month')::date AS month) each"""),
    ("an organisation for five applications", """
INSERT INTO parties_organisation
  (id, name, kind, size, region, youth_led, domestic, "group", synthetic, joined, number)
SELECT format('org-%%s', lpad(i::text, 6, '0')),
  jsonb_build_object('ko', format((ARRAY['시험 대학교 %%s', '한빛 연구소 %%s', '새벽 기업 %%s'])[1 + i %% 3], i),
    'en', format((ARRAY['Test University %%s', 'Hanbit Institute %%s', 'Dawn Company %%s'])[1 + i %% 3], i)),
  (ARRAY['university', 'research_institute', 'company'])[1 + i %% 3], 'any', '', false, true, '', true, '{}', ''
FROM generate_series(0, %(organisations)s) i"""),
    ("people at desks", """
INSERT INTO parties_person (uid, username, password, name, email, is_active, sessions_ended)
SELECT format('p%%s', i), desk, '!', '{"ko": "시험인", "en": "Tester"}', '', true, 0
FROM unnest(ARRAY['ministry', 'agency', 'reviewer', 'provider', 'operator', 'auditor']) WITH ORDINALITY d(desk, i);
INSERT INTO parties_person (uid, username, password, name, email, is_active, sessions_ended)
SELECT format('a%%s', i), CASE WHEN i = 1 THEN 'applicant' ELSE format('applicant-%%s', i) END, '!',
  jsonb_build_object('ko', format('신청인 %%s', i)), '', true, 0
FROM generate_series(1, %(organisations)s) i;
INSERT INTO parties_role (person_id, desk, organisation_id, given_at, confirmed_at, alone)
SELECT id, CASE WHEN username LIKE 'applicant%%' THEN 'applicant' ELSE username END,
  CASE WHEN username = 'provider' THEN 'org-000000'
  WHEN username LIKE 'applicant%%' THEN format('org-%%s', lpad(substr(uid, 2), 6, '0')) END,
  '2025-01-01', '2025-01-01', false
FROM parties_person"""),
    # Pairs of a recommendation and its answer: allocation, eligibility and ranking of each call, then by month metering and
    # settlement, as often as it takes; one in seventeen of those is refused, and the last three wait. The open call has none.
    ("a journal", """
INSERT INTO journal_document (digest, size, content) VALUES (repeat('a', 64), 2, '\\x789cabae0500017500f9'),
  (repeat('b', 64), %(settlement_bytes)s, %(settlement)s);
INSERT INTO journal_entry (seq, journal, kind, programme, stage, decision, subject, format_version, at, who_id,
  who_then, facts_id,
  rules_id, recommendation_id, method, edits, code_version, refers_to_id, note, previous_hash, hash)
SELECT i, 2, CASE WHEN first THEN 'recommendation' WHEN k > 60 AND k %% 17 = 0 THEN 'refusal' ELSE 'approval' END, %(programme)s,
  decision, decision, subject, 1, now() - (2 * %(entries)s - i) * interval '90 minutes' - interval '1 day',
  (SELECT id FROM parties_person WHERE username = CASE WHEN first THEN 'agency' ELSE 'ministry' END), '',
  d, d, CASE WHEN first AND decision = 'settlement' THEN repeat('b', 64) ELSE d END,
  CASE WHEN first THEN 'by_hand' ELSE '' END, '[]', '0', CASE WHEN NOT first THEN i - 1 END, '',
  md5((i - 1)::text) || md5((i - 1)::text), md5(i::text) || md5(i::text)
FROM generate_series(1, 2 * %(entries)s) i, LATERAL (SELECT (i + 1) / 2 AS k, i %% 2 = 1 AS first) pair,
  LATERAL (SELECT CASE WHEN first THEN repeat('a', 64) END AS d,
    CASE WHEN k <= 4 THEN 'allocation' WHEN k <= 8 THEN 'eligibility' WHEN k <= 12 THEN 'evaluation'
    WHEN k %% 2 = 1 THEN 'metering' ELSE 'settlement' END AS decision,
    CASE WHEN k <= 4 THEN format('round-%%s', k) WHEN k <= 8 THEN format('call-%%s', k - 4)
    WHEN k <= 12 THEN format('panel-%%s', k - 8)
    ELSE to_char(date_trunc('month', now()) - (1 + (k - 13) / 2 %% 18) * interval '1 month', 'YYYY-MM') END AS subject) key
WHERE (k > 12 OR k %% 4 > 0) AND (first OR k <= %(entries)s - 3);
INSERT INTO journal_act (programme, command, about, person_id, at, via, input_id, key, code_version)
SELECT %(programme)s, (ARRAY['submit_application', 'file_decision', 'approve_decision'])[1 + i %% 3],
  format('application/app-%%s', lpad(i::text, 6, '0')),
  (SELECT id FROM parties_person WHERE username = 'agency'), timestamptz '2026-01-01' + i * interval '1 second', 'script',
  repeat('a', 64), '', '0'
FROM generate_series(1, %(applications)s) i"""),
    # The last servers of each pool are the provider's own; some of those have left service.
    ("pools and servers", """
INSERT INTO supply_gpumodel (id, relative_compute, gpus_per_server) VALUES ('B200', 2.5, 8);
INSERT INTO supply_site (id, name, provider_id, region) VALUES ('site', '{"ko": "센터"}', 'org-000000', '');
INSERT INTO supply_pool (id, provider_id, gpu_model_id, gpus_per_server)
SELECT format('pool-%%s', i), 'org-000000', 'B200', 8 FROM generate_series(0, 7) i;
INSERT INTO supply_cluster (id, pool_id, site_id, provider_id, gpu_model_id, gpus_per_server, servers_planned, servers_per_rack,
  ports_per_server, power_w_per_server, promised_on)
SELECT format('cluster-%%s', i), format('pool-%%s', i), 'site', 'org-000000', 'B200', 8, %(servers)s, 4, 8, 10000, '2025-01-01'
FROM generate_series(0, 7) i;
INSERT INTO supply_server (id, pool_id, cluster_id, pod, serial, owner, own_use, accepted_on, in_service_from, in_service_to)
SELECT format('pool-%%s/a/%%s', i %% 8, lpad(i::text, 6, '0')), format('pool-%%s', i %% 8), format('cluster-%%s', i %% 8), 'a',
  format('SN-%%s', lpad(i::text, 6, '0')), 'agency', own, '2025-01-01', '2025-01-05',
  CASE WHEN own AND pg_temp.chance(i, 1) < .1 THEN now() - interval '1 week' END
FROM generate_series(0, %(servers)s - 1) i, LATERAL (SELECT i / 8 >= %(servers)s / 8 * 95 / 100 AS own) each"""),
    ("calls and applications", """
INSERT INTO demand_usercall (id, title, opens_at, closes_at, gpus_offered)
SELECT format('call-%%s', k),
  jsonb_build_object('ko', format('이용 공모 %%s', k), 'en', format('Call %%s', k)), start_on - interval '16 weeks',
  start_on - interval '10 weeks', 0
FROM seeded_call;
INSERT INTO demand_application (id, user_call_id, organisation_id, sector, title, purpose, "use", gpu_models, servers,
  minimum_servers,
  weeks, earliest_week, latest_week, pod, large_project_plan, supported_by, people, synthetic, submitted_at, withdrawn_at)
SELECT format('app-%%s', lpad(i::text, 6, '0')), format('call-%%s', k),
  format('org-%%s', lpad(floor((%(organisations)s + 1) * pg_temp.chance(i, 2) ^ 2)::text, 6, '0')),
  (ARRAY['industry', 'academia', 'research'])[1 + i %% 3],
  format(CASE WHEN i %% 997 = 5 THEN '양자 오류 정정 %%s' ELSE (ARRAY['거대 언어 모델 학습 %%s', '신약 후보 물질 탐색 %%s',
    '기상 예측 모델 %%s'])[1 + floor(3 * pg_temp.chance(i, 3))::int] END, i),
  (ARRAY['model_development', 'service', 'basic_research'])[1 + floor(3 * pg_temp.chance(i, 4))::int],
  (ARRAY['', 'training', 'inference'])[1 + floor(3 * pg_temp.chance(i, 5))::int],
  '{"B200": "1"}', 1 + i %% 16, 1, 1 + i %% 26, 0, 4, 'preferred', false, '{}', '{}', true, submitted,
  CASE WHEN pg_temp.chance(i, 6) < .03 THEN submitted + interval '1 minute' END
FROM generate_series(0, %(applications)s - 1) i,
  LATERAL (SELECT CASE WHEN c < .5 THEN 1 WHEN c < .75 THEN 2 WHEN c < .93 THEN 3 ELSE 4 END AS k
    FROM (SELECT pg_temp.chance(i, 7) AS c) drawn) applied
  JOIN seeded_call USING (k),
  LATERAL (SELECT start_on - interval '16 weeks' + pg_temp.chance(i, 8) * CASE k WHEN 4 THEN interval '20 days'
    ELSE interval '41 days' END AS submitted) came"""),
    ("checked and ranked", """
INSERT INTO demand_eligibilityoutcome (application_id, entry_id, eligible, large_project, outcomes, remedies)
SELECT id, 2 * (4 + right(user_call_id, 1)::int) - 1, pg_temp.chance(pg_temp.number(id), 9) > .08, false, '[]', '[]'
FROM demand_application WHERE user_call_id <> 'call-4' AND withdrawn_at IS NULL;
INSERT INTO review_panel (id, kind, subject, seated_at, criteria, draw_seed)
SELECT format('panel-%%s', i), 'application', format('call-%%s', 1 + (i - 1) %% 4), '2026-02-01', '[]', ''
FROM generate_series(1, 50) i;
INSERT INTO review_seat (panel_id, code, person_id)
SELECT format('panel-%%s', i), format('e%%s', e),
  CASE WHEN e = 1 THEN (SELECT id FROM parties_person WHERE username = 'reviewer') END
FROM generate_series(1, 50) i, generate_series(1, 5) e;
INSERT INTO review_ranked (panel_id, item, rank, total, passed, criteria, entry_id)
SELECT 'panel-' || right(user_call_id, 1), a.id, row_number() OVER (PARTITION BY user_call_id ORDER BY score DESC, a.id),
  60 + score, true, '{}', 2 * (8 + right(user_call_id, 1)::int) - 1
FROM demand_application a JOIN demand_eligibilityoutcome o ON o.application_id = a.id AND o.eligible,
  LATERAL (SELECT floor(400 * pg_temp.chance(pg_temp.number(a.id), 10)) / 10.0 AS score) judged"""),
    # Of each pool the servers go one after the other to the grants of a round, in as many turns as it takes.
    ("rounds and grants", """
INSERT INTO allocation_allocationround (id, user_call_id, start_on, weeks, opened_at, pools, sectors, draw_seed)
SELECT format('round-%%s', k), format('call-%%s', k), start_on, 26, start_on - interval '9 weeks', '{}', '[]', ''
FROM seeded_call;
INSERT INTO allocation_plan (round_id, entry_id, method, objective, bound, gap, idle_gpu_weeks, applications, sector_use)
SELECT format('round-%%s', k), 2 * k - 1, 'by_hand', 1, 1, 0, 0, 0, '{}' FROM seeded_call WHERE k < 4;
CREATE TEMP TABLE seeded_grant ON COMMIT DROP AS
SELECT id, i, k, pool, servers, taken %% room AS slot,
  tstzrange(begins + 26 * (taken / room) / turns * interval '1 week',
  begins + 26 * (taken / room + 1) / turns * interval '1 week', '[)') AS during
FROM (SELECT *, sum(servers) OVER (PARTITION BY k, pool ORDER BY i) - servers AS taken,
    1 + sum(servers) OVER (PARTITION BY k, pool) / room AS turns
  FROM (SELECT a.id, i, k, floor(8 * pg_temp.chance(i, 12))::int AS pool, %(servers)s / 8 * 95 / 100 - 8 AS room,
      start_on::timestamp AT TIME ZONE 'Asia/Seoul' AS begins,
      least(a.servers, CASE WHEN pg_temp.chance(i, 13) < .7 THEN 1
        WHEN pg_temp.chance(i, 13) < .95 THEN 2 ELSE 8 END) AS servers
    FROM demand_application a JOIN demand_eligibilityoutcome o ON o.application_id = a.id AND o.eligible,
      LATERAL (SELECT pg_temp.number(a.id) AS i, right(a.user_call_id, 1)::int AS k) numbered JOIN seeded_call USING (k)
    WHERE pg_temp.chance(i, 11) < .45) sized) placed;
INSERT INTO allocation_grant (id, round_id, application_id, pool_id, servers, during, value, entry_id)
SELECT format('round-%%s/%%s', k, id), format('round-%%s', k), id, format('pool-%%s', pool), servers, during, 10, 2 * k - 1
FROM seeded_grant;
INSERT INTO allocation_roundreason (plan_id, application_id, code, detail)
SELECT p.id, a.id, CASE WHEN NOT o.eligible THEN 'not_eligible' ELSE
  (ARRAY['sector_share', 'taken_by_higher_rank', 'no_free_window', 'price_above_value'])[1 + pg_temp.number(a.id) %% 4] END, '{}'
FROM demand_application a JOIN demand_eligibilityoutcome o ON o.application_id = a.id
JOIN allocation_plan p ON p.round_id = 'round-' || right(a.user_call_id, 1)
WHERE NOT EXISTS (SELECT FROM allocation_grant g WHERE g.application_id = a.id);
INSERT INTO allocation_waitingplace (round_id, application_id, place, entry_id, left_at)
SELECT p.round_id, r.application_id, row_number() OVER (PARTITION BY p.id ORDER BY r.application_id), p.entry_id,
  CASE WHEN pg_temp.chance(pg_temp.number(r.application_id), 14) < .3 THEN now() - interval '1 week' END
FROM allocation_roundreason r JOIN allocation_plan p ON p.id = r.plan_id
WHERE r.code <> 'not_eligible' AND pg_temp.chance(pg_temp.number(r.application_id), 15) < .5"""),
    ("leases, some ended early", """
INSERT INTO allocation_lease (grant_id, server_id, during, ended_because, withdrawn_at, entry_id)
SELECT format('round-%%s/%%s', k, id), format('pool-%%s/a/%%s', pool, lpad((8 * (slot + j) + pool)::text, 6, '0')),
  CASE WHEN because = '' OR withdrawn THEN during
  ELSE tstzrange(lower(during), lower(during) + 0.4 * (upper(during) - lower(during)), '[)') END,
  because, CASE WHEN withdrawn THEN lower(during) - interval '1 day' END, CASE WHEN because = 'reclaimed' THEN 2 * k - 1 END
FROM seeded_grant, LATERAL generate_series(0, servers - 1) j,
  LATERAL (SELECT pg_temp.chance(i, 16) AS c) drawn,
  LATERAL (SELECT c < .01 AS withdrawn, CASE WHEN c < .06 THEN 'returned' WHEN c < .09 THEN 'reclaimed'
    WHEN c < .1 AND j = 0 THEN 'replaced' ELSE '' END AS because) ended"""),
    ("use of each month", """
INSERT INTO operation_usagerecord (entry_id, grant_id, part, gpu_model, during, held_gpu_seconds, used_gpu_seconds, gpu_hours,
  utilisation, on_hold)
SELECT m.metering, g.id, 1, 'B200', g.during * tstzrange(m.from_at, m.to_at), 100, 80,
  168.5 + floor(100 * pg_temp.chance(pg_temp.number(g.id), 17)), 0.8, false
FROM allocation_grant g JOIN seeded_month m ON g.during && tstzrange(m.from_at, m.to_at)"""),
    ("invoices and payments", """
CREATE TEMP TABLE seeded_line ON COMMIT DROP AS
SELECT format('inv-%%s-%%s', to_char(m.month, 'YYYY-MM'), a.organisation_id) AS invoice, a.organisation_id, m.m,
  u.grant_id, u.during, u.gpu_hours
FROM operation_usagerecord u JOIN allocation_grant g ON g.id = u.grant_id JOIN demand_application a ON a.id = g.application_id
JOIN seeded_month m ON m.metering = u.entry_id;
INSERT INTO settlement_invoice (id, organisation_id, during, list_amount, billed_amount, support_amount,
  usage_digest, issued_on, due_on,
  entry_id)
SELECT l.invoice, l.organisation_id, tstzrange(m.from_at, m.to_at, '[)'), 1000 * l.n, 300 * l.n, 700 * l.n, '',
  m.month + interval '1 month 2 days', m.month + interval '2 months', m.settlement
FROM (SELECT invoice, organisation_id, m, count(*) AS n FROM seeded_line GROUP BY 1, 2, 3) l JOIN seeded_month m USING (m);
INSERT INTO settlement_invoiceline (invoice_id, grant_id, part, gpu_model, during, gpu_hours, rate, list_amount, billed_amount,
  support_amount, counts)
SELECT invoice, grant_id, 1, 'B200', during, gpu_hours, 0.3, 1000, 300, 700, true FROM seeded_line;
INSERT INTO settlement_paymentreceived (invoice_id, reference, amount, received_on)
SELECT id, 'ref-' || id, billed_amount, due_on - 10 FROM settlement_invoice
WHERE pg_temp.chance(pg_temp.number(organisation_id) + entry_id * 1000000, 18) < .8"""),
    ("notices, answers, appeals and days of use", """
CREATE TEMP TABLE seeded_notice ON COMMIT DROP AS
SELECT g.id, g.entry_id, i, lower(g.during)::date + 28 AS sent_on FROM allocation_grant g,
  LATERAL (SELECT pg_temp.number(g.id) AS i) numbered
WHERE pg_temp.chance(i, 19) < .1 AND lower(g.during) < now() - interval '60 days';
INSERT INTO operation_notice (grant_id, entry_id, because, sent_on, answer_by, answered_on, answer, answer_accepted)
SELECT id, entry_id, CASE WHEN i %% 4 = 0 THEN 'off_purpose' ELSE 'below_floor' END, sent_on, sent_on + 14,
  CASE WHEN answered THEN sent_on + 7 END, CASE WHEN answered THEN '자료를 준비하는 동안 쓰지 못했습니다.' ELSE '' END,
  CASE WHEN answered AND pg_temp.chance(i, 21) < .9 THEN pg_temp.chance(i, 22) < .5 END
FROM seeded_notice, LATERAL (SELECT pg_temp.chance(i, 20) < .8 AS answered) said;
INSERT INTO operation_appeal (grant_id, opened_on, text, closed_on, upheld, finding)
SELECT id, sent_on + 10, '학습을 곧 시작합니다.', CASE WHEN closed THEN sent_on + 20 END,
  CASE WHEN closed THEN pg_temp.chance(i, 25) < .3 END, CASE WHEN closed THEN '기록을 살폈습니다.' ELSE '' END
FROM seeded_notice, LATERAL (SELECT pg_temp.chance(i, 24) < .9 AS closed) found WHERE pg_temp.chance(i, 23) < .4;
INSERT INTO operation_dailyuse (grant_id, day, utilisation, busy_servers)
SELECT id, sent_on - d, 0.1, 0 FROM seeded_notice, generate_series(1, 28) d"""),
    ("reports and results", """
INSERT INTO outcomes_report (grant_id, due_on, received_on, text)
SELECT id, upper(during)::date + 30,
  CASE WHEN pg_temp.chance(pg_temp.number(id), 26) < .85 AND upper(during) < now() THEN upper(during)::date + 20 END, ''
FROM allocation_grant;
INSERT INTO outcomes_achievement (id, grant_id, kind, count, revenue_amount, evidence, achieved_on, reported_on, verified_on,
  verified_by_id)
SELECT 'result-' || g.id, g.id, (ARRAY['paper', 'model', 'patent'])[1 + pg_temp.number(g.id) %% 3], 1, 0, '근거',
  upper(g.during)::date - 10, upper(g.during)::date + 20, CASE WHEN p.id IS NOT NULL THEN upper(g.during)::date + 40 END, p.id
FROM allocation_grant g LEFT JOIN parties_person p ON p.username = 'agency' AND pg_temp.chance(pg_temp.number(g.id), 27) < .7
WHERE upper(g.during) < now() AND pg_temp.chance(pg_temp.number(g.id), 28) < .5;
INSERT INTO outcomes_sectorresult (programme, period, sector, share, counted, reports_missing, entry_id)
SELECT %(programme)s, format('2026-Q%%s', period), sector, 0.33, 100, 10, 2 * (20 + period) - 1
FROM generate_series(1, 4) period, unnest(ARRAY['industry', 'academia', 'research']) sector"""),
    # Most applications come with files, some answers with one, every call with three. Contents are two hundred bytes here.
    ("documents", """
CREATE TEMP TABLE seeded_document ON COMMIT DROP AS
SELECT 'application' AS kind, id AS subject, '' AS part, organisation_id, n, submitted_at AS at, 'applicant' AS who
FROM demand_application, LATERAL (SELECT pg_temp.chance(pg_temp.number(id), 29) AS c) drawn,
  generate_series(1, CASE WHEN c < .6 THEN 2 WHEN c < .7 THEN 7 ELSE 0 END) n
UNION ALL
SELECT 'grant', g.id, 'answer', a.organisation_id, 1, answered_on::timestamptz, 'applicant'
FROM operation_notice o JOIN allocation_grant g ON g.id = o.grant_id JOIN demand_application a ON a.id = g.application_id
WHERE answered_on IS NOT NULL AND pg_temp.chance(pg_temp.number(g.id), 30) < .5
UNION ALL
SELECT 'user_call', id, '', NULL, n, opens_at, 'agency' FROM demand_usercall, generate_series(1, 3) n;
INSERT INTO documents_document
  (id, kind, subject, part, organisation_id, title, name, media, size, digest, content, attached_by_id, attached_at)
SELECT format('%%s/%%s/%%s', kind, subject, n), kind, subject, part, organisation_id, format('연구 계획 %%s', n), 'plan.pdf',
  'application/pdf', 205, encode(sha256(content), 'hex'), content, (SELECT id FROM parties_person WHERE username = who), at
FROM seeded_document, LATERAL (SELECT convert_to('%%PDF-' || repeat('.', 200), 'UTF8') AS content) made"""),
    ("budget, calls for providers, agreements, milestones and surveys", """
INSERT INTO funding_appropriation (programme, amount, appropriated_on) VALUES (%(programme)s, 1000000000000, '2025-05-14');
INSERT INTO funding_budgetline (name, amount, committed_amount, paid_amount, appropriation_id, entry_id)
SELECT format('line-%%s', n), 100000000000, 0, 0, a.id, (SELECT min(seq) FROM journal_entry)
FROM funding_appropriation a, generate_series(1, 5) n;
INSERT INTO procurement_call (id, title, budget_amount, awarded_amount, opened_at, closes_at)
SELECT format('providers-%%s', n),
  jsonb_build_object('ko', format('사업자 공모 %%s', n), 'en', format('Call %%s', n)), 100000000000, 1000000000,
  '2025-06-01'::timestamptz + n * interval '1 day', '2025-07-01'::timestamptz + n * interval '1 day'
FROM generate_series(1, 40) n;
INSERT INTO procurement_question (call_id, asked_at, question, answer, answered_at)
SELECT id, opened_at + n * interval '1 hour', format('질문 %%s', n), 'OK', opened_at + interval '2 days'
FROM procurement_call, generate_series(1, 10) n;
INSERT INTO procurement_proposal (id, version, submitted_at, recorded_at, content, digest, call_id, provider_id)
SELECT format('%%s-%%s', c.id, n), 1, c.closes_at - interval '1 day', c.closes_at - interval '1 day', '{"lots": []}',
  repeat('0', 64), c.id, format('org-%%s', lpad(n::text, 6, '0'))
FROM procurement_call c, generate_series(0, 3) n;
INSERT INTO procurement_award
  (lot, gpu_model, gpus_per_server, servers, own_use_servers, price_amount, awarded_on, entry_id, call_id, proposal_id)
SELECT 'lot', 'B200', 8, 10, 0, 1000000000, '2025-08-01', (SELECT min(seq) FROM journal_entry), call_id, id
FROM procurement_proposal WHERE id LIKE '%%-0';
INSERT INTO procurement_agreement (id, signed_on, provider_id, call_id)
SELECT id, '2025-08-10', provider_id, call_id FROM procurement_proposal WHERE id LIKE '%%-0';
INSERT INTO procurement_agreementversion
  (version, agreed_on, starts_on, ends_on, owner, user_right, own_use_share, terms, reason, agreement_id)
SELECT n, '2025-08-10', '2025-09-01', '2031-03-01', 'agency', 'centre', 0.25, '{}', CASE WHEN n > 1 THEN '변경' ELSE '' END, id
FROM procurement_agreement, generate_series(1, 3) n;
INSERT INTO supply_milestone (programme, key, promised_on, forecast_on, cause)
SELECT %(programme)s, format('milestone-%%s', n), '2025-12-01'::date + n, '2025-12-05'::date + n, ''
FROM generate_series(1, 20) n;
INSERT INTO demand_survey (id, title, opened_on, closed_on, invited, past)
SELECT format('survey-%%s', n), '{"ko": "수요 조사", "en": "Survey"}', '2025-06-01'::date + n, '2025-06-30'::date + n, 300, '[]'
FROM generate_series(1, 10) n"""),
    ("notices to people", """
INSERT INTO notifications_notification (person_id, kind, about, facts, cause, urgent, made_at, way, read_at)
SELECT p.id, 'decision_waiting', format('round/round-%%s', 1 + i %% 4), '{}', format('entry %%s', i), false,
  now() - i * interval '1 hour', 'portal', CASE WHEN i > 40 THEN now() - i * interval '30 minutes' END
FROM parties_person p, generate_series(1, 2000) i WHERE p.username IN ('agency', 'ministry', 'operator')"""),
)  # fmt: skip


def sizes(*, applications: int, servers: int, programme: str, number: int = SEED) -> dict[str, Any]:
    """What the statements are told."""
    lines = [{"lease": f"round-1/app-{each:06d}", "model": "B200", "gpu_hours": "168.5", "list_amount": 1000,
              "billed_amount": 300, "support_amount": 700} for each in range(applications // 5)]  # fmt: skip
    settlement = json.dumps({"totals": {"list_amount": 1000 * len(lines)}, "invoices": [{"lines": lines}]}).encode()
    return {
        "applications": applications, "servers": servers, "programme": programme, "organisations": max(10, applications // 5),
        "entries": max(60, applications // 200), "seed": number, "settlement": zlib.compress(settlement),
        "settlement_bytes": len(settlement),
    }  # fmt: skip


def seed(*, applications: int, servers: int, programme: str, number: int = SEED) -> None:
    """Fill the database; raises where it holds an application already."""
    told = sizes(applications=applications, servers=servers, programme=programme, number=number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM demand_application)")
        if cursor.fetchone()[0]:
            raise SystemExit("the database is not empty: name another one in DATABASE_URL.")
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = 'replica'")
            for what, statements in STEPS:
                for statement in statements.split(";\n"):
                    cursor.execute(statement, told)
                print(f"  {what}")
        cursor.execute("VACUUM ANALYZE")
