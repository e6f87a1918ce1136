"""What each kind of notice says, from the records, in the reader's language: what happened, and what to do about it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.formats.versions import amounts_named_as_now
from dure.portal.kit.chrome import DESKS
from dure.portal.kit.personal.noted import note_each
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.about import KINDS
from dure.portal.kit.wording.book import programme_title
from dure.portal.kit.wording.particles import with_particles
from dure.portal.kit.wording.words import name, of_count
from dure.portal.subjects.acts.choices import subject_names
from dure.portal.subjects.acts.outcome import href_of

LONGEST_REASON = 300  # characters; the page of the proposal has the whole
READING_DESKS = ("ministry", "agency", "operator", "auditor")


class Text(NamedTuple):
    """`called`: the kind itself; `says`: what happened, where `%(subject)s` stands for a value; `todo`: what to do about it."""

    called: str
    says: str
    todo: str


TEXTS: Mapping[str, Text] = {
    "role_given": Text(gettext_noop("A role begins"), gettext_noop("You sit at the desk %(desk)s now."),
                       gettext_noop("Nothing needs to be done. If you did not expect it, ask the agency.")),
    "role_ended": Text(gettext_noop("A role ends"), gettext_noop("Your role at the desk %(desk)s has ended."),
                       gettext_noop("If you think that this is wrong, ask the agency.")),
    "role_to_confirm": Text(gettext_noop("A role waits for a second person"),
                            gettext_noop("%(to)s is to sit at the desk %(desk)s. A second person must confirm it."),
                            gettext_noop("Confirm or end the role under “Invitations and roles”.")),
    "renewal_to_confirm": Text(gettext_noop("A renewed log-in waits for a second person"),
                               gettext_noop("%(to)s has lost every way to log in. A second person must confirm the new one."),
                               gettext_noop("Make sure who asks, then confirm or withdraw it under “Lost log-ins”.")),
    "registration_asked": Text(gettext_noop("An organisation asks to be registered"),
                               gettext_noop("%(name)s asks to be registered."),
                               gettext_noop("Compare the documents, then confirm or refuse.")),
    "merger_to_confirm": Text(gettext_noop("A merger of organisations waits"),
                              gettext_noop("%(subject)s may be registered twice. A second person must confirm the merger."),
                              gettext_noop("Look at what would move, then confirm or drop it.")),
    "person_merger_to_confirm": Text(gettext_noop("A merger of accounts waits"),
                                     gettext_noop("%(subject)s may be the second account of somebody. A second person must "
                                                  "confirm the merger."),
                                     gettext_noop("Make sure that it is one person, then confirm or drop it.")),
    "application_judged": Text(gettext_noop("An application was checked"), gettext_noop("Application %(subject)s: %(eligible)s."),
                               gettext_noop("The page of the application says which rules were applied.")),
    "grant_given": Text(gettext_noop("GPUs were granted"),
                        gettext_noop("%(subject)s: servers granted from %(from)s to %(to_day)s: %(servers)s."),
                        gettext_noop("Prepare for the first day. Return early what you do not need.")),
    "grant_ending": Text(gettext_noop("A grant ends soon"), gettext_noop("%(subject)s ends on %(until)s."),
                         gettext_noop("Save your data before the end; access ends with the grant.")),
    "report_asked": Text(gettext_noop("A report is asked for"),
                         gettext_noop("%(subject)s: a report is due by %(due_on)s."),
                         gettext_noop("Submit it on the page of the grant. While one is overdue, you cannot apply again.")),
    "grant_lost": Text(gettext_noop("Servers were taken back"), gettext_noop("%(subject)s: servers were taken back."),
                       gettext_noop("You can appeal on the page of the grant.")),
    "notice_of_reclaim": Text(gettext_noop("A notice of reclaim"),
                              gettext_noop("%(subject)s is to be taken back: %(because)s. Answer by %(until)s."),
                              gettext_noop("Answer the notice on the page of the grant. Without an answer it is taken back.")),
    "answer_judged": Text(gettext_noop("An answer was judged"), gettext_noop("%(subject)s: your answer was %(accepted)s."),
                          gettext_noop("The page of the grant says what follows.")),
    "answer_given": Text(gettext_noop("An answer to a notice waits"), gettext_noop("%(subject)s: the notice was answered."),
                         gettext_noop("Judge the answer on the page of the grant; until then nothing is taken back.")),
    "appeal_opened": Text(gettext_noop("An appeal waits for a decision"), gettext_noop("%(subject)s: an appeal was made."),
                          gettext_noop("Decide it on the page of the grant; until then nothing is taken back.")),
    "appeal_closed": Text(gettext_noop("An appeal was decided"),
                          gettext_noop("%(subject)s: your appeal was %(upheld)s. %(finding)s"),
                          gettext_noop("The page of the grant says what follows.")),
    "decision_waiting": Text(gettext_noop("A decision waits for approval"),
                             gettext_noop("%(decision)s, %(about)s, was filed and waits for an answer."),
                             gettext_noop("Read it, then approve or refuse it.")),
    "decision_approved": Text(gettext_noop("A decision was approved"), gettext_noop("%(decision)s, %(about)s, was approved."),
                              gettext_noop("It is in force. Nothing needs to be done.")),
    "decision_refused": Text(gettext_noop("A decision was refused"), gettext_noop("%(decision)s, %(about)s, was refused."),
                             gettext_noop("Read the reason, and file it again.")),
    "invoice_issued": Text(gettext_noop("An invoice was issued"),
                           gettext_noop("Invoice %(subject)s: %(amount)s, to be paid by %(due_on)s."),
                           gettext_noop("Pay it with the number of the invoice as its reference.")),
    "invoice_due": Text(gettext_noop("An invoice is due soon"),
                        gettext_noop("Invoice %(subject)s: %(amount)s are due on %(due_on)s."),
                        gettext_noop("Pay it with the number of the invoice as its reference.")),
    "invoice_overdue": Text(gettext_noop("An invoice is overdue"),
                            gettext_noop("Invoice %(subject)s: %(amount)s were due on %(due_on)s."),
                            gettext_noop("Pay it now. If you have paid, ask the agency.")),
    "panel_seat": Text(gettext_noop("A seat on a panel"), gettext_noop("You sit on the panel %(subject)s."),
                       gettext_noop("Declare conflicts of interest first; then score your papers.")),
    "panel_papers": Text(gettext_noop("Papers wait for you"),
                         gettext_noop("Panel %(subject)s: papers without a score of yours: %(papers)s."),
                         gettext_noop("Score them, or step back from those with a conflict of interest.")),
    "extension_to_confirm": Text(gettext_noop("A later deadline waits for a second person"),
                                 gettext_noop("%(subject)s: a later deadline, %(closes_at)s, was proposed."),
                                 gettext_noop("Confirm it on the page of the call, or leave it.")),
    "deadline_moved": Text(gettext_noop("A deadline was moved"), gettext_noop("%(subject)s: the deadline is %(closes_at)s now."),
                           gettext_noop("What you have handed in stays handed in; you may replace it until then.")),
    "clocks_not_agreed": Text(gettext_noop("Clocks are in doubt before a deadline"),
                              gettext_noop("%(subject)s: before the deadline at %(closes_at)s the database's clock %(clocks)s."),
                              gettext_noop("Check the NTP servers and the clock of the database. Where the rule says so, the "
                                           "deadline moves later by itself.")),
    "question_asked": Text(gettext_noop("A question waits for an answer"),
                           gettext_noop("Question %(subject)s waits for an answer."),
                           gettext_noop("Answer it on its page; question and answer are published to everybody.")),
    "question_answered": Text(gettext_noop("A question was answered"), gettext_noop("Your question %(subject)s was answered."),
                              gettext_noop("The answer is published on the page of the call, without your name.")),
    "proposal_checked": Text(gettext_noop("The documents of a proposal were checked"),
                             gettext_noop("Proposal %(subject)s: %(gate)s"),
                             gettext_noop("Its page says what was found.")),
    "proposal_selected": Text(gettext_noop("A proposal was selected"),
                              gettext_noop("Proposal %(subject)s was selected: %(lots)s."),
                              gettext_noop("The agency has the agreement signed next. Your desk lists your awards.")),
    "proposal_not_selected": Text(gettext_noop("A proposal was not selected"),
                                  gettext_noop("Proposal %(subject)s was not selected."),
                                  gettext_noop("Its page leads to the decision with its reasons.")),
    "agreement_signed": Text(gettext_noop("An agreement was signed"),
                             gettext_noop("%(subject)s: the agreement runs from %(from)s to %(to_day)s."),
                             gettext_noop("Check its terms on its page.")),
    "agreement_amended": Text(gettext_noop("An agreement was amended"),
                              gettext_noop("%(subject)s: the terms of the agreement were amended on %(agreed_on)s."),
                              gettext_noop("Check its terms on its page.")),
    "bulk_reading": Text(gettext_noop("Personal data was viewed in bulk"),
                         gettext_noop("%(subject)s viewed personal data of %(people)s people within an hour."),
                         gettext_noop("Check the purpose in the access log, and ask where it does not explain it.")),
    "file_ready": Text(gettext_noop("A file is ready"), gettext_noop("The file %(file)s is ready."),
                       gettext_noop("Save it from its page; it is kept for some days.")),
    "file_failed": Text(gettext_noop("A file could not be made"), gettext_noop("The file %(file)s could not be made."),
                        gettext_noop("Its page says why. You can ask for it again there.")),
    "log_in_on_new_device": Text(gettext_noop("A log-in from a new device"),
                                 gettext_noop("Somebody logged in as you: %(device)s, from %(network)s, at %(at)s."),
                                 gettext_noop("If that was not you, end all sessions under “My account” and tell the agency.")),
    "log_in_changed": Text(gettext_noop("Your log-in was changed"), gettext_noop("What changed: %(change)s (%(at)s)."),
                           gettext_noop("If that was not you, tell the agency at once.")),
    "address_changed": Text(gettext_noop("Your e-mail address was changed"),
                            gettext_noop("The address to which your mails go was changed by %(by)s (%(at)s)."),
                            gettext_noop("If that is wrong, change it back, or tell the agency at once.")),
}  # fmt: skip


class _Values(dict[str, str]):
    """What stands for the placeholders; a dash for what is not known."""

    def __missing__(self, key: str) -> str:
        return numbers.NONE


def says(kind: str, values: Mapping[str, str]) -> str:
    """The sentence in the reader's language."""
    return with_particles(_(TEXTS[kind].says) % _Values(values))


