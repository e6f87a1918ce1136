"""What the tables of review refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "panel_is_locked_after_it_sat": gettext_noop("A panel is locked after it was seated."),
    "panel_kind_is_known": gettext_noop("A panel judges either proposals or applications."),
    "rank_starts_at_one": gettext_noop("Ranks are counted from 1."),
    "ranked_once_per_entry": gettext_noop("This decision has ranked the item already."),
    "recusal_once_per_item": gettext_noop("The evaluator has stepped back from this item already."),
    "seat_code_is_unique": gettext_noop("Two seats have the same code."),
    "seat_of_a_person_is_unique": gettext_noop("A person has one seat on a panel."),
    "sheet_version_is_unique": gettext_noop("Another sheet came at the same time. Hand yours in again."),
    "sheet_version_starts_at_one": gettext_noop("Versions of a score sheet are counted from 1."),
    "visit_once_per_item": gettext_noop("The inspection of this item is recorded already."),
    "visit_points_are_not_negative": gettext_noop("The points of a site inspection cannot be negative."),
}
TRIGGERS = (
    gettext_noop("the scores of panel % are locked"),
    gettext_noop("seat % is left once, before its first sheet and while the panel scores"),
    gettext_noop("somebody else judges in place of that evaluator"),
    gettext_noop("that seat belongs to panel %"),
    gettext_noop("evaluator % has stepped back from %"),
    gettext_noop("points are given per criterion"),
    gettext_noop("points are non-negative decimals as text"),
    gettext_noop("the next version of that sheet is %"),
    gettext_noop("panels are kept"),
    gettext_noop("panel % is locked"),
    gettext_noop("panel % has a sheet that is later than its lock"),
    gettext_noop("a score sheet is dated %, which is not now"),
    gettext_noop("whoever gives points to % acts for the organisation whose it is"),
)
