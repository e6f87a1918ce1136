"""What the tables of procurement refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "extension_is_confirmed_by_another": gettext_noop("A later deadline is confirmed by another person than proposed it."),
    "extension_has_its_reason": gettext_noop("A later deadline needs its public reason."),
    "agreement_ends_after_it_starts": gettext_noop("An agreement ends after it starts. Correct the days."),
    "agreement_version_is_unique": gettext_noop("Somebody else amended the agreement at the same time. Look at it again."),
    "amendment_has_its_reason": gettext_noop("An amendment needs its reason."),
    "award_once_per_lot": gettext_noop("The lot has been awarded already."),
    "award_quantities_are_possible": gettext_noop(
        "An award needs at least one server with at least one GPU, own use within its servers, and a price of at least 0."
    ),
    "call_awards_within_budget": gettext_noop("The awards exceed the call's budget."),
    "call_has_a_title": gettext_noop("A call for providers needs a title."),
    "call_closes_after_it_opened": gettext_noop("A call closes after it opened. Correct the times."),
    "own_use_share_is_a_share": gettext_noop("The provider's own-use share must lie between 0 and 1."),
    "procurement_agreedaward_award_id_key": gettext_noop("An agreement covers this award already."),
    "proposal_digest_is_sha256": gettext_noop("The digest of a proposal must be SHA-256."),
    "proposal_version_is_unique": gettext_noop("Another version of the proposal came at the same time. Submit yours again."),
    "proposal_version_starts_at_one": gettext_noop("Versions of a proposal are counted from 1."),
    "question_is_answered_with_a_date": gettext_noop("An answer needs its text and a time after the question."),
}
TRIGGERS = (
    gettext_noop("the deadline of call % only moves later"),
    gettext_noop("what call % has awarded is counted from its awards"),
    gettext_noop("call % takes proposals from % until before %"),
    gettext_noop("proposal % belongs to call %"),
    gettext_noop("award % is of another provider or call"),
    gettext_noop("the deadline of call % moves by two people, for a reason that is published"),
    gettext_noop("the deadline of call % has passed, and does not move any more"),
    gettext_noop("an extension is proposed first, and confirmed by another person"),
    gettext_noop("an extension that was confirmed stays as it is"),
    gettext_noop("an extension is dated %, which is not now"),
    gettext_noop("an extension is proposed and confirmed by the acts of those two people"),
    gettext_noop("an answer that was published stays as it is"),
)
