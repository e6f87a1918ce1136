"""What may this person do to a subject now, and what becomes possible in another state?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.cycle.commands.rows import Context
from dure.portal.kit.form.fields import says
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.door import Answers, acts_on, permitted, standing


@dataclass(frozen=True)
class Possible:
    """One act on the subject: a link where it may be done now, else in which states it may."""

    act: str
    label: str
    says: str
    href: str = ""
    only_while: str = ""


class Part(NamedTuple):
    """What of a subject an act can be about. `called`: told where there are several; `fields`: those that name it."""

    called: str
    fields: Mapping[str, str]


WHOLE = (Part("", {}),)


def possible(
    kind: str,
    key: str,
    context: Context,
    *,
    unfit: frozenset[str] = frozenset(),
    parts: Mapping[str, Sequence[Part]] | None = None,
    answers: Answers | None = None,
) -> list[Possible]:
    """What this person may do to the subject now, and what becomes possible in another state.

    An act that is about one of several `parts` of the subject has a link for each. `answers`: what the page knows of it already.
    """
    found, answers = [], answers or Answers()
    for row, field in acts_on(kind):
        if row.name in unfit or not permitted(row, context.person):
            continue
        stands = standing(row, {field: key}, context, answers)
        label, what = _(row.label), _(says(row.command))
        if stands.verdict == "yes":
            for part in (parts or {}).get(row.name, WHOLE):
                href = f"{reverse('acts:act', kwargs={'name': row.name})}?{urlencode({field: key, **part.fields})}"
                found.append(Possible(row.name, " · ".join(filter(None, (label, part.called))), what, href=href))
        elif stands.verdict == "not_now":
            found.append(Possible(row.name, label, what, only_while=", ".join(name(each) for each in row.while_)))
    return found
