"""Serve the portal: one server per port, several workers, none of which outlives it."""

import argparse
import errno
import os
import socket
import sys

from dure.cycle.cli.installation.opening import PRODUCTION, open_installation, settings_module
from dure.formats.errors import BadInput

HOST = "127.0.0.1"  # a proxy on this machine takes what comes from outside
FRONT = "dure.portal.front"
_NOT_HERE = {errno.EADDRNOTAVAIL, errno.EINVAL}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure serve`."""
    parser.add_argument("--port", type=int, metavar="N", help="where to listen (default: $PORT or 8000)")
    parser.add_argument("--host", default=HOST, metavar="ADDRESS", help="the address to listen on (default: this machine alone)")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes that answer; each works on 4 requests at once"
    )
    parser.add_argument(
        "--worker", action=argparse.BooleanOptionalAction, default=None,
        help="whether to start `dure worker` beside it, which ends with it (default: unless host names are served)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Becomes the server, which runs until it is interrupted: exit code 0 after SIGTERM or Ctrl-C, 1 when no worker stays up."""
    port, host, workers = port_of(arguments.port), getattr(arguments, "host", HOST), getattr(arguments, "workers", 1)
    if not 1 <= workers <= 64:
        raise BadInput(f"{workers} workers are not possible.", where="--workers", todo="Give a number from 1 to 64.")
    port_held = claim(host, port)
    open_installation()
    from dure.cycle.installing import homes, links, serving
    from dure.cycle.installing.standing import require_ready

    require_ready()
    held = port_held, serving.hold(homes.home())  # noqa: F841 - open until the end
    links.note_served(homes.home(), host=host, port=port)
    print(f"{links.address_of(host, port)}  (Ctrl-C ends it)", flush=True)
    given = getattr(arguments, "worker", None)
    beside = given or (given is None and settings_module() != PRODUCTION)
    # The server takes this process over, so that whoever ends this process ends the server.
    words = [sys.executable, "-m", FRONT, "--host", host, "--port", str(port), "--workers", str(workers)]
    os.execv(sys.executable, [*words, "--worker"] if beside else words)  # noqa: S606 - our own interpreter and fixed words


def require_free(port: int, host: str = HOST) -> None:
    """Raise where another program has the port: better before a long run than after it."""
    held = claim(host, port)
    if held is not None:
        held.close()


def port_of(given: int | None) -> int:
    """The port that was given, or that of the environment; raises `BadInput` for what is none."""
    text = str(given) if given is not None else os.environ.get("PORT", "") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        where = "PORT" if given is None else "--port"
        raise BadInput(f"{text} is not a port.", where=where, todo="Give a number from 1 to 65535.")
    return int(text)


def claim(host: str, port: int) -> socket.socket | None:
    """Take the port for the server that this process becomes; raises where another program has it.

    Workers share a port (SO_REUSEPORT), which would let a second server of the same user share it, too, and take half of
    its requests. So the port must be free for a listener that shares it with nobody, and on Linux a name that ends with the
    process is held as long as the server runs, for two that start at the same moment: the socket that is returned.
    """
    taken = BadInput(
        f"another program listens on port {port} of {host}.", where="--port", todo="Stop that program, or give another port."
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except PermissionError:
            raise BadInput(
                f"port {port} is not allowed to this user.", where="--port", todo="Give a port from 1024 to 65535."
            ) from None
        except socket.gaierror:
            raise BadInput(f"{host!r} is not an address.", where="--host", todo="Give an address of this machine.") from None
        except OSError as error:
            if error.errno in _NOT_HERE:
                raise BadInput(
                    f"{host} is not an address of this machine.", where="--host", todo="Give an address of this machine."
                ) from None
            raise taken from None
    if sys.platform != "linux":
        return None
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0dure-serve-{os.getuid()}-{port}")
    except OSError:
        name.close()
        raise taken from None
    name.set_inheritable(True)  # by the server that this process becomes
    return name
