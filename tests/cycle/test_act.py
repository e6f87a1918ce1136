"""`dure act`, `dure import` and `dure token`: the same acts as by page or API, by people named on the command line."""

import json
import stat

import pytest

import factories as make
from cycle.test_importing import without_values
from dure.__main__ import main
from dure.cycle.commands.registry import COMMANDS
from dure.cycle.people.secrets import digest_of
from dure.records.journal import queries
from dure.records.journal.models import Act
from dure.records.parties.models import Organisation, Role, Token

ORGANISATION = {"id": "org-a", "name": {"ko": "기관"}, "kind": "university"}


@pytest.fixture
def say(capsys):
    """Runs the command; returns its exit code and what it printed and said."""

    def run(*words):
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.out, printed.err

    return run


@pytest.fixture
def file(tmp_path):
    def write(value, name="act.json"):
        path = tmp_path / name
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return path

    return write


@pytest.mark.django_db
class TestAct:
    def test_a_person_acts_by_log_in_name_or_stable_id(self, say, file):
        agency = make.person("agency")
        code, printed, _ = say("act", "register_organisation", file(ORGANISATION), "--as", agency.username)
        act = Act.objects.get()
        assert (code, printed) == (0, f'register_organisation: "org-a", act {act.pk} on organisation/org-a, version {act.pk}\n')
        assert (act.via, act.person) == ("command line", agency)
        more = file({**ORGANISATION, "id": "org-b"})
        code, printed, _ = say("act", "register_organisation", more, "--as", agency.uid, "--json", "--key", "k")
        assert json.loads(printed)["result"] == "org-b"
        code, printed, _ = say("act", "register_organisation", more, "--as", agency.uid, "--json", "--key", "k")
        assert json.loads(printed)["repeated"] is True
        assert Act.objects.count() == 2

    def test_an_act_on_what_has_changed_since_is_refused(self, say, file):
        agency, other = make.person("agency"), make.person()
        own = ["--as", agency.username]
        _, printed, _ = say("act", "give_role", file({"person": other.uid, "desk": "auditor"}), *own, "--json")
        version = json.loads(printed)["version"]
        assert version == queries.version(f"person/{other.uid}")
        words = ["act", "give_role", file({"person": other.uid, "desk": "ministry"}), *own, "--seen"]
        assert say(*words, version)[0] == 0
        code, printed, said = say(*words[:2], file({"person": other.uid, "desk": "operator"}), *words[3:], version)
        assert (code, printed) == (2, "")
        assert "has changed since it was shown: give_role at" in said
        assert "never shown at that version" in say(*words, 10**9)[2]
        assert (Act.objects.count(), Role.objects.filter(person=other).count()) == (2, 2)
        with pytest.raises(SystemExit):
            say(*words, "first")

    def test_the_environment_names_a_person(self, say, file, monkeypatch):
        monkeypatch.setenv("DURE_AS", make.person("agency").username)
        assert say("act", "register_organisation", file(ORGANISATION))[0] == 0

    def test_what_is_refused_ends_with_2_and_one_sentence(self, say, file):
        agency, nobody = make.person("agency"), make.person()
        good = file(ORGANISATION)
        for words, expected in (
            (["act", "register_organisation", good, "--as", nobody.uid], "may not do that"),
            (["act", "register_organisation", good, "--as", "no-such-person"], "no active person"),
            (["act", "register_organisation", good], "nobody is named"),
            (["act", "no_such_command", good, "--as", agency.uid], "there is no command"),
            (["act", "register_organisation", file({"id": 7}, "bad.json"), "--as", agency.uid], "register_organisation"),
            (["act", "register_organisation", file("[", "worse.json"), "--as", agency.uid], "not JSON"),
            (["act", "register_organisation"], "give NAME and FILE.json"),
            (["act"], "give NAME and FILE.json"),
            (["act", "--list", "--schema", "add_person"], "give NAME and FILE.json"),
        ):
            code, printed, said = say(*words)
            assert (code, printed) == (2, ""), words
            assert expected in said, said
            assert said.count("\n") == 1
        assert not Act.objects.exists()

    def test_the_table_is_listed_and_for_a_person_what_they_may(self, say):
        _, printed, _ = say("act", "--list", "--json")
        assert [each["name"] for each in json.loads(printed)] == [row.name for row in COMMANDS]
        _, printed, _ = say("act", "--list", "--as", make.person("auditor").uid)
        own = {"set_address", "make_token", "revoke_token", "save_view", "forget_view", "cancel_job", "retry_job"}
        assert {line.split()[0] for line in printed.splitlines()} == own

    def test_schemas_are_printed(self, say):
        for row in COMMANDS:
            assert json.loads(say("act", "--schema", row.name)[1])["$schema"].endswith("2020-12/schema")
        assert say("act", "--schema", "no_such_command")[0] == 2


