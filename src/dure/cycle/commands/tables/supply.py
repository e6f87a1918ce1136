"""Rows of the supply arm: calls, panels, agreements, orders, assets, build-out."""

from dure.cycle import review
from dure.cycle.commands.rows import Row, at, gettext_noop, own
from dure.cycle.supply import agreement, buildout, call, order
from dure.formats.commands.calls import (
    AmendAgreement,
    AnswerQuestion,
    AskQuestion,
    CheckProposals,
    ConfirmExtension,
    ExtendProviderCall,
    OpenProviderCall,
    SetMilestone,
    SignAgreements,
    SubmitProposal,
)
from dure.formats.commands.review import (
    DeclareConflict,
    LockPanel,
    RecordSiteVisit,
    ReplaceEvaluator,
    SeatPanel,
    SubmitScoreSheet,
)
from dure.formats.commands.supply import (
    AddCluster,
    AddGpuModel,
    AddSite,
    AnnounceDelivery,
    PlaceOrder,
    PutInService,
    RecordDelivery,
    RegisterServers,
    ReportBuildout,
)

CALLS = (
    Row("set_milestone", SetMilestone, order.set_milestone, at("agency"), gettext_noop("Set a milestone"),
        about=lambda command: f"milestone/{command.key}"),
    Row("open_provider_call", OpenProviderCall, call.open_call, at("agency"), gettext_noop("Open a call for providers"),
        about=lambda command: f"call/{command.id}", step_up=True),
    Row("extend_provider_call", ExtendProviderCall, call.extend, at("agency"), gettext_noop("Propose a later deadline"),
        about=lambda command: f"call/{command.call}", state=call.STATE, while_=("not open yet", "open")),
    Row("confirm_extension", ConfirmExtension, call.confirm_extension, at("agency", "ministry"),
        gettext_noop("Confirm a later deadline"), about=lambda command: f"call/{command.call}", state=call.STATE,
        while_=("not open yet", "open"), step_up=True),
    Row("ask_question", AskQuestion, call.ask, at("provider", "applicant", "agency"), gettext_noop("Ask a question"),
        about=lambda command: f"call/{command.call}", state=call.STATE, while_=("not open yet", "open")),
    Row("answer_question", AnswerQuestion, call.answer, at("agency"), gettext_noop("Answer a question"),
        about=lambda command: f"question/{command.question}"),
    Row("submit_proposal", SubmitProposal, call.submit, (*own("provider"), *at("agency")), gettext_noop("Submit a proposal"),
        about=lambda command: f"proposal/{command.id}", owners=call.provider_of, state=call.STATE, while_=("open",)),
    Row("check_proposals", CheckProposals, call.check, at("agency"), gettext_noop("Enter the check of proposals"),
        about=lambda command: f"call/{command.call}", state=call.STATE, while_=("closed",), step_up=True),
    Row("sign_agreements", SignAgreements, agreement.sign, at("agency"), gettext_noop("Sign the agreements"),
        about=lambda command: f"call/{command.call}", step_up=True),
    Row("amend_agreement", AmendAgreement, agreement.amend, at("agency"), gettext_noop("Amend an agreement"),
        about=lambda command: f"agreement/{command.agreement}", step_up=True),
)  # fmt: skip
PANELS = (
    Row("seat_panel", SeatPanel, review.seat, at("agency"), gettext_noop("Seat a panel"),
        about=lambda command: f"panel/{command.id}"),
    Row("replace_evaluator", ReplaceEvaluator, review.replace, at("agency"), gettext_noop("Replace an evaluator"),
        about=lambda command: f"panel/{command.panel}", state=review.STATE, while_=("scoring",)),
    Row("declare_conflict", DeclareConflict, review.declare_conflict, (*own("reviewer"), *at("agency")),
        gettext_noop("Declare a conflict of interest"), about=lambda command: f"panel/{command.panel}",
        owners=review.evaluator_of, state=review.STATE, while_=("scoring",)),
    Row("submit_score_sheet", SubmitScoreSheet, review.submit_sheet, (*own("reviewer"), *at("agency")),
        gettext_noop("Hand in a score sheet"), about=lambda command: f"sheet/{command.panel}/{command.evaluator}/{command.item}",
        owners=review.evaluator_of, state=review.STATE, while_=("scoring",)),
    Row("record_site_visit", RecordSiteVisit, review.record_visit, at("agency"), gettext_noop("Record a site visit"),
        about=lambda command: f"panel/{command.panel}", state=review.STATE, while_=("scoring",)),
    Row("lock_panel", LockPanel, review.lock, at("agency"), gettext_noop("Lock the panel"),
        about=lambda command: f"panel/{command.panel}", state=review.STATE, while_=("scoring",)),
)  # fmt: skip
ASSETS = (
    Row("add_gpu_model", AddGpuModel, order.add_gpu_model, at("agency"), gettext_noop("Add a GPU model"),
        about=lambda command: f"gpu_model/{command.id}"),
    Row("add_site", AddSite, order.add_site, (*own("provider"), *at("agency")), gettext_noop("Add a site"),
        about=lambda command: f"site/{command.id}", owners=order.provider_of_site),
    Row("place_order", PlaceOrder, order.place_order, (*own("provider"), *at("agency")), gettext_noop("Place an order"),
        about=lambda command: f"order/{command.id}", owners=order.provider_of),
    Row("add_cluster", AddCluster, order.add_cluster, (*own("provider"), *at("agency")), gettext_noop("Add a cluster"),
        about=lambda command: f"cluster/{command.id}", owners=order.provider_of),
    Row("announce_delivery", AnnounceDelivery, order.announce_delivery, (*own("provider"), *at("agency")),
        gettext_noop("Announce a delivery"), about=lambda command: f"delivery/{command.id}", owners=order.provider_of_order),
    Row("record_delivery", RecordDelivery, order.record_delivery, (*own("provider"), *at("agency")),
        gettext_noop("Record a delivery"), about=lambda command: f"delivery/{command.delivery}",
        owners=order.provider_of_delivery),
    Row("register_servers", RegisterServers, order.register_servers, (*own("provider"), *at("agency")),
        gettext_noop("Register servers"), about=lambda command: f"pool/{command.pool}", owners=order.provider_of),
    Row("put_in_service", PutInService, order.put_in_service, at("operator", "agency"), gettext_noop("Put servers in service"),
        about=lambda command: f"pool/{command.pool}"),
    Row("report_buildout", ReportBuildout, buildout.report, at("operator", "agency"), gettext_noop("Report the build-out"),
        about=lambda _command: "buildout/programme"),
)  # fmt: skip
ROWS = (*CALLS, *PANELS, *ASSETS)
