"""Fills an empty database with as many applications and servers as asked for, in bulk SQL, for the measuring of pages.

Triggers are off while rows go in, which takes a superuser: journal entries have no true hashes and verify as forged.
"""

from typing import Any

from django.db import connection, transaction

STEPS = (
    ("an organisation for five applications", """
INSERT INTO parties_organisation
  (id, name_ko, name_en, kind, size, region, youth_led, domestic, "group", synthetic, joined, number)
SELECT format('org-%%s', lpad(i::text, 6, '0')), format('시험 대학교 %%s', i), format('Test University %%s', i),
  (ARRAY['university', 'company', 'research_institute'])[1 + i %% 3], 'any', '', false, true, '', true, '{}', ''
FROM generate_series(0, %(organisations)s) i"""),
    ("people at desks", """
INSERT INTO parties_person (uid, username, password, name_ko, name_en, email, is_active, sessions_ended)
SELECT format('p%%s', i), desk, '!', '시험인', 'Tester', '', true, 0
FROM unnest(ARRAY['ministry', 'agency', 'reviewer', 'provider', 'applicant', 'operator', 'auditor']) WITH ORDINALITY d(desk, i);
INSERT INTO parties_person (uid, username, password, name_ko, name_en, email, is_active, sessions_ended)
SELECT format('a%%s', i), format('applicant-%%s', i), '!', format('신청인 %%s', i), '', '', true, 0
FROM generate_series(1, %(organisations)s) i;
INSERT INTO parties_role (person_id, desk, organisation_id, given_at, confirmed_at, alone)
SELECT id, CASE WHEN username LIKE 'applicant%%' THEN 'applicant' ELSE username END,
  CASE WHEN username = 'provider' THEN 'org-000000'
  WHEN username LIKE 'applicant%%' THEN format('org-%%s', lpad((id %% %(organisations)s)::text, 6, '0')) END,
  '2026-01-01', '2026-01-01', false
FROM parties_person"""),
    ("a journal", """
INSERT INTO journal_document (digest, size, content) VALUES (repeat('a', 64), 2, '\\x789cabae0500017500f9');
INSERT INTO journal_entry (seq, journal, kind, programme, stage, decision, subject, format_version, at, who_id,
  who_then, facts_id,
  rules_id, recommendation_id, method, edits, code_version, refers_to_id, note, previous_hash, hash)
SELECT i, 2, CASE WHEN i %% 2 = 1 THEN 'recommendation' ELSE 'approval' END, %(programme)s, 'allocation', 'allocation',
  format('round-%%s', (i + 1) / 2), 1, timestamptz '2026-01-01' + i * interval '1 minute',
  (SELECT id FROM parties_person WHERE username = CASE WHEN i %% 2 = 1 THEN 'agency' ELSE 'ministry' END), '',
  d, d, d, CASE WHEN i %% 2 = 1 THEN 'by_hand' ELSE '' END, '[]', '0', CASE WHEN i %% 2 = 0 THEN i - 1 END, '',
  md5((i - 1)::text) || md5((i - 1)::text), md5(i::text) || md5(i::text)
FROM generate_series(1, 2 * %(entries)s) i, LATERAL (SELECT CASE WHEN i %% 2 = 1 THEN repeat('a', 64) END AS d) documents;
INSERT INTO journal_act (programme, command, about, person_id, at, via, input_id, key, code_version)
SELECT %(programme)s, (ARRAY['submit_application', 'file_decision', 'approve_decision'])[1 + i %% 3],
  format('application/%%s', i),
  (SELECT id FROM parties_person WHERE username = 'agency'), timestamptz '2026-01-01' + i * interval '1 second', 'script',
  repeat('a', 64), '', '0'
FROM generate_series(1, %(applications)s) i"""),
    ("pools and servers", """
INSERT INTO supply_gpumodel (id, relative_compute, gpus_per_server) VALUES ('B200', 2.5, 8);
INSERT INTO supply_site (id, name_ko, name_en, provider_id, region) VALUES ('site', '센터', '', 'org-000000', '');
INSERT INTO supply_pool (id, provider_id, gpu_model_id, gpus_per_server)
SELECT format('pool-%%s', i), 'org-000000', 'B200', 8 FROM generate_series(0, 7) i;
INSERT INTO supply_cluster (id, pool_id, site_id, provider_id, gpu_model_id, gpus_per_server, servers_planned, servers_per_rack,
  ports_per_server, power_w_per_server, promised_on)
SELECT format('cluster-%%s', i), format('pool-%%s', i), 'site', 'org-000000', 'B200', 8, %(servers)s, 4, 8, 10000, '2026-01-01'
FROM generate_series(0, 7) i;
INSERT INTO supply_server (id, pool_id, cluster_id, pod, serial, owner, own_use, accepted_on, in_service_from)
SELECT format('pool-%%s/a/%%s', i %% 8, lpad(i::text, 6, '0')), format('pool-%%s', i %% 8), format('cluster-%%s', i %% 8), 'a',
  format('SN-%%s', lpad(i::text, 6, '0')), 'agency', i %% 20 = 0, '2026-01-01', '2026-01-05'
FROM generate_series(0, %(servers)s - 1) i"""),
    ("applications, checked and ranked", """
INSERT INTO demand_usercall (id, title_ko, title_en, opens_at, closes_at, gpus_offered)
VALUES ('call', '이용 공모', 'Call', '2026-01-01', '2026-02-01', 0);
INSERT INTO demand_application (id, user_call_id, organisation_id, sector, title, purpose, "use", gpu_models, servers,
  minimum_servers,
  weeks, earliest_week, latest_week, pod, large_project_plan, supported_by, people, synthetic, submitted_at)
SELECT format('app-%%s', lpad(i::text, 6, '0')), 'call', format('org-%%s', lpad((i %% (%(organisations)s + 1))::text, 6, '0')),
  (ARRAY['industry', 'academia', 'research'])[1 + i %% 3], format('거대 언어 모델 학습 %%s', i), 'model_development', '',
  '{"B200": "1"}', 1 + i %% 16, 1, 1 + i %% 26, 0, 4, 'preferred', false, '{}', '{}', true,
  timestamptz '2026-01-02' + (i * 7919 %% 2000000) * interval '1 second'
FROM generate_series(0, %(applications)s - 1) i;
INSERT INTO demand_eligibilityoutcome (application_id, entry_id, eligible, large_project, outcomes, remedies)
SELECT id, 1, substr(id, 10) <> '7', false, '[]', '[]' FROM demand_application;
INSERT INTO review_panel (id, kind, subject, seated_at, criteria, draw_seed)
SELECT format('panel-%%s', i), 'application', 'call', '2026-02-01', '[]', '' FROM generate_series(1, 50) i;
INSERT INTO review_seat (panel_id, code, person_id)
SELECT format('panel-%%s', i), format('e%%s', e),
  CASE WHEN e = 1 THEN (SELECT id FROM parties_person WHERE username = 'reviewer') END
FROM generate_series(1, 50) i, generate_series(1, 5) e;
INSERT INTO review_ranked (panel_id, item, rank, total, passed, criteria, entry_id)
SELECT 'panel-1', id, 1 + row_number() OVER (), 60 + (substr(id, 5)::int %% 400) / 10.0, true, '{}',
  1 FROM demand_application"""),
    ("rounds, grants, leases and places", """
INSERT INTO allocation_allocationround (id, user_call_id, start_on, weeks, opened_at, pools, sectors, draw_seed)
SELECT format('round-%%s', i), 'call', date '2026-03-02' + 182 * (i - 1), 26, '2026-02-01', '{}', '[]', ''
FROM generate_series(1, 4) i;
INSERT INTO allocation_plan (round_id, entry_id, method, objective, bound, gap, idle_gpu_weeks, applications, sector_use)
SELECT format('round-%%s', i), 2 * i - 1, 'by_hand', 1, 1, 0, 0, 0, '{}' FROM generate_series(1, 4) i;
INSERT INTO allocation_grant (id, round_id, application_id, pool_id, servers, during, value, entry_id)
SELECT format('round-1/%%s', id), 'round-1', id, format('pool-%%s', n %% 8), 1,
  tstzrange('2026-03-02'::timestamptz + (n / %(servers)s) * interval '28 days',
            '2026-03-30'::timestamptz + (n / %(servers)s) * interval '28 days', '[)'), 10, 1
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1)::int AS n FROM demand_application WHERE substr(id, 10) < '4') chosen;
INSERT INTO allocation_lease (grant_id, server_id, during, ended_because)
SELECT id, format('pool-%%s/a/%%s', n %% 8, lpad((n %% %(servers)s)::text, 6, '0')), during, ''
FROM (SELECT id, during, (row_number() OVER (ORDER BY application_id) - 1)::int AS n FROM allocation_grant) held;
INSERT INTO allocation_roundreason (plan_id, application_id, code, detail)
SELECT (SELECT min(id) FROM allocation_plan), id, 'outbid', '{}' FROM demand_application WHERE substr(id, 10) >= '4';
INSERT INTO allocation_waitingplace (round_id, application_id, place, entry_id)
SELECT 'round-1', id, row_number() OVER (ORDER BY id), 1 FROM demand_application WHERE substr(id, 10) BETWEEN '4' AND '6'"""),
    ("use and invoices", """
INSERT INTO operation_usagerecord (entry_id, grant_id, part, gpu_model, during, held_gpu_seconds, used_gpu_seconds, gpu_hours,
  utilisation, on_hold)
SELECT 1, id, 1, 'B200', during, 100, 80, 168.5, 0.8, false FROM allocation_grant;
INSERT INTO settlement_invoice (id, organisation_id, during, list_won, billed_won, support_won, usage_digest, issued_on, due_on,
  entry_id)
SELECT format('inv-%%s', row_number() OVER ()), organisation_id, tstzrange('2026-03-01', '2026-04-01', '[)'), 1000 * n, 300 * n,
  700 * n, '', '2026-04-01', '2026-05-01', 1
FROM (SELECT a.organisation_id, count(*) AS n FROM allocation_grant g JOIN demand_application a ON a.id = g.application_id
      GROUP BY 1) each;
INSERT INTO settlement_invoiceline (invoice_id, grant_id, part, gpu_model, during, gpu_hours, rate, list_won, billed_won,
  support_won, counts)
SELECT i.id, g.id, 1, 'B200', g.during, 168.5, 0.3, 1000, 300, 700, true
FROM allocation_grant g JOIN demand_application a ON a.id = g.application_id
JOIN settlement_invoice i ON i.organisation_id = a.organisation_id;
INSERT INTO settlement_paymentreceived (invoice_id, reference, won, received_on)
SELECT id, 'ref-' || id, billed_won, '2026-04-20' FROM settlement_invoice WHERE right(id, 1) < '6'"""),
)  # fmt: skip


def seed(*, applications: int, servers: int, programme: str) -> None:
    """Fill the database; raises where it holds an application already."""
    sizes: dict[str, Any] = {
        "applications": applications, "servers": servers, "programme": programme, "organisations": max(10, applications // 5),
        "entries": max(10, applications // 200),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM demand_application)")
        if cursor.fetchone()[0]:
            raise SystemExit("the database is not empty: name another one in DATABASE_URL.")
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = 'replica'")
            for what, statements in STEPS:
                for statement in statements.split(";\n"):
                    cursor.execute(statement, sizes)
                print(f"  {what}")
        cursor.execute("VACUUM ANALYZE")
