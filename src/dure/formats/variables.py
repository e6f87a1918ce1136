"""Every environment variable that is read, in one list: the reference is made from it, and a test finds others."""

from typing import Literal, NamedTuple

Reader = Literal["every command", "portal", "production", "server", "tests"]
READERS: tuple[Reader, ...] = ("every command", "portal", "production", "server", "tests")


class Variable(NamedTuple):
    """A variable: who reads it, what it means, and what holds where it is not set."""

    name: str
    read_by: Reader
    meaning: str
    default: str = ""
    secret: bool = False
    needed: bool = False


VARIABLES = (
    Variable("DATABASE_URL", "every command", "The address of PostgreSQL: `postgresql://USER:PASSWORD@HOST:PORT/NAME`. In "
             "production it is needed.", "a private server below `DURE_HOME`", secret=True),
    Variable("DJANGO_SETTINGS_MODULE", "every command", "The deployment: `dure.portal.settings.production` for one that people "
             "use.", "`dure.portal.settings.local`"),
    Variable("DURE_ADMIN_URL", "every command", "The address for somebody who may make log-ins and read every row: for `init`, "
             "`backup`, `restore` and `doctor` on a server of your own.", "`DURE_OWNER_URL`", secret=True),
    Variable("DURE_APP_PASSWORD", "every command", "The password of the application's log-in on the private server.",
             "written to `dure.env` by `dure init`", secret=True),
    Variable("DURE_AS", "every command", "The person in whose name `dure act` and `dure import` act: log-in name or stable id."),
    Variable("DURE_AUDITOR_PASSWORD", "every command", "The password of the auditor's log-in on the private server, for tools "
             "that read.", "written to `dure.env` by `dure init`", secret=True),
    Variable("DURE_AUDITOR_URL", "every command", "The address for the auditor's log-in on a server of your own, for tools that "
             "read.", "written to `dure.env` by `dure init`", secret=True),
    Variable("DURE_HOME", "every command", "The folder in which an installation keeps what is its own, `dure.env` among it, "
             "which sets variables that the environment does not set.", "`.dure`; the demo's `.demo`"),
    Variable("DURE_LOGIN", "every command", "The log-in as which a command works; each command sets it.", "`app`"),
    Variable("DURE_METERING_PASSWORD", "every command", "The password of the log-in that hands in usage, on the private server.",
             "written to `dure.env` by `dure init`", secret=True),
    Variable("DURE_METERING_URL", "every command", "The address for the log-in that hands in usage, on a server of your own.",
             "written to `dure.env` by `dure init`", secret=True),
    Variable("DURE_OWNER_PASSWORD", "every command", "The password of the log-in that owns the tables on the private server.",
             "written to `dure.env` by `dure init`", secret=True),
    Variable("DURE_OWNER_URL", "every command", "The address for the log-in that owns the tables: for `dure migrate` on a server "
             "of your own.", "`DATABASE_URL`", secret=True),
    Variable("DURE_POSTGRES_BIN", "every command", "The folder of PostgreSQL's programs for a private server.",
             "what is found on this machine"),
    Variable("DURE_PROGRAMME", "every command", "The folder of the programme.", "the one that comes with dure"),
    Variable("DURE_RULES", "every command", "The variable of earlier versions, which is refused: docs/how-to/upgrade.md.",
             "not set"),
    Variable("DURE_WORKER_PASSWORD", "every command", "The password of the worker's log-in on the private server.",
             "written to `dure.env` by `dure init`", secret=True),
    Variable("DURE_WORKER_PROCESSES", "every command", "How many processes `dure worker` keeps, each of which does one job at a "
             "time; with two or more, one leaves long jobs to the others.", "`2`"),
    Variable("DURE_WORKER_URL", "every command", "The address for the worker's log-in: for `dure worker` and `dure export` on "
             "a server of your own.", "`DATABASE_URL`", secret=True),
    Variable("LANG", "every command", "The language of what `dure demo` prints: Korean where it begins with `ko`."),
    Variable("PORT", "every command", "The port of `dure serve` and `dure demo`.", "`8000`"),
    Variable("DURE_BULK_READING", "portal", "Of how many people somebody of an office may read within an hour before auditors "
             "are told.", "`500`"),
    Variable("DURE_CLOCKS", "portal", "The NTP servers with which the database's clock is compared in the last hour before a "
             "deadline, as HOST or HOST:PORT, parted by commas: three at least, better five.", "none: clocks are not watched"),
    Variable("DURE_DATABASE_ROLE", "portal", "The role that each connection takes on, which cannot alter what was filed."),
    Variable("DURE_DEBUG", "portal", "`1`: errors show their source. Read by the deployment `local` alone."),
    Variable("DURE_FILES_DAYS", "portal", "How many days a file that was made in the background is kept.", "`7`"),
    Variable("DURE_LOG_LEVEL", "portal", "The level from which lines are logged: `debug`, `info`, `warning`, `error`. A line for "
             "each request at `info`.", "`info` in production, else `warning`"),
    Variable("DURE_MAIL_FROM", "portal", "Who mail comes from, as NAME <ADDRESS>. Needed where `DURE_MAIL_HOST` is set."),
    Variable("DURE_MAIL_HOST", "portal", "The SMTP server by which mail goes out.", "none: mail waits, and the portal says so"),
    Variable("DURE_MAIL_PASSWORD_FILE", "portal", "A file with the password for the SMTP server.", "no password"),
    Variable("DURE_MAIL_PORT", "portal", "The port of the SMTP server.", "`587`, for `tls` `465`, for `none` `25`"),
    Variable("DURE_MAIL_TLS", "portal", "How the connection to the SMTP server is protected: `starttls`, `tls` or `none`.",
             "`starttls`"),
    Variable("DURE_MAIL_USER", "portal", "The name by which the SMTP server knows this installation.", "none"),
    Variable("DURE_METRICS_TOKEN", "portal", "The bearer token for `/metrics`; programs on the same machine need none.",
             "no token is valid", secret=True),
    Variable("DURE_OIDC_CLIENT_ID", "portal", "The name by which the identity provider knows this installation."),
    Variable("DURE_OIDC_CLIENT_SECRET", "portal", "What proves it to the identity provider.", secret=True),
    Variable("DURE_OIDC_NAME", "portal", "What the button says that leads to the identity provider.", "`OpenID Connect`"),
    Variable("DURE_OIDC_URL", "portal", "The address of an OpenID Connect provider, by which people may log in.", "none"),
    Variable("DURE_READINGS_DAYS", "portal", "For how many days it stays on record who has read whose personal data: 732 at "
             "least.", "`1096`"),
    Variable("DURE_SECRET_KEY", "portal", "The key that signs sessions: at least 50 characters, the same for all workers. In "
             "production it is needed.", "made once below `DURE_HOME`", secret=True),
    Variable("DURE_URL", "portal", "The address at which people open the portal, to which mails link, such as "
             "`https://HOST`.", "the first of `DURE_HOSTS`; else where `dure serve` of this home listens, or listened last"),
    Variable("DURE_BEHIND_TLS_PROXY", "production", "`1`: a proxy in front speaks TLS, and its word on https, host and the "
             "client's address counts.", "`0`: nobody's word counts"),
    Variable("DURE_HOSTS", "production", "The host names that are served, parted by commas.", needed=True),
    Variable("DURE_TRUSTED_PROXIES", "production", "The networks of the proxies in front, parted by commas. Read behind a proxy "
             "alone.", "`127.0.0.0/8,::1/128`"),
    Variable("DURE_SERVER_PID", "server", "The server's process, with which its workers end. `dure serve` sets it."),
    Variable("PROMETHEUS_MULTIPROC_DIR", "server", "The folder in which workers count together. `dure serve` sets it."),
    Variable("CI", "tests", "`true`: a test that is left out is a failure."),
    Variable("DURE_PICTURES", "tests", "A folder in which pages that are checked are drawn."),
    Variable("DURE_PROCESSOR_BUDGETS", "tests", "`1`: a test that takes more processor time than its budget fails."),
    Variable("DURE_TEST_HOME", "tests", "The folder of the tests' private server.", "`.devpg`"),
    Variable("DURE_TEST_NODE", "tests", "The folder below which the tests find what they need of Node.js.", "`.node`"),
    Variable("DURE_TEST_PROGRAMME", "tests", "The file of a run of the demo that another session of tests has made; that "
             "session sets it.", "the run is made"),
    Variable("DURE_TEST_WITHOUT_NODE", "tests", "`1`: tests that need programs which cannot be had here, such as Node.js, may be "
             "left out with `CI`, too.", "with `CI` they fail"),
    Variable("DURE_TEST_WORLD", "tests", "The file of a small programme that another session of tests has filled; that session "
             "sets it.", "it is filled"),
)  # fmt: skip
