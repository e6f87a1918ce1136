"""What is an id or a code called in the reader's language? Names given by the records win over this table."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from dure.portal.kit.wording.numbers import korean

# Ids that rules and formats define; organisations and projects get their names from the records.
WORDS = {
    # sectors and kinds of organisation
    "industry": gettext_noop("Industry"),
    "academia": gettext_noop("Academia"),
    "research": gettext_noop("Research institutes"),
    "academia_research": gettext_noop("Academia and research"),
    "national_projects": gettext_noop("National projects"),
    "national_project": gettext_noop("National project"),
    "research_institute": gettext_noop("Research institute"),
    "university": gettext_noop("University"),
    "company": gettext_noop("Company"),
    "firm": gettext_noop("Company"),
    "sme": gettext_noop("Small or medium firm"),
    "startup": gettext_noop("Start-up"),
    "sme_startup": gettext_noop("Small firm or start-up"),
    "midsize": gettext_noop("Mid-size firm"),
    "mid_size": gettext_noop("Mid-size firm"),
    "mid": gettext_noop("Mid-size"),
    "large": gettext_noop("Large"),
    "medium": gettext_noop("Medium"),
    "small": gettext_noop("Small"),
    "any": gettext_noop("Any size"),
    "public": gettext_noop("Public body"),
    # why a step of an offer was not taken, beside the reasons that are sentences
    "declined": gettext_noop("declined by the bidder"),
    # budget lines and criteria
    "gpu": gettext_noop("GPUs"),
    "operating_environment": gettext_noop("Operating environment"),
    "understanding_capability": gettext_noop("Understanding and capability"),
    "readiness_competitiveness": gettext_noop("Readiness and competitiveness"),
    "ai_ecosystem": gettext_noop("AI ecosystem effort"),
    "ecosystem_effort": gettext_noop("AI ecosystem effort"),
    "operation_management": gettext_noop("Operation and management"),
    "build_plan_quality": gettext_noop("Quality of the build plan"),
    "public_compute_per_won": gettext_noop("Public compute per won"),
    "public_use_share": gettext_noop("Public part of the GPUs"),
    "service_lead_days": gettext_noop("Days before the deadline"),
    "days_before_deadline": gettext_noop("Days before the deadline"),
    "ripple_effect": gettext_noop("Technical and social effect"),
    "ecosystem": gettext_noop("Contribution to the AI ecosystem"),
    "ecosystem_contribution": gettext_noop("Contribution to the AI ecosystem"),
    "capability": gettext_noop("Capability, readiness, feasibility"),
    "capability_readiness": gettext_noop("Capability, readiness, feasibility"),
    "capability_feasibility": gettext_noop("Capability, readiness, feasibility"),
    # portfolios
    "one_more_billion": gettext_noop("With one billion won more"),
    "within_one_percent": gettext_noop("Within 1% of the best"),
    "pareto_front": gettext_noop("Cheaper, with less"),
    # what eligibility looks at
    "none_of": gettext_noop("none of"),
    "multiple_of": gettext_noop("multiple of"),
    "gpu_model": gettext_noop("GPU model"),
    "gpus": gettext_noop("GPUs"),
    "gpus_below": gettext_noop("GPUs below"),
    "large_project_plan": gettext_noop("plan of a large project"),
    "or_large_project_plan": gettext_noop("or plan of a large project"),
    "iitp_research_computing": gettext_noop("IITP research computing"),
    "nipa_hpc": gettext_noop("NIPA high-performance computing"),
    "specialised_foundation_model": gettext_noop("Specialised foundation models"),
    # purposes and uses
    "basic_research": gettext_noop("Basic research"),
    "model_development": gettext_noop("Model development"),
    "product_research": gettext_noop("Product research"),
    "public_benefit": gettext_noop("Public benefit"),
    "commercial_service": gettext_noop("Commercial service"),
    "mining": gettext_noop("Mining of coins"),
    "resale": gettext_noop("Resale"),
    "language_model": gettext_noop("Language models"),
    "biomedical": gettext_noop("Biomedicine"),
    "multimodal": gettext_noop("Multimodal models"),
    "manufacturing": gettext_noop("Manufacturing"),
    "climate": gettext_noop("Climate"),
    "robotics": gettext_noop("Robotics"),
    "semiconductor": gettext_noop("Semiconductors"),
    "security": gettext_noop("Security"),
    "materials": gettext_noop("Materials"),
    "culture_education": gettext_noop("Culture and education"),
    "mobility": gettext_noop("Mobility"),
    "public_service": gettext_noop("Public services"),
    "institute": gettext_noop("Institute"),
    "consortium": gettext_noop("Consortium"),
    "score": gettext_noop("Score"),
    "priority": gettext_noop("Priority"),
    "servers": gettext_noop("Servers"),
    "arrived_at": gettext_noop("Time of arrival"),
    "draw": gettext_noop("Draw by lot"),
    "sector": gettext_noop("Sector"),
    "size": gettext_noop("Size"),
    "region": gettext_noop("Region"),
    "industry_sme_startup": gettext_noop("Small firms and start-ups"),
    "training": gettext_noop("Training"),
    "inference": gettext_noop("Inference"),
    "fine_tuning": gettext_noop("Fine-tuning"),
    "science": gettext_noop("Science"),
    "education": gettext_noop("Education"),
    # steps of building
    "rack": gettext_noop("Racking"),
    "cable": gettext_noop("Cabling"),
    "test": gettext_noop("Testing"),
    "accept": gettext_noop("Acceptance"),
    "stabilise": gettext_noop("Stabilising"),
    "delivery": gettext_noop("Delivery"),
    "power": gettext_noop("Power"),
    "cooling": gettext_noop("Cooling"),
    "racks": gettext_noop("Floor space"),
    "network": gettext_noop("Network"),
    "crews": gettext_noop("Installation crews"),
    "nothing": gettext_noop("Nothing"),
    # milestones
    "plan_announced": gettext_noop("Plan announced"),
    "csp_chosen": gettext_noop("Providers chosen"),
    "burden_rates": gettext_noop("Burden rates fixed"),
    "application_portal": gettext_noop("Applications open"),
    "first_service": gettext_noop("First service"),
    "ten_thousand_gpus": gettext_noop("10,000 GPUs secured"),
    "provider_briefing": gettext_noop("Briefing for cloud firms"),
    "provider_call_closed": gettext_noop("Provider call closed"),
    "working_council": gettext_noop("Working council, revised dates"),
    "first_cluster_built": gettext_noop("First cluster built"),
    "user_call_closed": gettext_noop("First user call closed"),
    "user_call_result": gettext_noop("First user call decided"),
    # methods and choices
    "best_value": gettext_noop("Best value"),
    "by_rank": gettext_noop("Strictly by rank"),
    "by_rank_with_best_start": gettext_noop("By rank with the best start"),
    "rank_walk": gettext_noop("Down the ranking"),
    "best_portfolio": gettext_noop("Best portfolio"),
    "notice": gettext_noop("Send notice"),
    "reclaim": gettext_noop("Reclaim"),
    "wait_for_answer": gettext_noop("Wait for the answer"),
    "wait_for_appeal": gettext_noop("Wait for the appeal"),
    "none": gettext_noop("Nothing to do"),
    "below_floor": gettext_noop("Use below the floor"),
    "off_purpose": gettext_noop("Used off purpose"),
    "enough_use": gettext_noop("Used enough"),
    "not_enough_data": gettext_noop("Too little data"),
    "answer_accepted": gettext_noop("Answer accepted"),
    "create": gettext_noop("Create"),
    "modify": gettext_noop("Modify"),
    "delete": gettext_noop("Delete"),
    "account": gettext_noop("Slurm account"),
    "qos": gettext_noop("Limits (QOS)"),
    "association": gettext_noop("Person's access"),
    "reservation": gettext_noop("Reserved servers"),
    "highest": gettext_noop("highest"),
    "lowest": gettext_noop("lowest"),
    "lease_scheduler": gettext_noop("Lease and scheduler"),
    "scheduler_telemetry": gettext_noop("Scheduler and telemetry"),
    "lease_own_use": gettext_noop("Lease and provider's own use"),
    "lease_maintenance": gettext_noop("Lease and maintenance"),
    "paper": gettext_noop("Paper"),
    "model": gettext_noop("Model"),
    "patent": gettext_noop("Patent"),
    "product": gettext_noop("Product"),
    "revenue": gettext_noop("Revenue"),
    "people_trained": gettext_noop("People trained"),
    "yes": gettext_noop("Yes"),
    "no": gettext_noop("No"),
    # decisions
    "budget": gettext_noop("Budget"),
    "evaluation": gettext_noop("Evaluation"),
    "portfolio": gettext_noop("Selection of providers"),
    "buildout": gettext_noop("Build-out"),
    "demand": gettext_noop("Demand"),
    "shares": gettext_noop("Sector shares"),
    "eligibility": gettext_noop("Eligibility"),
    "allocation": gettext_noop("Allocation"),
    "provisioning": gettext_noop("Provisioning"),
    "metering": gettext_noop("Metering"),
    "burden": gettext_noop("Burden rates"),
    "settlement": gettext_noop("Settlement"),
    "outcomes": gettext_noop("Outcomes"),
    # desks
    "ministry": gettext_noop("Ministry"),
    "agency": gettext_noop("Agency"),
    "reviewer": gettext_noop("Reviewer"),
    "provider": gettext_noop("Provider"),
    "applicant": gettext_noop("Applicant"),
    "operator": gettext_noop("Operator"),
    "auditor": gettext_noop("Auditor"),
}


def name(identifier: Any, names: Mapping[str, str] | None = None) -> str:
    """The name that the records give, or the word for a known id, or the id itself."""
    text = str(identifier)
    if names and text in names:
        return names[text]
    if text in WORDS:
        return gettext(WORDS[text])
    return text


def person_name(person: Any) -> str:
    """The name in the reader's language."""
    return chosen_name(person.name_ko, person.name_en)


def chosen_name(name_ko: Any, name_en: Any) -> str:
    """Of a name in both languages the one that the reader reads."""
    return str((name_ko if korean() else name_en or name_ko) or "")
