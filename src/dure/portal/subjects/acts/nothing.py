"""What is said where there is nothing yet of the kind that a field names: where it comes from, in a sentence."""

from django.utils.translation import gettext_noop

NOTHING = {
    "grant": gettext_noop("There is no grant here yet. One comes of an application that an approved allocation has chosen."),
    "application": gettext_noop("There is no application here yet. One is made in an open call, which is listed under “Calls”."),
    "round": gettext_noop("No round has been opened yet. The agency opens one for a user call whose applications are ranked."),
    "invoice": gettext_noop("There is no bill yet. A month is billed once its use has been measured and settled."),
    "agreement": gettext_noop("No agreement has been signed yet. One is signed for each award of a call for providers."),
    "order": gettext_noop("No order has been placed yet. One is placed under a signed agreement."),
    "delivery": gettext_noop("No delivery has been announced yet. One is announced for an order."),
    "pool": gettext_noop("There is no pool yet. One begins with the first servers that are registered under an agreement."),
    "panel": gettext_noop("There is no panel here yet. The agency seats one for a call."),
    "appropriation": gettext_noop("Nothing has been appropriated yet: record the appropriation first."),
    "open_call": gettext_noop("No call for providers is open now, so that no proposal can be submitted. An open call is listed "
                              "under “Calls”, with its deadline."),
    "unclosed_call": gettext_noop("No call for providers is open or announced now. Once the deadline of a call has passed, "
                                  "nothing can be asked about it or changed in it."),
    "open_user_call": gettext_noop("No user call is open now, so that nobody can apply. An open call is listed under “Calls”, "
                                   "with its deadline."),
    "scoring_panel": gettext_noop("No panel is scoring now. Once a panel is locked, its scores stay as they are."),
    "open_question": gettext_noop("No question waits for an answer."),
    "call_to_check": gettext_noop("No call has closed whose awards are still to be made, so that there is nothing to check."),
    "proposal_to_check": gettext_noop("No call has closed whose awards are still to be made, so that there is nothing to check."),
    "closed_call": gettext_noop("No call for providers has closed yet."),
    "proposal_of_closed_call": gettext_noop("No call for providers has closed yet."),
}  # fmt: skip