@pytest.mark.django_db
def test_a_token_is_shown_once_and_kept_as_its_digest(say):
    person = make.person("agency")
    code, printed, said = say("token", "a script", "--as", person.username, "--days", "7", "--command", "add_person")
    assert (code, said, printed.count("\n")) == (0, "", 1)
    kept = Token.objects.get()
    assert (kept.digest, kept.commands, kept.name) == (digest_of(printed.strip()), ["add_person"], "a script")
    for words in (["--days", "91"], ["--days", "0"], ["--days", "99999999999"], ["--command", "make_token"], ["--no-read"]):
        assert say("token", "x", "--as", person.username, *words)[:2] == (2, ""), words
    assert Token.objects.count() == 1


@pytest.mark.django_db
class TestImport:
    def test_a_preview_changes_nothing_and_apply_does_what_it_said(self, say, file):
        agency = make.person("agency")
        table = file("id,name_ko,kind\na,가,company\nb,나,company\n", "rows.csv")
        code, printed, _ = say("import", "register_organisation", table, "--as", agency.uid)
        assert code == 0
        assert "2 rows, 2 on new subjects, 0 faults: possible" in printed
        assert not Organisation.objects.exists()
        code, printed, _ = say("import", "register_organisation", table, "--as", agency.uid, "--apply")
        assert (code, "carried out" in printed) == (0, True)
        assert set(Organisation.objects.values_list("id", flat=True)) == {"a", "b"}
        assert set(Act.objects.values_list("via", flat=True)) == {"import"}

    def test_faults_are_named_by_line_and_column_and_end_with_1(self, say, file, tmp_path):
        agency, faults = make.person("agency"), tmp_path / "faults.csv"
        table = file("id,name_ko,kind,youth_led\na,가,company,\nb,,company,\nc,다,company,perhaps\n", "rows.csv")
        code, printed, _ = say("import", "register_organisation", table, "--as", agency.uid, "--apply", "--faults", faults)
        assert code == 1
        assert "line 3, name_ko: invalid" in printed
        assert "line 4, youth_led: invalid" in printed
        assert "nothing was carried out" in printed
        assert not Organisation.objects.exists()
        assert faults.read_text(encoding="utf-8-sig").startswith("line,column,code,what,todo\n3,name_ko,invalid,")
        _, printed, _ = say("import", "register_organisation", table, "--as", agency.uid, "--json")
        assert json.loads(printed)["faults"][0]["column"] == "name_ko"

    def test_cells_without_a_value_are_named_by_their_place(self, say, tmp_path):
        (table := tmp_path / "rows.xlsx").write_bytes(without_values())
        code, printed, _ = say("import", "register_organisation", table, "--as", make.person("agency").uid, "--apply")
        assert code == 1
        assert "line 2, name_ko: formula: cell B2 holds a formula" in printed
        assert "line 3, name_ko: cell_error: cell B3 holds the error #REF!" in printed
        assert not Organisation.objects.exists()

    def test_a_template_is_written(self, say, tmp_path):
        for name in ("empty.xlsx", "empty.csv"):
            assert say("import", "give_role", "--template", tmp_path / name)[:2] == (0, "")
            assert (tmp_path / name).stat().st_size > 100
            assert stat.S_ISREG((tmp_path / name).stat().st_mode)
        assert say("import", "give_role", "--template", tmp_path / "empty.ods")[0] == 2
        assert say("import", "give_role")[0] == 2
