"""What the tables of parties refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "invitation_expires_within_30_days": gettext_noop("An invitation must expire after it was made, and within 30 days."),
    "invitation_is_accepted_once_in_time": gettext_noop("An invitation is accepted once, by one person, before it expires."),
    "invitation_is_known_by_its_sha256": gettext_noop(
        "An invitation needs its SHA-256 digest, and its id is the beginning of it."
    ),
    "invitation_to_provider_or_applicant_has_an_organisation": gettext_noop(
        "An invitation to a provider or an applicant names the organisation."
    ),
    "parties_invitation_digest_key": gettext_noop("An invitation with this digest exists already. Make a new one."),
    "parties_invitation_person_id_key": gettext_noop("This person has accepted an invitation already."),
    "merger_is_confirmed_by_another": gettext_noop("A merger is confirmed by another person than who proposed it, or dropped."),
    "merger_is_of_two_with_a_reason": gettext_noop("A merger is of two organisations, and has a reason."),
    "merger_of_one_waits_once": gettext_noop("A merger of this organisation waits already."),
    "organisation_is_merged_into_another_once": gettext_noop("An organisation is merged into one other, at a known time."),
    "organisation_number_is_one_organisations": gettext_noop("Another organisation has this registration number."),
    "organisation_has_a_name": gettext_noop("An organisation needs an id and a name."),
    "invitation_has_a_name": gettext_noop("An invitation needs the name of the person who is invited."),
    "person_has_a_name": gettext_noop("A person needs a name."),
    "parties_person_uid_e381bfde_uniq": gettext_noop("Another person has this id. Choose a different one."),
    "parties_person_username_key": gettext_noop("Another person has this log-in name. Choose a different one."),
    "parties_token_digest_key": gettext_noop("A token with this digest exists already. Make a new token."),
    "person_is_merged_into_another_and_closed": gettext_noop("An account is merged into another, and is closed by that."),
    "person_merger_is_confirmed_by_another": gettext_noop(
        "A merger of accounts is confirmed by another person than who proposed it or has the accounts, or dropped."
    ),
    "person_merger_is_of_two_with_a_reason": gettext_noop("A merger of accounts is of two, and has a reason."),
    "person_merger_of_one_waits_once": gettext_noop("A merger of this account waits already."),
    "person_alone_has_a_log_in_name": gettext_noop(
        "Another person has this log-in name in other letters. Choose a different one."
    ),
    "person_has_a_username": gettext_noop("A person needs a log-in name."),
    "person_has_an_id": gettext_noop("A person needs an id."),
    "parties_renewal_digest_key": gettext_noop("A renewal with this digest exists already. Make a new one."),
    "renewal_expires_within_3_days": gettext_noop("The link of a renewal must expire after it was made, and within three days."),
    "renewal_is_known_by_its_sha256": gettext_noop("A renewal needs its SHA-256 digest, and its id is the beginning of it."),
    "renewal_is_made_and_confirmed_by_others": gettext_noop("A renewal is made by another person, and confirmed by a third one."),
    "renewal_is_used_in_time_and_confirmed": gettext_noop("A renewal is used once, in time; an official's once it is confirmed."),
    "role_desk_is_known": gettext_noop("There is no such desk. Choose one from the list."),
    "role_ends_after_it_began": gettext_noop("A role cannot end before it began."),
    "role_is_confirmed_by_another": gettext_noop("Another person must confirm a role than who gave it."),
    "role_lasts_some_time": gettext_noop("A role must end after it was given."),
    "role_of_official_has_two_people": gettext_noop("The role of an official needs a second person to confirm it."),
    "role_is_held_once": gettext_noop("The person holds this role already."),
    "role_of_provider_or_applicant_has_an_organisation": gettext_noop(
        "Providers and applicants act for an organisation; officials do not."
    ),
    "token_expires_within_90_days": gettext_noop("A token must expire after it was made, and within 90 days."),
    "token_is_known_by_its_sha256": gettext_noop("A token needs its SHA-256 digest, and its id is the beginning of that digest."),
    "view_has_list_and_name": gettext_noop("A saved view needs a list and a name."),
    "view_name_is_unique": gettext_noop("You have a view of this name already. Choose another name."),
}
TRIGGERS = (
    gettext_noop("a person is entered by an act of the agency, or by accepting an invitation"),
    gettext_noop("an account is closed by an act on it, and stays closed"),
    gettext_noop("a role that has its end never lasts longer"),
    gettext_noop("a role is given from now on and ends no earlier than now"),
    gettext_noop("a role is given by another person, at the agency or the ministry"),
    gettext_noop("a role is confirmed once, by a second person at the agency or the ministry"),
    gettext_noop("a merger that was confirmed or dropped stays so"),
    gettext_noop("a renewal made before an official role does not open it"),
    gettext_noop("a renewal that was used or withdrawn stays so"),
    gettext_noop("a renewal is confirmed once, by an act of whoever confirms it"),
    gettext_noop("a registration number stays with its organisation"),
    gettext_noop("an organisation that was merged stays merged"),
    gettext_noop("organisations are one by a confirmed merger, and both say so"),
    gettext_noop("an account that is read as another stays so"),
    gettext_noop("an account is read as another from when it is closed for that"),
    gettext_noop("an account is read as an open one that is read as no other, and none is read as it"),
    gettext_noop("accounts are one by a confirmed merger, and the one that goes has nothing left"),
    gettext_noop("a merger of accounts is proposed and confirmed by the acts of those two people"),
    gettext_noop("an account that is read as another does nothing, and nothing is given to it"),
    gettext_noop("two accounts of one person do not stand for two people"),
    gettext_noop("an address changes only by an act of the person or of the agency"),
    gettext_noop("a token that was revoked stays revoked"),
    gettext_noop("an invitation is made by a person"),
    gettext_noop("an invitation that was used or withdrawn stays so"),
    gettext_noop("an official role begins when a second person has confirmed it"),
    gettext_noop("an official acts for an organisation when a second person has confirmed it"),
)
