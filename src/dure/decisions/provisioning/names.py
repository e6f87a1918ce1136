"""What is an object called on the cluster, and is it ours?

A name is the prefix, a readable slug and ten hexadecimal digits of the grant id's SHA-256, so ids in
any script give a Slurm-safe name, the same each time. The digits also tell what is ours from what
merely begins with the prefix.
"""

import hashlib
import re
from collections.abc import Mapping

from dure.formats.errors import BadInput
from dure.formats.stages.provisioning import Observed

SLUG_LETTERS = 24
DIGEST_DIGITS = 10
_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,15}")
_LOGIN = re.compile(r"[a-z_][a-z0-9_.-]{0,31}")
_NODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def slurm_account(grant: str, prefix: str) -> str:
    """The name of a grant's account, QOS and reservation."""
    return prefix + (f"{slug}_" if (slug := slug_of(grant)) else "") + _digits(grant)


def organisation_label(organisation: str) -> str:
    """The organisation in letters that Slurm gives back as it got them (it lowers the others)."""
    return "_".join(filter(None, (slug_of(organisation), _digits(organisation))))


def slug_of(text: str) -> str:
    """The ASCII letters and digits of an id, lower case, for people to read."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower(), flags=re.ASCII)[: SLUG_LETTERS + 1].strip("_")[:SLUG_LETTERS].rstrip("_")


def is_ours(thing: Observed, prefix: str) -> bool:
    """Whether the name, or of an association the account in it, is one that we make."""
    account = thing.name.split("/")[0] if thing.kind == "association" else thing.name
    shape = rf"{re.escape(prefix)}([a-z0-9_]{{1,{SLUG_LETTERS}}}_)?[0-9a-f]{{{DIGEST_DIGITS}}}"
    return re.fullmatch(shape, account, flags=re.ASCII) is not None


def is_login(person: str) -> bool:
    """Whether Slurm takes the name as it is."""
    return _LOGIN.fullmatch(person) is not None


def node_of(server: str, node_names: Mapping[str, str]) -> str:
    """The cluster's own name of a server; brackets and commas would mean a range of others."""
    node = node_names.get(server, server)
    if not _NODE.fullmatch(node):
        raise BadInput(
            f"{node!r} is not a node name of a cluster.", where=f"server {server}", todo="Give its node name in `node_names`."
        )
    return node


def refuse_prefix(prefix: str) -> None:
    """A prefix that Slurm would change or cut marks nothing."""
    if not _PREFIX.fullmatch(prefix):
        raise BadInput(
            f"{prefix!r} is not a prefix of Slurm names.",
            where="rule provisioning/name_prefix",
            todo="Up to sixteen lower-case letters, digits and underscores, a letter first.",
        )


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_DIGITS]
