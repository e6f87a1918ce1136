"""Rows of the demand arm: surveys, user calls, applications, rounds."""

from dure.cycle.commands.rows import Row, at, gettext_noop, own
from dure.cycle.demand import application, shares, standing, survey
from dure.cycle.stem import allocation, solving
from dure.formats.commands.demand import (
    LeaveWaitingList,
    NoteObligations,
    OpenRound,
    OpenSurvey,
    OpenUserCall,
    RecordSurveyResponses,
    ReturnServers,
    SetPolicyPriority,
    SetRoundTerms,
    SolveRound,
    StopSolving,
    SubmitApplication,
    WithdrawApplication,
)

ROWS = (
    Row("open_survey", OpenSurvey, survey.open_survey, at("agency"), gettext_noop("Open a survey"),
        about=lambda command: f"survey/{command.id}"),
    Row("record_survey_responses", RecordSurveyResponses, survey.record_responses, at("agency"),
        gettext_noop("Record survey responses"), about=lambda command: f"survey/{command.survey}"),
    Row("set_policy_priority", SetPolicyPriority, shares.set_priority, at("ministry"), gettext_noop("Set the policy priority"),
        about=lambda command: f"shares/{command.from_on.isoformat()}"),
    Row("open_user_call", OpenUserCall, application.open_call, at("agency"), gettext_noop("Open a user call"),
        about=lambda command: f"user_call/{command.id}"),
    Row("submit_application", SubmitApplication, application.submit, (*own("applicant"), *at("agency")), gettext_noop("Apply"),
        about=lambda command: f"application/{command.id}", owners=application.applicant_of, state=application.STATE,
        while_=("open",)),
    Row("withdraw_application", WithdrawApplication, application.withdraw, own("applicant"),
        gettext_noop("Withdraw an application"), about=lambda command: f"application/{command.application}",
        owners=standing.applicant_of, state=standing.STATE, while_=("before the deadline",)),
    Row("note_obligations", NoteObligations, application.note_obligations, at("agency"), gettext_noop("Note open obligations"),
        about=lambda command: f"user_call/{command.call}"),
    Row("open_round", OpenRound, allocation.open_round, at("agency"), gettext_noop("Open an allocation round"),
        about=lambda command: f"round/{command.id}"),
    Row("set_round_terms", SetRoundTerms, allocation.set_terms, at("agency"), gettext_noop("Change the round's terms"),
        about=lambda command: f"round/{command.round}", state=allocation.STATE, while_=("open",)),
    Row("solve_round", SolveRound, solving.start, at("agency", "operator"), gettext_noop("Solve the round"),
        about=lambda command: f"round/{command.round}", undo="stop_solving"),
    Row("stop_solving", StopSolving, solving.stop, at("agency", "operator"), gettext_noop("Stop solving"),
        about=lambda command: f"round/{command.round}", state=solving.STATE, while_=("being solved",)),
    Row("return_servers", ReturnServers, allocation.return_servers, (*own("applicant"), *at("operator")),
        gettext_noop("Return servers"), about=lambda command: f"grant/{command.grant}", owners=allocation.applicant_of_grant),
    Row("leave_waiting_list", LeaveWaitingList, allocation.leave_waiting_list, (*own("applicant"), *at("agency")),
        gettext_noop("Leave the waiting list"), about=lambda command: f"application/{command.application}",
        owners=allocation.applicant_of_place),
)  # fmt: skip
