"""Log lines hold no secret, whatever an error says; a request's id is a proxy's or made here."""

import io
import json
import logging
import logging.config
import re

import pytest
from django.test import Client

from dure.portal.settings.logs import logging_config, without_secrets

ERROR = "at postgresql://dure:secret@host/x\nDETAIL:  Key (username)=(kim)"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("postgresql://dure:secret@host:5432/x failed", "postgresql://…@host:5432/x failed"),
        ("Forbidden: /login/?next=/a&token=secret HTTP", "Forbidden: /login/?next=…&token=… HTTP"),
        ("duplicate key\nDETAIL:  Key (username)=(kim) already exists.\nend", "duplicate key\nDETAIL: …\nend"),
        ("Internal Server Error: /rules/", "Internal Server Error: /rules/"),
    ],
)
def test_what_is_secret_or_a_persons_is_taken_out(text, cleaned):
    assert without_secrets(text) == cleaned


@pytest.fixture
def written():
    """What a logger of that configuration writes."""
    before = logging.getLogger().handlers[:]

    def lines(*, json_lines):
        stream = io.StringIO()
        config = logging_config("info", lines=json_lines)
        config["handlers"]["stderr"]["stream"] = stream
        config["loggers"] = {"dure.tried": {"handlers": ["stderr"], "level": "INFO", "propagate": False}}
        del config["root"]
        logging.config.dictConfig(config)
        try:
            int(ERROR)
        except ValueError as error:
            error.args = (ERROR,)
            logging.getLogger("dure.tried").exception("failed at %s", "/a?token=secret")
        return stream.getvalue()

    yield lines
    assert logging.getLogger().handlers[: len(before)] == before


def test_a_program_reads_one_object_a_line(written):
    text = written(json_lines=True)
    assert text.count("\n") == 1
    line = json.loads(text)
    assert (line["event"], line["level"], line["logger"]) == ("failed at /a?token=…", "error", "dure.tried")
    assert line["exception"].startswith("Traceback")
    assert not re.search("secret|kim", text)


def test_a_person_reads_it_in_words(written):
    text = written(json_lines=False)
    assert "failed at /a?token=…" in text
    assert "Traceback" in text
    assert "\x1b" not in text
    assert not re.search("secret|kim", text)


@pytest.fixture
def written_of_hosts():
    """What is written of requests with another name in their Host header."""
    stream, logger = io.StringIO(), logging.getLogger("django.security.DisallowedHost")
    config = logging_config("info", lines=True)
    config["handlers"]["stderr"]["stream"] = stream
    of_it = config["loggers"][logger.name]
    config["loggers"] = {logger.name: {"handlers": ["stderr"], "propagate": False, **of_it}}
    del config["root"]
    logging.config.dictConfig(config)
    yield stream.getvalue
    logger.handlers.clear()
    logger.filters.clear()
    logger.propagate = True


@pytest.mark.django_db
def test_a_foreign_host_is_one_line_at_warning(written_of_hosts):
    assert Client().get("/login/", headers={"Host": "evil.example"}).status_code == 400
    line = json.loads(written_of_hosts())
    assert line["level"] == "warning"
    assert "Invalid HTTP_HOST header: 'evil.example'" in line["event"]
    assert "Traceback" not in written_of_hosts()


@pytest.mark.django_db
class TestIds:
    def test_without_a_proxy_each_request_gets_one(self):
        ids = [Client().get("/rules/", headers={"X-Request-ID": "from-the-client"}).headers["X-Request-ID"] for _ in range(3)]
        assert len(set(ids)) == 3
        assert all(re.fullmatch("[0-9a-f]{16}", each) for each in ids)

    @pytest.mark.parametrize(
        ("told", "taken"),
        [("0123456789abcdef", True), ("a-b.c_d-0123", True), ("short", False), ("x" * 65, False), ("two words here", False),
         ("line\nbreak-in-it", False), ("-leading-hyphen", False), ("한글로-쓴-번호-여덟", False)],
    )  # fmt: skip
    def test_a_proxys_is_taken_where_it_is_well_formed(self, settings, told, taken):
        settings.DURE_TRUSTED_PROXIES = ["127.0.0.1/32"]
        answer = Client().get("/rules/", HTTP_X_REQUEST_ID=told)
        assert (answer.headers["X-Request-ID"] == told) is taken

    def test_what_is_not_there_bears_no_number_on_its_page(self):
        """It must look the same as what is not yours, to the last byte."""
        answer = Client().get("/agency/nothing/")
        assert answer.status_code == 404
        assert answer.headers["X-Request-ID"] not in answer.content.decode()
