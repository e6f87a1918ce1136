"""What the tables of journal refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "document_text_has_its_digest": gettext_noop("The text of a filed document must have the document's SHA-256 digest."),
    "act_came_by_a_known_door": gettext_noop(
        "An act must come from a page, the API, the command line, an import or a script, or be the worker's."
    ),
    "act_is_somebody_s_or_the_worker_s": gettext_noop("An act is somebody's, but for what the worker does by a rule."),
    "act_has_command_and_subject": gettext_noop("An act needs a command and a subject."),
    "act_key_is_used_once": gettext_noop("This was sent already. Open the form again for another act."),
    "document_has_its_digest": gettext_noop("A filed document needs its SHA-256 digest and cannot be empty."),
    "journal_entry_has_its_key": gettext_noop(
        "A journal entry needs its programme, stage, decision, subject and format version."
    ),
    "journal_entry_hash_key": gettext_noop("The journal holds this entry already."),
    "journal_entry_is_a_recommendation_or_an_answer": gettext_noop(
        "A journal entry is either a recommendation with its facts and rules, or an answer to one."
    ),
    "journal_entry_refers_to_id_key": gettext_noop("The decision has been answered already."),
    "journal_has_one_head": gettext_noop("The journal has only one head."),
    "journal_hashes_are_sha256": gettext_noop("The hashes of a journal entry must be SHA-256."),
    "journal_starts_at_one": gettext_noop("Journal entries are numbered from 1."),
    "signature_once_per_person": gettext_noop("You have signed it already."),
    "statement_has_kind_and_subject": gettext_noop("A statement needs a kind and a subject."),
}
TRIGGERS = (
    gettext_noop("what is stated of % has its act, of that person and that moment"),
    gettext_noop("% only grows: % is refused"),
    gettext_noop("% needs an approved recommendation of %; journal entry % is none"),
    gettext_noop("the journal goes on with entry % after hash %, not with entry % after %"),
    gettext_noop("entry % is not a recommendation, so it cannot be answered"),
    gettext_noop("who filed entry % may not answer it"),
    gettext_noop("the answer to entry % must have its key, and not be earlier"),
    gettext_noop("% keeps % as they are: % is refused"),
    gettext_noop("% changes only by an act in the same transaction: %"),
    gettext_noop("% is not what journal entry % approved"),
    gettext_noop("entry % is dated %, which is not now, or before the entry before it"),
    gettext_noop("whoever stands in entry % sits at no desk that may file or answer %"),
    gettext_noop("entry % does not have the hash %"),
    gettext_noop("an act is dated %, which is not now"),
    gettext_noop("whoever acts sits at no desk"),
    gettext_noop("entry % cannot be signed: it has its answer, or is your own"),
    gettext_noop("whoever signs entry % sits at no desk that may, or dates it wrongly"),
    gettext_noop("whoever answers entry % acts for an organisation that gains by it"),
    gettext_noop("entry % needs the signatures of two people"),
    gettext_noop("a statement is dated %, which is not now"),
    gettext_noop("journal entry % has no recommendation that the database can read"),
)
