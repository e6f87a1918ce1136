"""What the tables of evidence refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "answer_is_signed_once_by_a_key": gettext_noop("This key has signed this answer already."),
    "evidence_leaf_act_id_key": gettext_noop("The act is in the log already."),
    "evidence_leaf_entry_id_key": gettext_noop("The entry is in the log already."),
    "evidence_signingkey_public_key": gettext_noop("This key is registered already. Make a new one."),
    "head_hash_is_sha256": gettext_noop("A head needs its SHA-256 hash."),
    "head_is_witnessed_once_by_each": gettext_noop("This witness has countersigned this head already."),
    "key_ends_after_it_began": gettext_noop("A key cannot end before it was registered."),
    "key_is_known_by_its_sha256": gettext_noop("A key is known by the beginning of its SHA-256."),
    "leaf_hashes_are_sha256": gettext_noop("A leaf of the log needs its SHA-256 hashes."),
    "leaf_is_an_entry_or_an_act": gettext_noop("A leaf of the log is either an entry or an act."),
    "log_starts_at_one": gettext_noop("The log starts at place 1."),
    "receipt_names_its_witness": gettext_noop("A receipt names its witness."),
    "signed_answer_has_its_signature": gettext_noop("A signed answer needs its statement and its signature."),
}
TRIGGERS = (
    gettext_noop("key % has ended"),
    gettext_noop("leaf % does not follow from the leaf before it and what was recorded"),
    gettext_noop("the head of % lies nowhere on the log"),
    gettext_noop("the head of % is shorter than the one before it"),
    gettext_noop("the head of % is dated %, which is not now"),
    gettext_noop("the receipt of % is not for the head of %"),
    gettext_noop("the receipt of % is dated %, which is before its head or after now"),
)
