"""The table of rights: each table with the columns that are written once, those that may change, and who may do it.

A column that is not listed here is nobody's, and a test fails. What a column of `changes` may become, triggers say.
"""

from collections.abc import Mapping
from typing import NamedTuple

OWNER = "owner"
LOGINS = ("app", "worker", "auditor", "metering")
WORKING = "app worker"


class Of(NamedTuple):
    """One table. Names are separated by spaces.

    `fixed`: columns that are written once. `changes`: columns that `changed_by` may update. `hidden`: columns that only the app
    and the worker read. `sealed`: columns that only the app reads, each a `SecretField`. `metering`: columns that the metering
    log-in reads.
    """

    fixed: str
    changes: str = ""
    added_by: str = WORKING
    changed_by: str = WORKING
    removed_by: str = ""
    read_by: str = "app worker auditor"
    hidden: str = ""
    sealed: str = ""
    metering: str = ""

    @property
    def columns(self) -> list[str]:
        return [*self.fixed.split(), *self.changes.split()]


READING = "id at desk route form data count whole purpose"
LOGGED = f"{READING} subjects asked reason request network reader_id"
READ_ONLY = {"added_by": "", "changed_by": ""}
TABLES: Mapping[str, Of] = {
    # The journal: only ever added to.
    "journal_act": Of(
        "id programme command about at recorded_at via result key code_version input_id person_id transaction",
        added_by="app worker metering",
        metering="id programme command about at recorded_at via result key code_version input_id person_id",
    ),
    "journal_authority": Of("act decision from_at desks two_from", **READ_ONLY),
    "journal_document": Of("digest size content plain", added_by="app worker metering", metering="digest"),
    "journal_entry": Of(
        "seq kind stage subject at recorded_at method code_version note previous_hash hash refers_to_id who_id journal programme "
        "decision format_version who_then edits facts_id rules_id recommendation_id"
    ),
    "journal_head": Of("id seq hash", **READ_ONLY),
    "journal_owed": Of("id commands desks about day", read_by="", **READ_ONLY),
    "journal_signature": Of("id at note entry_id who_id"),
    "journal_statement": Of(
        "id programme kind subject stated_at content_id stated_by_id", added_by="app worker metering", metering="id"
    ),
    # What the database is for: written by `dure init`, as the owner.
    "installation_installation": Of("id kind programme begun_at finished_at code_version", **READ_ONLY),
    "installation_rulebook": Of("id digest content adopted_at reason", **READ_ONLY),
    # What outsiders verify.
    "evidence_signingkey": Of("id public credential name registered_at person_id", "ended_at", added_by="app", changed_by="app"),
    "evidence_signedanswer": Of("id statement signature authenticator_data client_data entry_id key_id", added_by="app"),
    "evidence_leaf": Of("place leaf hash entry_id act_id"),
    "evidence_head": Of("size hash at statement signature"),
    "evidence_receipt": Of("id witness at statement signature head_id"),
    # Organisations and people.
    "parties_organisation": Of(
        "id name kind size region youth_led domestic group synthetic number words",
        "merged_into_id merged_at joined",
        changed_by="app",
        metering="id name kind size region youth_led domestic group synthetic number words merged_into_id merged_at joined",
    ),
    "parties_merger": Of(
        "id reason proposed_at organisation_id into_id proposed_by_id",
        "confirmed_at confirmed_by_id dropped_at",
        added_by="app",
        changed_by="app",
    ),
    "parties_personmerger": Of(
        "id reason proposed_at person_id into_id proposed_by_id",
        "confirmed_at confirmed_by_id dropped_at",
        added_by="app",
        changed_by="app",
    ),
    # Requests to register an organisation.
    "registrations_registration": Of(
        "id digest name kind number address desk contact_name contact_email language asked_at asked_by_id words",
        "decided_at decided_by_id reason organisation_id",
        added_by="app",
        changed_by="app",
        sealed="digest",
    ),
    "registrations_content": Of("digest content", added_by="app", hidden="content"),
    "registrations_document": Of("id place name media size registration_id content_id", added_by="app"),
    "parties_person": Of(
        "id uid",
        "password last_login username name email is_active sessions_ended merged_into_id",
        changed_by="app",
        sealed="password",
        metering="id uid last_login username name email is_active sessions_ended merged_into_id",
    ),
    "parties_role": Of(
        "id desk given_at given_by_id alone until organisation_id person_id",
        "confirmed_at confirmed_by_id ended_at",
        added_by="app",
        changed_by="app",
        metering="id desk given_at given_by_id alone until confirmed_at confirmed_by_id ended_at organisation_id person_id",
    ),
    "parties_invitation": Of(
        "id digest name email desk until made_at expires_at organisation_id invited_by_id",
        "withdrawn_at accepted_at person_id",
        added_by="app",
        changed_by="app",
        sealed="digest",
    ),
    "parties_renewal": Of(
        "id digest reason made_at expires_at of_official alone made_by_id person_id",
        "confirmed_at confirmed_by_id withdrawn_at used_at",
        added_by="app",
        changed_by="app",
        sealed="digest",
    ),
    "parties_savedview": Of("id list name query shared saved_at person_id", added_by="app", removed_by="app"),
    "parties_token": Of(
        "id digest name read commands made_at expires_at person_id",
        "revoked_at",
        added_by="app",
        changed_by="app",
        sealed="digest",
    ),
    # What people are told, and the outbox.
    "notifications_notification": Of(
        "id kind about facts cause urgent made_at until way person_id", "mail_id read_at", read_by=WORKING
    ),
    "notifications_preference": Of(
        "id person_id",
        "language hour zone ways digested_on calendar_digest saved_at",
        read_by=WORKING,
        sealed="calendar_digest",
    ),
    "notifications_mail": Of(
        "id message_id kind about to language person_id urgent made_at",
        "enclosed due_at attempts claimed_at sent_at given_up_at fault",
        added_by=WORKING,
        hidden="enclosed",
    ),
    # Who has read whose personal data: the app adds, and reads what the views show; the worker forgets what is old enough.
    "readings_reading": Of(LOGGED, added_by=WORKING, removed_by="worker", read_by="worker auditor"),
    "readings_own": Of(READING, read_by=WORKING, **READ_ONLY),
    "readings_overseen": Of(LOGGED, read_by=WORKING, **READ_ONLY),
    "drafts_draft": Of(
        "id",
        "command about inputs version saved_at displaced person_id",
        added_by="app",
        changed_by="app",
        removed_by="app",
        read_by="app",
    ),
    # Work in the background. A trigger queues what is added; how far it is, and how it ended, are the worker's to say, and the
    # app's where it does a job itself. Nobody but the worker touches the queue.
    "work_job": Of(
        "id kind subject queue inputs asked_at asked_by_id",
        "attempts begun_at heard_at stage done total cancel_asked_at finished_at outcome failure cancelled",
    ),
    # Documents of applications, grants and calls; what was handed in waits for its act, and is forgotten after a day.
    "documents_document": Of(
        "id kind subject part title name media size digest content attached_at attached_by_id organisation_id",
        "removed_at",
        added_by="app",
        changed_by="app",
        hidden="content",
    ),
    "documents_upload": Of(
        "id digest person_id",
        "name media size content handed_in_at",
        added_by="app",
        changed_by="app",
        removed_by=WORKING,
        read_by=WORKING,
    ),
    # Files of jobs: whoever asked reads them, through the app; the auditor's log-in reads no file of others.
    "files_file": Of("id job_id part name media size digest made_at until", removed_by="worker", read_by=WORKING),
    "files_chunk": Of("id file_id place content", removed_by="worker", read_by=WORKING),
    # Derived from the journal, and made again when it is asked for.
    "explanations_explanation": Of("id part language made_with nameless brief head entry_id", removed_by=WORKING),
    "explanations_piece": Of("id first content explanation_id", removed_by=WORKING),
    "explanations_row": Of("id table place cells text ranks explanation_id", removed_by=WORKING),
    # Money. The counters of a line are moved by triggers alone.
    "funding_appropriation": Of("id programme appropriated_on", "amount"),
    "funding_budgetline": Of("id name committed_amount paid_amount appropriation_id", "amount entry_id"),
    "funding_commitment": Of("id reference amount gpus committed_on entry_id line_id"),
    "funding_payment": Of("id reference amount paid_on commitment_id"),
    # Calls for providers.
    "procurement_call": Of("id title budget_amount awarded_amount opened_at", "closes_at briefing_at"),
    "procurement_extension": Of("id closes_at reason proposed_at call_id proposed_by_id", "confirmed_at confirmed_by_id"),
    "clocks_comparison": Of("id at source offset_us round_trip_us why_none", added_by="worker", changed_by=""),
    "clocks_postponement": Of("id about closed_at closes_at judged made_at", added_by="worker", changed_by=""),
    "procurement_question": Of("id asked_at question call_id asked_by_id", "answer answered_at"),
    "procurement_proposal": Of("id version submitted_at recorded_at content digest call_id provider_id"),
    "procurement_award": Of(
        "id lot gpu_model gpus_per_server servers own_use_servers price_amount awarded_on entry_id call_id proposal_id"
    ),
    "procurement_agreement": Of("id signed_on provider_id call_id"),
    "procurement_agreedaward": Of("id agreement_id award_id"),
    "procurement_agreementversion": Of(
        "id version agreed_on starts_on ends_on owner user_right own_use_share terms reason agreement_id"
    ),
    # Demand.
    "demand_survey": Of("id title opened_on closed_on invited past"),
    "demand_surveyframecell": Of("id sector size organisations survey_id"),
    "demand_surveyresponse": Of(
        "id organisation sector size region use gpu_model servers weeks start_on would_pay_per_gpu_hour same_need_as_id survey_id"
    ),
    "demand_surveyestimate": Of("id gpus low high response_rate shares entry_id survey_id"),
    "demand_usercall": Of("id title opens_at gpus_offered", "closes_at"),  # the right is that of its lock
    "demand_application": Of(
        "id sector title purpose use gpu_models servers minimum_servers weeks earliest_week latest_week pod large_project_plan "
        "supported_by synthetic submitted_at recorded_at organisation_id submitted_by_id user_call_id people words",
        "withdrawn_at",
    ),
    "demand_eligibilityoutcome": Of("id eligible large_project outcomes remedies application_id entry_id"),
    # Panels.
    "review_panel": Of("id kind subject seated_at criteria draw_seed", "locked_at"),
    "review_seat": Of("id code panel_id person_id", "left_at"),
    "review_assignment": Of("id seat_id item application_id proposal_id", **READ_ONLY),
    "review_recusal": Of("id item reason declared_at seat_id"),
    "review_scoresheet": Of("id item version points submitted_at panel_id seat_id"),
    "review_sitevisit": Of("id item points visited_on findings panel_id"),
    "review_ranked": Of("id item rank total technical passed criteria entry_id panel_id"),
    # Assets.
    "supply_gpumodel": Of("id relative_compute gpus_per_server"),
    "supply_site": Of("id name region provider_id"),
    "supply_sitereadiness": Of("id resource from_on value site_id"),
    "supply_pool": Of("id gpus_per_server gpu_model_id provider_id"),
    "supply_cluster": Of(
        "id gpus_per_server servers_planned servers_per_rack ports_per_server power_w_per_server promised_on agreement_id "
        "provider_id gpu_model_id pool_id site_id"
    ),
    "supply_order": Of("id servers ordered_on agreement_id gpu_model_id"),
    "supply_delivery": Of("id servers earliest_on likely_on latest_on cluster_id order_id", "actual_on"),
    "supply_server": Of(
        "id pod serial owner own_use in_service_to cluster_id delivery_id pool_id", "accepted_on in_service_from"
    ),
    "supply_gpu": Of("uuid server_id"),
    "supply_milestone": Of("id programme key", "promised_on forecast_on actual_on cause"),
    "supply_capacityweek": Of("id week_on cluster_id actual", "plan p50 p90 entry_id"),
    # Allocation.
    "allocation_shareset": Of("id programme from_on entry_id"),
    "allocation_sectorshare": Of("id sector share share_set_id"),
    "allocation_allocationround": Of("id start_on weeks opened_at user_call_id", "draw_seed pools sectors"),
    "allocation_solve": Of(
        "id asked_at asked_by_id round_id job_id",
        "stage figure steps heard_at cancel_asked_at files_best finished_at failure cancelled entry_id bound",
    ),
    "allocation_plan": Of("id method objective bound gap idle_gpu_weeks applications sector_use entry_id round_id"),
    "allocation_roundreason": Of("id code detail application_id plan_id"),
    "allocation_grant": Of("id servers during value application_id entry_id pool_id round_id", metering="id servers"),
    "allocation_lease": Of("id grant_id server_id", "during withdrawn_at ended_because entry_id"),
    "allocation_waitingplace": Of("id place application_id entry_id round_id", "left_at"),
    # Operation.
    "operation_provisioningchange": Of(
        "id order action kind name set_to undo_to planned_at entry_id grant_id pool_id", "applied_at undone_at"
    ),
    "operation_usagerecord": Of(
        "id part gpu_model during held_gpu_seconds used_gpu_seconds gpu_hours utilisation busy energy_wh on_hold entry_id "
        "grant_id",
        "superseded_at",
    ),
    "operation_serverstatesummary": Of(
        "id during in_service leased idle maintenance own_use entry_id server_id", "superseded_at"
    ),
    "operation_dailyuse": Of(
        "id day grant_id",
        "utilisation busy_servers",
        added_by="app worker metering",
        changed_by="app worker metering",
        metering="id day grant_id utilisation busy_servers",
    ),
    "operation_notice": Of("id because sent_on answer_by entry_id grant_id", "answered_on answer answer_accepted"),
    "operation_appeal": Of("id opened_on text grant_id notice_id", "closed_on upheld finding"),
    # Money that comes in.
    "settlement_pricebook": Of("id from_on source assumed"),
    "settlement_price": Of("id gpu_model price_per_gpu_hour price_book_id"),
    "settlement_burdenschedule": Of("id programme subject approved_on rates list_amount billed_amount support_amount entry_id"),
    "settlement_invoice": Of(
        "id during list_amount billed_amount support_amount usage_digest issued_on due_on entry_id organisation_id"
    ),
    "settlement_invoiceline": Of(
        "id part gpu_model during gpu_hours rate list_amount billed_amount support_amount counts grant_id invoice_id reverses_id"
    ),
    "settlement_paymentreceived": Of("id reference amount received_on invoice_id"),
    "settlement_clawback": Of("id amount entry_id grant_id"),
    "settlement_providerstatement": Of("id fee_amount deducted_amount payable_amount entry_id provider_id"),
    # Results.
    "outcomes_report": Of("id due_on grant_id", "received_on text"),
    "outcomes_achievement": Of(
        "id kind count revenue_amount evidence achieved_on reported_on grant_id", "verified_on verified_by_id"
    ),
    "outcomes_sectorresult": Of("id programme period sector share counted reports_missing entry_id"),
}
# Tables of frameworks, whose columns are theirs: by name, or by prefix, who reads and who writes all of them.
READ_OF_FRAMEWORKS = {
    "django_migrations": WORKING,
    "django_content_type": WORKING,
    "auth_": WORKING,
    "procrastinate_": "app auditor",
}
WRITTEN_OF_FRAMEWORKS = {
    "django_session": "app",
    "log_in_attempt": "app",
    "account_": "app",
    "mfa_": "app",
    "socialaccount_": "app",
    "usersessions_": "app",
    "procrastinate_": "worker",
}
# From which a number is taken before there is a row, and by whom: a passkey is made for a person who is about to be.
SEQUENCES = {"parties_person_id_seq": "app"}
# That do their work with the owner's rights, and who may call them. Row-level security calls its own for whoever reads.
READING = " ".join(LOGINS)
FUNCTIONS = {
    "journal_lock_head": WORKING,
    "review_sheets_of": WORKING,
    "review_seat_has_sheet": WORKING,
    "readings_again": WORKING,
    "parties_secrets_in_clear": "app worker auditor",
    "demand_applications_of_reader": READING,
    "allocation_grants_of_reader": READING,
    "allocation_applications_hosted_by_reader": READING,
    "settlement_invoices_of_reader": READING,
    "demand_public_totals": WORKING,
    "allocation_public_totals": WORKING,
    "allocation_round_totals": WORKING,
    "operation_public_totals": WORKING,
    "settlement_public_totals": WORKING,
}
