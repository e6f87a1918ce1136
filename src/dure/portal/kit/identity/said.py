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
# What the fields of these forms are called here.
LABELS = {
    "login": gettext_noop("User name"),
    "username": gettext_noop("Log-in name"),
    "password": gettext_noop("Password"),
    "oldpassword": gettext_noop("Present password"),
    "password1": gettext_noop("New password"),
    "password2": gettext_noop("New password once more"),
    "code": gettext_noop("Code of six digits, or a recovery code"),
    "name": gettext_noop("What you call it"),
    "name_ko": gettext_noop("Name in Korean"),
    "name_en": gettext_noop("Name in English"),
    "email": gettext_noop("E-mail address"),
    "desk": gettext_noop("Desk"),
    "organisation": gettext_noop("Organisation: id, or a word of its name"),
    "until": gettext_noop("Last day of the role, if it has an end"),
}
