"""The mails as they are sent: subject, plain text and HTML in the receiver's language, from the records as they are then."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dure.cycle.notifying import preferences
from dure.cycle.notifying.outbox import Letter, Outdated
from dure.portal.kit.links import link_to
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.book import programme_title
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.words import name
from dure.portal.subjects.notifications import texts
from dure.records.journal import queries as journal
from dure.records.notifications import queries
from dure.records.parties import queries as parties
from dure.records.registrations import queries as registrations


def written(mail: Any, secret: str) -> Letter:
    """The mail of the outbox as it is now; raises `Outdated` where what it was to say is true no more."""
    with translation.override(mail.language):
        if mail.kind in LETTERS:
            return LETTERS[mail.kind](mail, secret)
        notices = queries.of_mail(mail)
        if mail.kind == "notice":
            return _notice(mail, notices)
        return _digest(mail, [each for each in notices if each.read_at is None])


def _letter(subject: str, **page: Any) -> Letter:
    """`page`: heading, paragraphs, link and its label, items, why, stop."""
    whole = {"paragraphs": (), "items": (), "language": translation.get_language(), "programme": programme_title(), **page}
    headers = {}
    if stop := page.get("stop"):
        headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Letter(
        f"[{_('dure')}] {subject}",
        render_to_string("notifications/mail.txt", whole),
        render_to_string("notifications/mail.html", whole),
        headers,
    )


def _row(notification: Any) -> dict[str, Any]:
    return {each: getattr(notification, each) for each in ("kind", "about", "facts", "until")}


def _item(notification: Any, named: dict[str, str]) -> dict[str, str]:
    row = _row(notification)
    return {
        "says": texts.says(row["kind"], texts.values_of(row, named)),
        "todo": _(texts.TEXTS[row["kind"]].todo),
        "href": link_to(reverse("notification", kwargs={"pk": notification.pk})),
        "until": numbers.instant(row["until"]) if row["until"] else "",
    }


def _notice(mail: Any, notices: list[Any]) -> Letter:
    if not notices or notices[0].read_at is not None:
        raise Outdated("read already")
    one = notices[0]
    item = _item(one, texts.subjects([_row(one)], mail.person))
    called = _(texts.TEXTS[one.kind].called)
    why = _("You get this mail at once because it concerns you as %(name)s, and you have not chosen another way for this kind.")
    return _letter(
        called, heading=called, paragraphs=(item["says"], item["todo"]), link=item["href"], label=_("Open it"),
        why=why % {"name": mail.person.username}, stop=_stop(mail.person, one.kind),
    )  # fmt: skip


def _digest(mail: Any, notices: list[Any]) -> Letter:
    if not notices:
        raise Outdated("all read already")
    named = texts.subjects([_row(each) for each in notices], mail.person)
    heading = _("%(n)s new notices") % {"n": numbers.number(len(notices))}
    why = _("You get the mail of the day because these notices concern you as %(name)s and you have not read them yet.")
    return _letter(
        heading, heading=heading, items=[_item(each, named) for each in notices], link=link_to(reverse("notifications")),
        label=_("All notices"), why=why % {"name": mail.person.username}, stop=_stop(mail.person, preferences.ALL),
    )  # fmt: skip


def _stop(person: Any, kind: str) -> str:
    return link_to(reverse("notification_stop", kwargs={"secret": preferences.stop_link(person, kind)}))


def _invitation(mail: Any, secret: str) -> Letter:
    found = parties.invitation(mail.about.partition("/")[2])
    open_ = parties.open_invitations(at=timezone.now())  # by its id: who sends mails does not read by what it is known
    if found is None or not secret or not open_.filter(pk=found.pk).exists():
        raise Outdated("the invitation is open no more")
    to = f"{name(found.desk)}{f', {found.organisation}' if found.organisation else ''}"
    called = in_language(found.name)
    return _letter(
        _("An invitation"), heading=_("You are invited"),
        paragraphs=(
            _("%(name)s, you are invited to the desk %(desk)s.") % {"name": called, "desk": to},
            _("The link opens once, until %(until)s. Give it to nobody.") % {"until": numbers.instant(found.expires_at)},
        ),
        link=link_to(reverse("people_invitation", kwargs={"secret": secret})), label=_("Accept the invitation"),
        why=_("You get this mail because somebody gave your address for this invitation. If you do not know why, do nothing."),
    )  # fmt: skip


def _registration(mail: Any, secret: str) -> Letter:
    found = registrations.registration(mail.about.partition("/")[2])
    if found is None:
        raise Outdated("there is no such request")
    called = in_language(found.name)
    why = _(
        "You get this mail because your address was given as the contact of this request. If you do not know why, do nothing."
    )
    page: dict[str, Any] = {"heading": called, "why": why}
    if mail.kind == "registration_received":
        if not secret:
            raise Outdated("its link cannot be read")
        says = _("The request to register %(name)s has come in. The agency answers it by mail.") % {"name": called}
        page |= {"link": link_to(reverse("people_registration", kwargs={"secret": secret})), "label": _("See where it stands")}
        return _letter(_("Your request has come in"), **page, paragraphs=(says, _("Keep the link: it is yours alone.")))
    if mail.kind == "registration_confirmed":
        says = _("%(name)s is registered. The contact person gets an invitation in another mail.") % {"name": called}
        return _letter(_("The organisation is registered"), **page, paragraphs=(says,))
    page |= {"link": link_to(reverse("people_register")), "label": _("Ask again")}
    says = _("The request to register %(name)s was refused:") % {"name": called}
    return _letter(_("The request was refused"), **page, paragraphs=(says, found.reason))


def _access(mail: Any, _secret: str) -> Letter:
    person = parties.person_by_uid(mail.about.partition("/")[2])
    if person is None:
        raise Outdated("there is no such person")
    says = _("A new way to log in as %(name)s is being set, by a link that the agency has made, or has just been set.")
    return _letter(
        _("Your log-in is being renewed"), heading=_("Your log-in is being renewed"),
        paragraphs=(says % {"name": person.username}, _("If you have not asked for it, tell the agency at once.")),
        why=_("You get this mail because this is the address that the records hold for you; it cannot be turned off."),
    )  # fmt: skip


def _closed(mail: Any, _secret: str) -> Letter:
    act = journal.act(int(mail.about.partition("/")[2]))
    person = parties.person_by_uid(act.about.partition("/")[2]) if act else None
    if act is None or act.person is None or person is None:
        raise Outdated("there is no such act")
    facts = {"by": in_language(act.person.name), "name": person.username, "at": numbers.instant(act.at)}
    says = _("%(by)s of the agency closed your account %(name)s on %(at)s.") % facts
    if act.command == "confirm_person_merger" and (other := person.merged_into):  # a minister's official may confirm it, too
        says = _("%(by)s merged your account %(name)s into your account %(into)s on %(at)s, which closed %(name)s.") % {
            **facts, "into": other.username,
        }  # fmt: skip
    return _letter(
        _("Your account was closed"), heading=_("Your account was closed"),
        paragraphs=(
            says, _("Its roles, sessions and tokens have ended, and it can no longer log in. What you did stays on record."),
            _("If you did not expect this, or if you need access again, ask the agency."),
        ),
        why=_("You get this mail because this is the address that the records hold for you; it cannot be turned off."),
    )  # fmt: skip


def _address(mail: Any, _secret: str) -> Letter:
    person = parties.person_by_uid(mail.about.partition("/")[2])
    notice = queries.told(person, "address_changed", at=mail.made_at) if person else None
    if person is None or notice is None:
        raise Outdated("there is no such person, or no such change")
    text = texts.TEXTS[notice.kind]
    return _letter(
        _(text.called), heading=_(text.called),
        paragraphs=(
            texts.says(notice.kind, texts.values_of(_row(notice), {})),
            _("Mails for %(name)s do not come here any more.") % {"name": person.username}, _(text.todo),
        ),
        why=_("You get this mail because this was the address on record until then; it cannot be turned off."),
    )  # fmt: skip


LETTERS = {
    "account_closed": _closed,
    "address_was_changed": _address,
    "access_was_renewed": _access,
    "invitation": _invitation,
    "registration_received": _registration,
    "registration_confirmed": _registration,
    "registration_refused": _registration,
}
