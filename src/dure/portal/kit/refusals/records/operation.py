"""What the tables of operation refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "appeal_is_closed_with_a_finding": gettext_noop("An appeal is closed with a finding."),
    "appeal_one_for_each_notice": gettext_noop("This notice has been appealed against already."),
    "appeal_one_open_per_grant": gettext_noop("The grant has an open appeal already."),
    "change_is_planned_then_applied_then_undone": gettext_noop(
        "A change is applied before it is undone, and after it was planned."
    ),
    "change_is_possible": gettext_noop(
        "A change must create, modify or delete something, and its place in the order must be 1 or more."
    ),
    "change_order_is_unique": gettext_noop("Another change of this decision has the same place in the order."),
    "notice_is_sent_then_answered": gettext_noop("A notice is answered after it was sent, and judged after it was answered."),
    "notice_once_a_day": gettext_noop("The grant got a notice on that day already."),
    "server_state_is_counted_once": gettext_noop("The servers' time of this period is counted already."),
    "state_period_is_half_open": gettext_noop("A server state needs a start and a later end."),
    "states_add_up": gettext_noop(
        "Leased, idle, maintenance and own-use time must not be negative, and must add up to the time in service."
    ),
    "usage_is_counted_once": gettext_noop("The usage of this period is counted already."),
    "usage_is_not_negative": gettext_noop("GPU-hours, GPU-seconds and utilisation cannot be negative."),
    "usage_period_is_half_open": gettext_noop("A usage record needs a start and a later end."),
    "use_is_a_share": gettext_noop("The utilisation must lie between 0 and 1."),
    "use_once_a_day": gettext_noop("The utilisation of this grant on that day is recorded already."),
}
TRIGGERS = (
    gettext_noop("what was metered is kept"),
    gettext_noop("what was metered may only be superseded, once"),
    gettext_noop("a step is applied once and undone once"),
    gettext_noop("an answer that was judged stays as it is"),
    gettext_noop("a notice is answered once, and the answer stays"),
    gettext_noop("an appeal that was decided stays as it is"),
    gettext_noop("an appeal is against a notice that its grant has got"),
    gettext_noop("whoever judges what the holder of % said entered it"),
)
