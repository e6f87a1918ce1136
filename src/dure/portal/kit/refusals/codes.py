"""Each code with which a command is refused, as a sentence: what stands in the way, and what to do about it."""

from django.utils.translation import gettext_noop

SENTENCES = {
    "account_closed": gettext_noop("This account is closed. Name one that is open."),
    "account_merged_away": gettext_noop("This account is another by now: name that one."),
    "all_awarded": gettext_noop("Every lot of this call is awarded: nothing is left to select."),
    "attached_already": gettext_noop("This file is attached here already: nothing is left to do."),
    "answered": gettext_noop("It has its answer already. Load the page again to see it."),
    "bad_facts": gettext_noop("A decision cannot be made from these facts. Correct them and check again."),
    "bad_input": gettext_noop("What was given cannot be read. Check it and send it again."),
    "asked_already": gettext_noop("This has been asked for already, and is not done yet. Wait for its end, or cancel it."),
    "beneficiary": gettext_noop(
        "Nobody judges a case of an organisation for which they act, or of its group. Leave it to somebody with no stake in it."
    ),
    "beyond_appropriation": gettext_noop("The budget lines come to more than was appropriated. File the budget again."),
    "beyond_budget": gettext_noop("The awards cost more than the call has left. File the selection again."),
    "beyond_commitment": gettext_noop("It would pay more than was committed. Enter a smaller amount."),
    "beyond_invoice": gettext_noop("The payments would come to more than was billed, or to less than nothing. Check the amount."),
    "before_the_agreement": gettext_noop("The agreement had not begun on that day. Give a day within it."),
    "before_the_order": gettext_noop("It cannot have come before it was ordered. Give the day on which it came."),
    "beyond_awards": gettext_noop("It would order more servers of that model than were awarded. Order fewer."),
    "beyond_lines": gettext_noop(
        "The budget lines that pay the call have not so much left. Ask for less, or have a new budget approved first."
    ),
    "beyond_line": gettext_noop("The budget line has not so much left. File it again for a smaller amount."),
    "before_the_grant": gettext_noop("The grant had no server yet on that day. Give a day since its first server was leased."),
    "before_the_invoice": gettext_noop(
        "No money comes in on an invoice before it is issued. Give the day on the bank statement, and check the invoice number."
    ),
    "billed_already": gettext_noop("Prices of months that have been billed stay. Begin with a month that has not been billed."),
    "check_failed": gettext_noop(
        "Nothing was filed: the independent checker refuses what the decision made. Report this to the people who run the system."
    ),
    "comes_twice": gettext_noop("Something is listed twice. List each once."),
    "deadline_over": gettext_noop("The deadline has passed already: nobody could meet it. Choose a later one."),
    "document": gettext_noop("Attach one to five documents, each a PDF, PNG or JPEG of at most 5 MB."),
    "document_too_large": gettext_noop("The file is larger than 10 MB. Divide it, or save its pictures smaller."),
    "documents_not_checked": gettext_noop("The documents of a proposal have not been checked: enter the result first."),
    "draft_too_large": gettext_noop("It is too large to be saved as a draft."),
    "empty_file": gettext_noop("The file is empty."),
    "empty_period": gettext_noop("No lease ran in this period. Choose a period in which GPUs were used."),
    "four_eyes": gettext_noop("You filed or signed it yourself: another person of the desk must answer it (four eyes)."),
    "given_back": gettext_noop("Servers that were to be taken back are held no more. File the reclaim again."),
    "given_up": gettext_noop("It was tried several times and failed each time. The people who run the system find out why."),
    "granted_already": gettext_noop("The round has granted it already. File the allocation again from what is left."),
    "has_handed_in": gettext_noop(
        "This evaluator has handed in a sheet and stays on the panel. Declare a conflict of interest for what they cannot judge: "
        "their sheets on it then no longer count."
    ),
    "seated_already": gettext_noop("This person sits on the panel already, or has left it. Choose somebody who never sat there."),
    "hidden_character": gettext_noop("A text holds a character that cannot be seen or stored. Remove it."),
    "id_not_own": gettext_noop(
        "Begin the id of a proposal with that of your own organisation, the id of a result with that of its application."
    ),
    "id_taken": gettext_noop("This id is taken. Choose another."),
    "infeasible": gettext_noop("No answer satisfies the rules with these facts."),
    "invitation_lifetime": gettext_noop("An invitation lasts at most 30 days. Give an earlier end that is still to come."),
    "invitation_over": gettext_noop("This invitation opens nothing any more. Ask for a new one."),
    "last_administrator": gettext_noop(
        "The agency would have nobody left whose role has no last day: seat another person there first."
    ),
    "log_in_name": gettext_noop("A log-in name is of 3 to 80 small letters, digits, dots, hyphens and underscores."),
    "no_price": gettext_noop("A GPU model that servers have is without a price: what is used of it could never be billed."),
    "not_first_of_month": gettext_noop("Each month is charged at one price: begin with the first day of a month."),
    "not_first": gettext_noop("An administrator can log in already: ask them for an invitation."),
    "language_missing": gettext_noop("A name or title is not given in the programme's first language. Add it there."),
    "language_unknown": gettext_noop(
        "A name or title is given in a language that the programme does not have. Give it in the programme's languages."
    ),
    "invalid": gettext_noop("A value cannot be taken. Check what you filled in."),
    "key_over": gettext_noop("This key has ended already. Load the page again."),
    "key_reused": gettext_noop("This page was sent already. Open the form again for another act."),
    "leased_already": gettext_noop("A server of the plan is leased at that time already. File the allocation again."),
    "merged_away": gettext_noop("This organisation is another by now: name that one."),
    "merger_impossible": gettext_noop("These two organisations cannot be read as one now."),
    "merger_waits": gettext_noop("A merger of this organisation waits already: confirm or drop that one first."),
    "no_appeal": gettext_noop("There is no open appeal. Load the page again."),
    "no_budget": gettext_noop("The money that pays it has not been divided into lines: have its budget approved first."),
    "no_call": gettext_noop("No user call has closed yet."),
    "no_change": gettext_noop("Nothing would change. Give at least one new term."),
    "no_estimate": gettext_noop("No survey has an approved estimate yet: file and approve the demand first."),
    "no_extension": gettext_noop("Nobody has proposed that deadline."),
    "no_evidence": gettext_noop("The result has no evidence to verify. Ask those who reported it."),
    "no_file": gettext_noop("You have not handed in this file within the last day. Choose it again."),
    "not_a_document": gettext_noop(
        "Attach a PDF, picture, office document or ZIP archive, under a name that ends as such files do."
    ),
    "no_longer_yours": gettext_noop("What was asked for is not yours to read any more. If that is wrong, ask the agency."),
    "no_merger": gettext_noop("No merger of this organisation waits. Load the page again."),
    "no_notice": gettext_noop("There is no notice that waits for this. Load the page again."),
    "noticed_today": gettext_noop("A grant got a notice on this day already. Approve the reclaim on another day."),
    "no_person_merger": gettext_noop("No merger of this account waits. Load the page again."),
    "no_priority": gettext_noop("No policy priority is set for that day: set it first."),
    "no_reason": gettext_noop("Say what the documents lack: the provider reads it."),
    "no_records": gettext_noop("No usage is reported for this month: report it first."),
    "no_report": gettext_noop("Nothing has been reported yet: report the build-out first."),
    "no_role": gettext_noop("The person holds no such role. Check the desk and the organisation."),
    "no_version": gettext_noop("It was never shown at that version. Look at it again."),
    "head_is_fixed": gettext_noop("Currency, zone and id of a programme stay once something was filed. Put them back."),
    "other_book": gettext_noop("The rule book was edited and not adopted. The keepers of the server adopt it, or put it back."),
    "no_rule": gettext_noop("A rule has no value in force on that day. Choose a later day, or have the rule dated earlier."),
    "no_shares": gettext_noop("No shares are in force: file and approve them first."),
    "no_terms": gettext_noop("The terms are missing: set them first."),
    "nothing_held": gettext_noop("All servers of this grant have been given back or taken back, or its time is over."),
    "not_a_period": gettext_noop("This is no period. Choose a year, half, quarter or month."),
    "not_a_recommendation": gettext_noop("Only a filed decision can be answered."),
    "not_approved": gettext_noop("It has not been approved, and nothing takes effect before that."),
    "not_checked": gettext_noop("No application has been found eligible: file and approve the eligibility first."),
    "not_found": gettext_noop("There is no such thing."),
    "not_later": gettext_noop("A deadline only moves later. Give a later time."),
    "not_metered": gettext_noop("This month is not metered: file and approve the metering first."),
    "not_now": gettext_noop("It is not possible in the present state."),
    "not_signed": gettext_noop("The signature does not belong to a key of yours that is in force. Sign again."),
    "not_permitted": gettext_noop("It is not for your desk to do this."),
    "not_ranked": gettext_noop("There is no approved ranking yet: file and approve the evaluation first."),
    "not_read": gettext_noop("The cluster of this pool has not been read: report its state first."),
    "not_whole": gettext_noop("Not every row can be seen from here. The keepers of the server export the whole."),
    "not_accepted": gettext_noop("Servers serve from the day of their acceptance on. Give that day, or a later one."),
    "not_awarded": gettext_noop("The agreement is about no servers of that model. Choose a model that was awarded."),
    "not_delivered": gettext_noop(
        "So many servers had not been delivered by that day. Record the delivery first, or put fewer servers in service."
    ),
    "not_ordered": gettext_noop("So many servers of that model were not ordered. Enter the order first, or register fewer."),
    "other_model": gettext_noop("The order and the cluster are of different GPU models. Choose a cluster of the model ordered."),
    "other_owner": gettext_noop("The agreement says that the servers belong to another. Choose the owner whom it names."),
    "other_provider": gettext_noop("The cluster is another provider's. Choose a cluster of the provider that ordered."),
    "not_yet": gettext_noop("That day, or the end of that month, is still to come. Enter it when it has."),
    "not_yours": gettext_noop("There is no such thing."),
    "number_taken": gettext_noop(
        "An organisation with this registration number is registered already. Ask its people or the agency for an invitation."
    ),
    "number_wrong": gettext_noop(
        "The registration number is not complete, or its check digit is wrong. Compare it with the certificate."
    ),
    "nothing_awarded": gettext_noop("There is no award without an agreement: file and approve a selection first."),
    "off_step": gettext_noop("The points are not on the published step. Round them to it."),
    "other_pool": gettext_noop("The pool holds servers of another provider or model. Name another pool."),
    "panel_not_locked": gettext_noop("Scoring has not ended: lock the panel first."),
    "period_not_over": gettext_noop("This period has not ended. Wait for its end, or choose a shorter one."),
    "person_merger_impossible": gettext_noop("These two accounts cannot be read as one person's now."),
    "person_merger_waits": gettext_noop("A merger of this account waits already: confirm or drop that one first."),
    "reason_missing": gettext_noop("A refusal needs its reason: say why in the note."),
    "recused": gettext_noop("The evaluator has stepped back from this item, so no sheet of theirs is taken."),
    "refused_by_records": gettext_noop("The records do not allow it. Check the values."),
    "renewal_over": gettext_noop("This link opens nothing any more, or waits for nobody. Load the page again or make a new one."),
    "rows_refused": gettext_noop("Some rows are not possible. Correct them and send the table again."),
    "role_lifetime": gettext_noop("The role would be over already. Give a last day that is still to come, or none."),
    "same_address": gettext_noop("This is the address already. Give another one."),
    "sectors_differ": gettext_noop(
        "A signal is missing for some sector: complete it. A sector without a figure is unknown, not zero."
    ),
    "shares_do_not_sum": gettext_noop("The shares do not sum to one. Correct them."),
    "solved_already": gettext_noop("The round is being solved. Wait for its end, or stop it."),
    "stale": gettext_noop("Somebody has changed it in the meantime. Look at it again."),
    "step_up_needed": gettext_noop("This act asks for a recent log-in: log in again, then do it. Nothing was done."),
    "still_open": gettext_noop("The call is still open: what comes in before its deadline counts, too. Wait for it."),
    "token_lifetime": gettext_noop("A token lives at most 90 days. Give an earlier end that is still to come."),
    "token_scope": gettext_noop("A token needs something that it may do, and may do nothing that its owner may not."),
    "no_reviewer": gettext_noop("The person does not sit at the reviewer desk. Give them that role first, or choose another."),
    "could_hand_in": gettext_noop(
        "The person acts for an organisation that could hand in what is judged, or for one of its group. Choose somebody "
        "who acts for none, whether it has handed in or not."
    ),
    "too_few_seats": gettext_noop("With so few seats nothing could ever be ranked. Add seats, also without their people."),
    "too_few_sheets": gettext_noop("Too few score sheets are in for anything to be ranked: a locked panel takes none any more."),
    "too_many_documents": gettext_noop("There are 20 documents already. Remove one, or put several into one file."),
    "too_many_uploads": gettext_noop("Too many files that you handed in wait to be attached. Attach them, or wait a day."),
    "too_many_drafts": gettext_noop("You have too many drafts. Delete some."),
    "too_many_files": gettext_noop("You are waiting for several files already. Wait for one of them, or cancel it."),
    "far_date": gettext_noop("A date lies outside the years that are possible here. Check it."),
    "file_gone": gettext_noop("The file is no longer kept. Ask for it again."),
    "too_many_points": gettext_noop("The points are more than the criterion has. Give no more than its most."),
    "too_many_servers": gettext_noop("No more servers can be busy than the grant has. Check the figure."),
    "unknown_command": gettext_noop("There is no such act."),
    "unknown_id": gettext_noop("The records do not hold what you named. Choose it from the list."),
    "unknown_key": gettext_noop("It was filed by another version of the system, and cannot be answered by this one."),
    "unknown_model": gettext_noop("The register has no such GPU model. Choose one of those listed."),
    "unknown_sector": gettext_noop("The programme has no such sector. Choose one of those listed."),
    "unknown_version": gettext_noop("The facts are of a version that is not known. Give them in the present one."),
    "waits_no_longer": gettext_noop("An application that was to get servers waits no longer. File the reclaim again."),
    "which_notice": gettext_noop("Several notices wait for this. Choose the one that is meant, by its day."),
    "wrong_criteria": gettext_noop("Give points for each criterion of the panel, and for no other."),
    # tables of many acts
    "not_utf8": gettext_noop("The file is not in UTF-8."),
    "bad_file": gettext_noop("The file cannot be read. Save it again as XLSX, or as CSV in UTF-8."),
    "bad_header_row": gettext_noop("A column has no name, or two have the same. Correct the first row."),
    "bad_json": gettext_noop("It holds no JSON that can be read. Correct it."),
    "cell_error": gettext_noop("A cell holds an error instead of a value. Correct it, or leave the cell empty."),
    "formula": gettext_noop("A cell holds a formula, but only plain values are read. Replace it with its value."),
    "bad_row": gettext_noop("A row has more cells than there are columns. Correct it."),
    "missing_column": gettext_noop("A column is missing. Start from the template."),
    "no_header": gettext_noop("There is no row of column names. Start from the template."),
    "too_large_inside": gettext_noop("The file is too large once it is unpacked. Divide it."),
    "too_many_rows": gettext_noop("There are too many rows. Divide them into several files."),
    "content_type": gettext_noop("The file is neither XLSX, CSV nor JSON lines. Choose another."),
    "unknown_column": gettext_noop("There is a column that the act does not have. Start from the template."),
    # no answer satisfies the rules
    "bounds_exclude_one": gettext_noop("No shares that sum to one lie within floors, ceilings and step. Change a bound."),
    "minimum_public_gpus": gettext_noop("No selection within the rules reaches the smallest number of public GPUs."),
    "no_answers": gettext_noop("Nobody answered the survey, so nothing can be estimated."),
    "no_demand": gettext_noop("Nobody who answered the survey wants a server, so nothing can be estimated."),
    "panel_incomplete": gettext_noop("Too few score sheets count. Have substitutes score the items."),
    "pool_exhausted": gettext_noop("There are too few candidates for the seats. Name more."),
    "matched_below_minimum": gettext_noop(
        "At the lowest prices too few public GPUs are awarded; another selection reaches more."
    ),
    "rank_walk_below_minimum": gettext_noop(
        "Following the ranking, too few public GPUs are reached; another selection reaches more."
    ),
    "server_granted_twice": gettext_noop("A server is granted twice at one time. Correct the grants."),
    "smallest_part": gettext_noop("There are too many sectors for each to have the smallest part of the results."),
    "step_cannot_reach_bound": gettext_noop(
        "One decision may not move a sector so far as its bounds ask. Change a bound or the step."
    ),
    "too_few_answers": gettext_noop("One answer alone has no error that could be estimated."),
    "too_many_portfolios": gettext_noop("The best selection could not be proven. Offer fewer steps, or split the call."),
    "other_statement": gettext_noop("What was signed says something else, or was signed too long ago. Load the page and sign."),
    "signature_needed": gettext_noop("This answer needs your signature. Sign what is shown with your key, and send it again."),
}  # fmt: skip
# What to do, of the codes whose sentence above does not say it: programs are told both apart.
TODOS = {
    "empty_file": gettext_noop("Choose it again, or save it again first."),
    "not_utf8": gettext_noop("Save it as “CSV UTF-8” or as XLSX, and send it again."),
}
