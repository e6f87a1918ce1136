"""The programme of 2025 as a script: who does what when, through commands; one function a stage."""

from . import demand, people, stem, supply

begin = people.begin
FIRST = people.FIRST
ACTS = {
    "budget": supply.act_budget,
    "call": supply.act_call,
    "evaluation": supply.act_evaluation,
    "portfolio": supply.act_portfolio,
    "agreement": supply.act_agreement,
    "order": supply.act_order,
    "buildout": supply.act_buildout,
    "survey": demand.act_survey,
    "shares": demand.act_shares,
    "application": demand.act_application,
    "allocation": stem.act_allocation,
    "provisioning": stem.act_provisioning,
    "metering": stem.act_metering,
    "settlement": stem.act_settlement,
    "outcomes": stem.act_outcomes,
    "rebalancing": stem.act_rebalancing,
}
