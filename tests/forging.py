"""A forger of evidence: has the rights of the application and of the owner, makes every hash again, and holds nobody's key.

The export of a forged database is signed by the installation, which does not know: so its signature of the manifest proves
nothing here, and must not be what finds a forgery.
"""

import copy
import io
import json
import zipfile
from collections import defaultdict

from dure.evidence.archive import Archive, Writer
from dure.evidence.holding import Cache
from dure.evidence.journal import GENESIS, entry_hash
from dure.evidence.manifest import statement_of
from dure.evidence.signatures.signing import sign
from dure.evidence.verifying import verify
from dure.formats.canonical import canonical_bytes, digest, plain

NESTED = {"rules", "panels", "rounds"}  # parts whose rows are changed within
NAMES = ("facts", "rules", "recommendation")


class Evidence:
    """One export in memory, from which forged copies are made."""

    def __init__(self, path, *, key):
        self.key = key
        archive = Archive(path)
        self.manifest = archive.manifest
        self.order = [each["name"] for each in self.manifest["parts"]]
        self.parts = {name: [json.loads(line) for line in archive.lines(name)] for name in self.order}
        with zipfile.ZipFile(path) as file:
            self.documents = {
                name.removeprefix("documents/").removesuffix(".json"): file.read(name)
                for name in file.namelist()
                if name.startswith("documents/")
            }
            self.raw = {name: file.read(f"records/{name}.jsonl") for name in self.order}
        self.about = {each["name"]: each for each in self.manifest["parts"]}
        self.values = {}

    def value(self, key):
        if key not in self.values:
            self.values[key] = json.loads(self.documents[key])
        return self.values[key]


