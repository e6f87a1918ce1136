"""Who may see and change what is built? Capacity is public; serial numbers and orders are not."""

from typing import Any

from django.db.models import QuerySet

from dure.records.parties.access import may_oversee, organisations_of
from dure.records.parties.models import Desk
from dure.records.supply.models import Delivery, Order, Server


def visible_orders(person: Any) -> QuerySet[Order]:
    """All to those who oversee; their own to providers."""
    return (
        Order.objects.all()
        if may_oversee(person)
        else Order.objects.filter(agreement__provider__in=organisations_of(person, Desk.PROVIDER))
    )


def visible_deliveries(person: Any) -> QuerySet[Delivery]:
    """All to those who oversee; their own to providers."""
    return (
        Delivery.objects.all()
        if may_oversee(person)
        else Delivery.objects.filter(cluster__provider__in=organisations_of(person, Desk.PROVIDER))
    )


def visible_servers(person: Any) -> QuerySet[Server]:
    """The asset register: all to those who oversee; their own to providers."""
    return (
        Server.objects.all()
        if may_oversee(person)
        else Server.objects.filter(pool__provider__in=organisations_of(person, Desk.PROVIDER))
    )
