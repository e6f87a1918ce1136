"""A log-in that a test forces upon a client counts as one by password."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver


@receiver(user_logged_in)
def record(request, user, **_given):
    from allauth.account.internal.flows.login import get_authentication_records, record_authentication

    if not get_authentication_records(request, user):
        record_authentication(request, user, method="password")