def subjects(rows: Iterable[Mapping[str, Any]], person: Any) -> dict[str, str]:
    """What the subjects of these notices are called, as far as the person may see them: a statement or two for a kind."""
    return subject_names((each for row in rows for each in (row["about"], _decided(row)) if each), person)


def _decided(row: Mapping[str, Any]) -> str:
    """The subject as KIND/ID of the decision that the notice is about; empty where it is about none."""
    facts = row.get("facts", {})
    return f"{KINDS.get(facts['decision'], '')}/{facts['subject']}" if "decision" in facts else ""


def _called(about: str, named: Mapping[str, str]) -> str:
    kind, _slash, key = about.partition("/")
    return programme_title() if kind == "programme" else named.get(about) or name(key)


def values_of(row: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, str]:
    """What stands for the placeholders of a notice: its facts in words, with days, amounts and names as the reader reads them."""
    found = {key: _in_words(key, value) for key, value in amounts_named_as_now(row["facts"]).items()}
    kind, _slash, key = row["about"].partition("/")
    if "to" in row["facts"]:  # the name of the person whom it is about
        note_each(kind, [key], ["name"])
    found["subject"] = named.get(row["about"]) or name(key)
    if row["until"] is not None:
        found["until"] = numbers.instant(row["until"])
    if "gate" in row["facts"]:
        found["gate"] = _checked(row["facts"])
    if "decision" in row["facts"]:
        found["about"] = _called(_decided(row), named)
        found["decision"] = name(row["facts"]["decision"])
    if "device" in row["facts"] and not found["device"]:
        found["device"] = _("Unknown device")
    return found


