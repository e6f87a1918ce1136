"""A log-in that a test forces upon a client counts as one by password."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver


@receiver(user_logged_in)
def record(request, user, **_given):
    if not hasattr(request, "allauth"):  # as every request has that came through the pages
        from allauth.account.internal.flows.login import record_authentication

        record_authentication(request, user, method="password")
