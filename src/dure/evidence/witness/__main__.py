"""`dure-witness`: keep the heads of an installation, as an organisation that is not its operator."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path

from dure.evidence.witness.keeping import Witness, begin
from dure.evidence.witness.serving import Server
from dure.formats.errors import BadInput


def main(words: list[str] | None = None) -> int:
    """Exit codes: 0 done; 1 a head was refused; 2 bad input."""
    parser = argparse.ArgumentParser(prog="dure-witness", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("witness"), metavar="DIR", help="what it keeps (default: witness)")
    commands = parser.add_subparsers(dest="command", required=True)
    init = commands.add_parser("init", help="make the folder, with a key")
    for name in ("name", "programme", "installation"):
        init.add_argument(f"--{name}", required=True, help=_HELP[name])
    commands.add_parser("key", help="print the public key, to be published")
    serve = commands.add_parser("serve", help="take heads by HTTP, and show the log")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8400)
    see = commands.add_parser("see", help="take a head from a file, as `dure heads show` writes it; print the receipt")
    see.add_argument("head", type=Path)
    commands.add_parser("log", help="print the log, one head a line")
    arguments = parser.parse_args(words)
    try:
        return _run(arguments)
    except BadInput as error:
        print(f"dure-witness: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0


_HELP = {
    "name": "name of this witness",
    "programme": "programme whose heads are kept",
    "installation": "public key of the installation, as its operator published it",
}


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "init":
        made = begin(arguments.folder, name=arguments.name, programme=arguments.programme, installation=arguments.installation)
        print(made.public)
        return 0
    witness = Witness(arguments.folder)
    if arguments.command == "key":
        print(witness.public)
    elif arguments.command == "log":
        for line in witness.lines():
            print(json.dumps(line, ensure_ascii=False, sort_keys=True))
    elif arguments.command == "see":
        return _see(witness, arguments.head)
    else:
        serving = Server(witness, arguments.host, arguments.port)
        print(f"{witness.name} witnesses at http://{arguments.host}:{serving.server_port}", flush=True)
        serving.serve_forever()
    return 0


def _see(witness: Witness, path: Path) -> int:
    try:
        given = json.loads(path.read_bytes())
        statement, signature, leaves = given["statement"], given["signature"], given.get("leaves")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput("is no head.", where=str(path), todo="`dure heads show` writes one.") from error
    answer = witness.see(statement, signature, leaves, at=dt.datetime.now(dt.UTC))  # noqa: TID251 - a witness has a clock
    print(json.dumps({"said": answer.said, **answer.body}, ensure_ascii=False))
    return 0 if answer.said == "taken" else 1


if __name__ == "__main__":
    sys.exit(main())