def _checked(facts: Mapping[str, Any]) -> str:
    """What the document check found; what an officer wrote as the reason stands there on one line, as plain text."""
    if facts["gate"] == "pass":
        return _("its documents passed the check.")
    if reason := " ".join(facts.get("because", "").split()):
        return _("its documents failed the check. Reason: %(reason)s") % {"reason": Truncator(reason).chars(LONGEST_REASON)}
    return _("its documents failed the check.")


def _in_words(key: str, value: Any) -> str:
    if key in _WORDS:
        return _WORDS[key](value)
    return numbers.number(value) if isinstance(value, int) else name(value)


CLOCKS = {
    "not agreed": gettext_noop("does not agree with three others"),
    "not known": gettext_noop("cannot be compared with three others"),
}


def _day(value: str) -> str:
    return numbers.long_date(dt.datetime.fromisoformat(value) if "T" in value else value)


def _lots(lots: Any) -> str:
    one, many = gettext_noop("%(lot)s (%(servers)s server)"), gettext_noop("%(lot)s (%(servers)s servers)")
    return ", ".join(
        of_count(each["servers"], one, many) % {"lot": name(each["lot"]), "servers": numbers.number(each["servers"])}
        for each in lots
    )


_WORDS: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("from", "to_day", "due_on", "agreed_on"), _day),
    **dict.fromkeys(("closes_at", "at"), numbers.instant),
    "eligible": lambda value: _("it may be judged") if value else _("it does not meet the rules"),
    "accepted": lambda value: _("accepted") if value else _("not accepted"),
    "upheld": lambda value: _("upheld") if value else _("dismissed"),
    "finding": str,
    "amount": numbers.money,
    "lots": _lots,
    "change": _,
    "clocks": lambda value: _(CLOCKS[value]),
}


def leads_to(row: Mapping[str, Any], person: Any) -> str:
    """The page where the person sees what the notice is about, or can act on it."""
    about, _slash, key = row["about"].partition("/")
    if row["kind"] in _PAGES:
        return reverse(_PAGES[row["kind"]])
    if about == "job":
        return reverse("file", kwargs={"job_id": key})
    if about == "registration":
        return reverse("agency:registration", kwargs={"key": key})
    if about == "entry":
        desk = next((each for each in READING_DESKS if each in person.desks), "public")
        return reverse(f"{desk}:decision", kwargs={"seq": key})
    if about == "panel" and "reviewer" in person.desks:
        return reverse("reviewer:list")
    return href_of(row["about"]) or next(
        (reverse(f"{each}:list") for each in DESKS if each in person.desks), reverse("public:home")
    )


_PAGES = {
    "role_to_confirm": "people_invitations",
    "renewal_to_confirm": "people_renew",
    "role_given": "mfa_index",
    "role_ended": "mfa_index",
    "merger_to_confirm": "people_mergers",
    "person_merger_to_confirm": "people_mergers",
    "log_in_on_new_device": "mfa_index",
    "log_in_changed": "mfa_index",
    "address_changed": "notification_wishes",
    "bulk_reading": "auditor:readings",
}
