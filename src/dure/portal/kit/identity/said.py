"""What a page says after a change to one's own log-ins, by the name that allauth gives the message."""

from django.utils.translation import gettext_noop

DONE = {
    "account/messages/password_changed.txt": gettext_noop("Your password is changed. Your other sessions have ended."),
    "account/messages/password_set.txt": gettext_noop("Your password is set."),
    "mfa/messages/webauthn_added.txt": gettext_noop("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": gettext_noop("The passkey is removed."),
    "mfa/messages/totp_activated.txt": gettext_noop("The authenticator is set up."),
    "mfa/messages/totp_deactivated.txt": gettext_noop("The authenticator is removed."),
    "mfa/messages/recovery_codes_generated.txt": gettext_noop("There are new recovery codes; the old ones are void."),
    "socialaccount/messages/account_connected.txt": gettext_noop("The identity is linked."),
    "socialaccount/messages/account_connected_updated.txt": gettext_noop("The identity is linked."),
    "socialaccount/messages/account_connected_other.txt": gettext_noop("This identity belongs to another person here."),
    "socialaccount/messages/account_disconnected.txt": gettext_noop("The identity is no longer linked."),
    "usersessions/messages/sessions_logged_out.txt": gettext_noop("All other sessions have ended."),
}
# What the cycle changes of somebody's log-ins, as `cycle/people/renewals.py` has it.
RENEWED = (
    gettext_noop("A link was made by which you can set a new way to log in."),
    gettext_noop("Your log-in was renewed; every old way to log in has ended."),
)
# What the fields of these forms are called here; FORM.FIELD where one form means less than all others by it.
LABELS = {
    "login": gettext_noop("User name"),
    "username": gettext_noop("Log-in name"),
    "password": gettext_noop("Password"),
    "oldpassword": gettext_noop("Present password"),
    "password1": gettext_noop("New password"),
    "password2": gettext_noop("New password once more"),
    "code": gettext_noop("Code of six digits, or a recovery code"),
    "ActivateTOTPForm.code": gettext_noop("Code of six digits"),
    "name": gettext_noop("What you call it"),
    "email": gettext_noop("E-mail address"),
    "desk": gettext_noop("Desk"),
    "organisation": gettext_noop("Organisation: id, or a word of its name"),
    "until": gettext_noop("Last day of the role, if it has an end"),
    "kind": gettext_noop("Kind of organisation"),
    "number": gettext_noop("Registration number"),
    "address": gettext_noop("Address"),
    "RegistrationForm.desk": gettext_noop("What it wants to do"),
    "contact_name": gettext_noop("Contact person"),
    "contact_email": gettext_noop("E-mail address of the contact person"),
    "documents": gettext_noop("Documents"),
    "language": gettext_noop("Language of mails"),
    "hour": gettext_noop("Hour of the mail of the day"),
    "zone": gettext_noop("Zone of that hour"),
    "person": gettext_noop("Person: log-in name"),
    "reason": gettext_noop("How you know the person"),
}
