"""Rows of the stem: operation, usage, notices and appeals, charges, results."""

from dure.cycle.commands.rows import Row, at, gettext_noop, own
from dure.cycle.stem import allocation, metering, outcomes, provisioning, rebalancing, settlement
from dure.formats.commands.operation import (
    AnswerNotice,
    AskForReports,
    CloseAppeal,
    ConfirmOffPurpose,
    JudgeAnswer,
    MarkChangesApplied,
    MarkChangesUndone,
    OpenAppeal,
    PlanMaintenance,
    RecordDailyUse,
    ReportAchievement,
    ReportClusterState,
    ReportUsage,
    SubmitReport,
    VerifyAchievements,
)
from dure.formats.commands.settlement import DesignBurden, IssuePriceBook, NoteSettlement, RecordPayment

OPERATION = (
    Row("plan_maintenance", PlanMaintenance, allocation.plan_maintenance, at("operator"), gettext_noop("Plan maintenance"),
        about=lambda command: f"pool/{command.pool}"),
    Row("report_cluster_state", ReportClusterState, provisioning.report_state, at("operator"),
        gettext_noop("Report the cluster's state"), about=lambda command: f"pool/{command.pool}"),
    Row("mark_changes_applied", MarkChangesApplied, provisioning.mark_applied, at("operator"),
        gettext_noop("Mark changes as applied"), about=lambda command: f"entry/{command.entry}", undo="mark_changes_undone"),
    Row("mark_changes_undone", MarkChangesUndone, provisioning.mark_undone, at("operator"),
        gettext_noop("Mark changes as undone"), about=lambda command: f"entry/{command.entry}"),
    Row("report_usage", ReportUsage, metering.report, at("operator"), gettext_noop("Report usage"),
        about=lambda command: f"month/{command.period}"),
    Row("record_daily_use", RecordDailyUse, metering.record_daily_use, at("operator"), gettext_noop("Record daily use"),
        about=lambda _command: "daily_use/programme"),
    Row("answer_notice", AnswerNotice, rebalancing.answer_notice, (*own("applicant"), *at("agency")),
        gettext_noop("Answer a notice"), about=lambda command: f"grant/{command.grant}", owners=rebalancing.applicant_of,
        state=rebalancing.NOTICE, while_=("noticed",)),
    Row("judge_answer", JudgeAnswer, rebalancing.judge_answer, at("agency"), gettext_noop("Judge an answer"),
        about=lambda command: f"grant/{command.grant}", state=rebalancing.ANSWER, while_=("answered",)),
    Row("open_appeal", OpenAppeal, rebalancing.open_appeal, (*own("applicant"), *at("agency")), gettext_noop("Appeal"),
        about=lambda command: f"grant/{command.grant}", owners=rebalancing.applicant_of,
        state=rebalancing.APPEALABLE, while_=("to be appealed",)),
    Row("close_appeal", CloseAppeal, rebalancing.close_appeal, at("agency", "ministry"), gettext_noop("Decide an appeal"),
        about=lambda command: f"grant/{command.grant}", state=rebalancing.APPEAL, while_=("appealed",)),
    Row("confirm_off_purpose", ConfirmOffPurpose, rebalancing.confirm_off_purpose, at("agency"),
        gettext_noop("Confirm off-purpose use"), about=lambda command: f"grant/{command.grant}"),
)  # fmt: skip
CHARGES = (
    Row("issue_price_book", IssuePriceBook, settlement.issue_price_book, at("ministry"), gettext_noop("Issue a price book"),
        about=lambda command: f"price_book/{command.from_on.isoformat()}", step_up=True),
    Row("design_burden", DesignBurden, settlement.design, at("agency"), gettext_noop("Design the burden"),
        about=lambda command: f"month/{command.period}"),
    Row("note_settlement", NoteSettlement, settlement.note, at("agency"), gettext_noop("Note for the settlement"),
        about=lambda command: f"month/{command.period}"),
    Row("record_payment", RecordPayment, settlement.record_payment, at("agency"), gettext_noop("Record a payment"),
        about=lambda command: f"invoice/{command.invoice}", step_up=True),
)  # fmt: skip
RESULTS = (
    Row("ask_for_reports", AskForReports, outcomes.ask_for_reports, at("agency"), gettext_noop("Ask for reports"),
        about=lambda command: f"round/{command.round}"),
    Row("submit_report", SubmitReport, outcomes.submit_report, (*own("applicant"), *at("agency")),
        gettext_noop("Submit a report"), about=lambda command: f"grant/{command.grant}", owners=outcomes.applicant_of),
    Row("report_achievement", ReportAchievement, outcomes.report_achievement, (*own("applicant"), *at("agency")),
        gettext_noop("Report a result"), about=lambda command: f"grant/{command.grant}", owners=outcomes.applicant_of),
    Row("verify_achievements", VerifyAchievements, outcomes.verify, at("agency"), gettext_noop("Verify results"),
        about=lambda command: f"achievement/{command.achievements[0]}"),
)  # fmt: skip
ROWS = (*OPERATION, *CHARGES, *RESULTS)
