"""A real SMTP server as the inbox: what it takes is read back as a mail program would; it can also refuse, stall and hang up."""

import email
import email.policy
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from dure.cycle.notifying.server import MailServer


class Inbox:
    """A handler of aiosmtpd. `answers`: what to say to the next mails instead of taking them, by the step of the dialogue.

    An answer is a line of SMTP, or `hang up`.
    """

    def __init__(self):
        self.taken = []
        self.answers = []

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if self.answers and self.answers[0][0] == "RCPT":
            return await self.said(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.answers and self.answers[0][0] == "DATA":
            return await self.said(server)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), message))
        if self.answers and self.answers[0][0] == "AFTER":
            return await self.said(server)
        return "250 OK"

    async def said(self, server):
        answer = self.answers.pop(0)[1]
        if answer == "hang up":
            server.transport.abort()
        return answer

    @property
    def messages(self):
        return [message for _sender, _receivers, message in self.taken]

    def to(self, address):
        """The mails to that address."""
        return [message for _sender, receivers, message in self.taken if receivers == [address]]


class OnAnyPort(Controller):
    """At a port that is free, which the system chooses."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def listening():
    """An inbox, and the port on the loopback at which it takes mails."""
    inbox = Inbox()
    controller = OnAnyPort(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield inbox, controller.port
    finally:
        controller.stop()


@contextmanager
def served(settings, **more):
    """The server runs, and the portal's mail goes to it."""
    with listening() as (inbox, port):
        settings.DURE_MAIL = MailServer("127.0.0.1", port, tls="none", sender="두레 <dure@agency.example>", **more)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.DURE_URL = "https://dure.example"
        yield inbox


def text_of(message):
    """The plain part."""
    return message.get_body(("plain",)).get_content()


def html_of(message):
    """The HTML part."""
    return message.get_body(("html",)).get_content()