class Case:
    """A copy that is forged: parts are copied when they are touched."""

    def __init__(self, evidence, rng):
        self.base, self.rng = evidence, rng
        self.parts, self.documents = {}, {}
        self.manifest_changes = {}
        self.signed_by_installation = True
        self.members = {}

    def rows(self, name):
        if name not in self.parts:
            whole = copy.deepcopy if name in NESTED else dict
            self.parts[name] = [whole(row) for row in self.base.parts[name]]
        return self.parts[name]

    def pick(self, name, keep=lambda _row: True):
        """A row of that part, at random."""
        found = [row for row in self.rows(name) if keep(row)]
        if not found:
            raise LookupError(name)
        return self.rng.choice(found)

    @property
    def entries(self):
        return self.rows("journal")

    def recommendations(self, *decisions):
        """Approved ones whose documents are in the export."""
        approved = {each["refers_to"] for each in self.entries if each["kind"] == "approval"}
        return [
            each
            for each in self.entries
            if each["seq"] in approved
            and (not decisions or each["decision"] in decisions)
            and each["facts_digest"] in self.base.documents
        ]

    def approval_of(self, entry):
        return next(each for each in self.entries if each["refers_to"] == entry["seq"])

    def document(self, entry, name):
        key = entry[f"{name}_digest"]
        return copy.deepcopy(json.loads(self.documents[key]) if key in self.documents else self.base.value(key))

    def put(self, entry, name, value):
        """Another document in its place."""
        key = digest(value)
        self.documents[key] = canonical_bytes(value)
        entry[f"{name}_digest"] = key

    def act_of(self, entry):
        """The act that answered a recommendation, or filed it."""
        command = {"approval": "approve_decision", "refusal": "refuse_decision"}.get(entry["kind"])
        about = f"entry/{entry['refers_to']}"
        return next(
            act
            for act in self.rows("acts")
            if (act["command"] == command and act["about"] == about)
            or (
                command is None
                and act["command"].startswith("file_")
                and (act["at"], act["person"]) == (entry["at"], entry["who"])
            )
        )

    def give(self, act, **changes):
        """Another input of an act, with its digest."""
        act["given"] = {**act["given"], **changes}
        act["input"] = digest(act["given"])

    def chain_again(self):
        """Numbers without a gap, and every hash made again; whatever names an entry by number follows."""
        new = {entry["seq"]: place for place, entry in enumerate(self.entries, start=1)}
        previous = GENESIS
        for entry in self.entries:
            entry["seq"], entry["previous_hash"] = new[entry["seq"]], previous
            if entry["refers_to"] is not None:
                entry["refers_to"] = new.get(entry["refers_to"], entry["refers_to"])
            entry["hash"] = previous = entry_hash(entry)
        if any(old != now for old, now in new.items()):
            self._rename(new)

    def _rename(self, new):
        """Whatever names an entry by its number names it by the new one."""
        for name in self.base.order:
            if name in {"journal", "log"} or not any(row.get("entry") is not None for row in self.base.parts[name]):
                continue
            for row in self.rows(name):
                if row["entry"] is not None:
                    row["entry"] = new.get(row["entry"], row["entry"])
        for act in self.rows("acts"):
            kind, _, number = act["about"].partition("/")
            if kind == "entry":
                act["about"] = f"entry/{new.get(int(number), int(number))}"
        for row in self.rows("log"):
            if row["entry"] is not None:
                row["entry"] = new.get(row["entry"])

    def log_again(self, *, heads):
        """The log of what is there; its heads are left out, since nobody can sign new ones, or stay as they were."""
        acts, entries = {act["act"] for act in self.rows("acts")}, {entry["seq"] for entry in self.entries}
        kept = [row for row in self.rows("log") if row["act"] in acts or row["entry"] in entries]
        known = {row["act"] for row in kept}
        kept += [{"entry": None, "act": act} for act in sorted(acts - known)]
        self.parts["log"] = [{**row, "place": place} for place, row in enumerate(kept, start=1)]
        if not heads:
            self.parts["heads"], self.parts["receipts"] = [], []

    def forget(self, seq):
        """Everything that carries out or signs that entry goes."""
        for name in self.base.order:
            if name in {"journal", "log", "budget_lines"} or not any(row.get("entry") == seq for row in self.base.parts[name]):
                continue
            self.parts[name] = [row for row in self.rows(name) if row["entry"] != seq]

    def written(self):
        """The file, with documents that the journal names and no others."""
        file = io.BytesIO()
        writer = Writer(file)
        writer._zip.compresslevel = 0
        for name in self.base.order:
            if name in self.parts:
                writer.part(name, self.parts[name])
            else:
                self._as_it_was(writer, name)
        journal = self.parts.get("journal", self.base.parts["journal"])
        held_back = {each["digest"]: each for each in self.base.manifest["withheld"]}
        named = {entry[f"{name}_digest"] for entry in journal for name in NAMES} - {""}
        for key in sorted(named - set(held_back)):
            writer.document(key, self.documents.get(key) or self.base.documents[key])
        about = {name: self.base.manifest[name] for name in ("programme", "zone", "code_version", "public")}
        about |= {
            "journal": {"entries": len(journal), "hash": journal[-1]["hash"]},
            "withheld": [each for key, each in sorted(held_back.items()) if key in named],
        }
        manifest = writer.finish({**about, **self.manifest_changes})
        statement = statement_of(manifest)
        writer.close(canonical_bytes(plain(sign(self.base.key, statement))).decode() if self.signed_by_installation else "")
        return file

    def _as_it_was(self, writer, name):
        """A part that nobody touched, without writing each line again."""
        with writer._open(f"records/{name}.jsonl") as member:
            member.write(self.base.raw[name])
        writer.parts.append(self.base.about[name])

    def report(self, trust, cache=None):
        return verify(Archive(self.written()), trust, cache=cache or CACHE)


CACHE = Cache(shared=True)
SIGNATURES = {"unsigned_answer", "forged_signature", "other_statement", "foreign_key"}
HEADS = {"rewritten", "cut_tail", "forged_head", "forged_receipt", "unwitnessed", "backdated"}
FILE = {"changed_manifest", "unsigned_manifest", "forged_manifest", "swapped_document", "foreign_member"}


def layers(report):
    """Which parts of the proof found something: signatures of people, witnesses, the file, or the records themselves."""
    found = defaultdict(int)
    for each in report.findings:
        layer = (
            "signatures"
            if each.code in SIGNATURES
            else "witnesses"
            if each.code in HEADS
            else "file"
            if each.code in FILE
            else "records"
        )
        found[layer] += 1
    return dict(found)
