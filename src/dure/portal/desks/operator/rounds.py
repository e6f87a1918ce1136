"""Rounds at the operator's desk: solve, compare, look into applications and servers; ministry or agency approves."""

from django.utils.translation import gettext_noop

from dure.portal.subjects.rounds.pages import round_routes

DESK = "operator"
MENU = ("operator:rounds", gettext_noop("Rounds"))
ROUTES = round_routes(DESK)
