"""What was a provider awarded, and what has it signed?"""

from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.journal import organisation_names
from dure.records.procurement import access as procurement_access
from dure.records.procurement import queries as procurement


def agreements_table(person: Any) -> Table:
    """The agreements that the person may see, with the terms in force."""
    names = organisation_names()
    visible = set(procurement_access.visible_agreements(person).values_list("pk", flat=True))
    rows = []
    for each in procurement.agreements():
        terms = procurement.terms_in_force(each)
        if each.pk not in visible or terms is None:
            continue
        rows.append(
            {
                "id": each.pk,
                "signed_on": each.signed_on,
                "starts_on": terms.starts_on,
                "ends_on": terms.ends_on,
                "owner": name(terms.owner, names),
                "user_right": name(terms.user_right, names),
                "own_use_share": terms.own_use_share,
                "version": terms.version,
            }
        )
    columns = [
        Column("id", _("Agreement"), "code"),
        Column("signed_on", _("Signed"), "date"),
        Column("starts_on", _("From"), "date"),
        Column("ends_on", _("To"), "date"),
        Column("owner", _("Owner of the GPUs")),
        Column("user_right", _("Right of use")),
        Column("own_use_share", _("Own use"), "share"),
        Column("version", _("Version"), "number"),
    ]
    return Table("agreements", _("My agreements"), columns, rows)


def awards_table(mine: list[str]) -> Table:
    """The awards of these providers."""
    rows = [
        {
            "lot": each.lot,
            "gpu_model": each.gpu_model,
            "servers": each.servers,
            "gpus": each.gpus,
            "own_use": each.own_use_servers * each.gpus_per_server,
            "price_won": each.price_won,
            "awarded_on": each.awarded_on,
        }
        for provider in mine
        for each in procurement.awards(provider_id=provider)
    ]
    columns = [
        Column("lot", _("Lot"), "code"),
        Column("gpu_model", _("GPU model")),
        Column("servers", _("Servers"), "number"),
        Column("gpus", _("GPUs"), "gpus"),
        Column("own_use", _("Own use"), "gpus"),
        Column("price_won", _("Price"), "won"),
        Column("awarded_on", _("Awarded"), "date"),
    ]
    return Table("awards", _("My awards"), columns, rows)
