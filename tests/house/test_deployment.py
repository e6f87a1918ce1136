"""The units, the container and the chart with which dure is set up on a server: judged by the tools that will read them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from dure.formats.variables import VARIABLES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
CHART = DEPLOY / "helm" / "dure"
HELM = shutil.which("helm") or str(ROOT / ".node" / "helm")
ONLY_OWNERS = {"DURE_OWNER_URL", "DURE_ADMIN_URL"}
KUBERNETES = ("1.27", "1.37")


def needs(program, how):
    """Fail where the suite may install what is missing; say so and go on elsewhere."""
    if not os.access(shutil.which(program) or program, os.X_OK):
        if os.environ.get("CI") == "true" and not os.environ.get("DURE_TEST_WITHOUT_NODE"):
            pytest.fail(f"{program} is missing: {how}")
        pytest.skip(f"{program} is missing: {how}")


def read(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [each for each in sorted(DEPLOY.rglob("*")) if each.is_file()], ids=lambda path: path.name)
def test_every_variable_named_is_one_that_is_read(path):
    named = set(re.findall(r"\b(?:DURE_[A-Z_]+|DATABASE_URL)\b", read(path)))
    assert named <= {each.name for each in VARIABLES}


# systemd


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    """The units as they are, but for the program, which is not installed here."""
    needs("systemd-analyze", "apt install systemd")
    folder = tmp_path_factory.mktemp("units")
    for each in UNITS:
        (folder / each.name).write_text(read(each).replace("/opt/dure/bin/dure", "/bin/true"), encoding="utf-8")
    return folder


def test_systemd_reads_the_units_without_a_word(units):
    done = subprocess.run(
        ["systemd-analyze", "verify", *sorted(map(str, units.iterdir()))], capture_output=True, text=True, check=False
    )
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "dure" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", [each.name for each in UNITS if each.suffix == ".service"])
def test_a_service_is_exposed_as_little_as_it_can_be(units, name):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager", str(units / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-400:]


@pytest.mark.parametrize("name", ["dure.service", "dure-worker.service"])
def test_what_serves_people_knows_no_owner(name):
    taken = set(re.search(r"^UnsetEnvironment=(.*)$", read(DEPLOY / "systemd" / name), re.MULTILINE)[1].split())
    assert taken >= ONLY_OWNERS
    assert ("DURE_WORKER_URL" in taken) == (name == "dure.service")


# Kubernetes


def helm(*words):
    needs(HELM, "see .ci/run")
    return subprocess.run([HELM, *words], capture_output=True, text=True, check=False)


def drawn(*settings):
    words = [word for each in ("hosts={gpu.example.kr}", *settings) for word in ("--set", each)]
    done = helm("template", "dure", str(CHART), *words)
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def pods(manifests):
    """The specification of every kind of pod, by the name of its container."""
    found = {}
    for each in manifests:
        spec = each["spec"].get("jobTemplate", each).get("spec", {}).get("template", {}).get("spec")
        if spec:
            found[spec["containers"][0]["name"]] = spec
    return found


def test_the_chart_passes_its_linter():
    done = helm("lint", "--strict", str(CHART), "--set", "hosts={gpu.example.kr}")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("wrong", ["hosts={}", "hosts={GPU_example}", "portal.workers=0", "misspelt.value=1", "backup.days=none"])
def test_a_wrong_value_is_refused(wrong):
    done = helm("template", "dure", str(CHART), "--set", "hosts={gpu.example.kr}", "--set", wrong)
    assert done.returncode != 0
    assert "values" in done.stderr


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_manifest_is_what_kubernetes_knows(version):
    import kubernetes_validate

    manifests = drawn("variables.DURE_LOG_LEVEL=info", "secretVariables={DURE_METRICS_TOKEN}", "backup.timeZone=Etc/UTC")
    assert {each["kind"] for each in manifests} >= {"Deployment", "Job", "CronJob", "Ingress", "NetworkPolicy", "Service"}
    for each in manifests:
        kubernetes_validate.validate(each, version, strict=True)


def test_no_pod_may_more_than_it_needs():
    for name, spec in pods(drawn()).items():
        assert spec["securityContext"]["runAsNonRoot"], name
        assert spec["automountServiceAccountToken"] is False, name
        (container,) = spec["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip


def test_the_owners_address_is_given_to_who_moves_tables_and_makes_backups_alone():
    given = {name: {each["name"] for each in spec["containers"][0]["env"]} for name, spec in pods(drawn()).items()}
    assert set(given) == {"portal", "worker", "migrate", "backup"}
    assert {name for name, named in given.items() if named & ONLY_OWNERS} == {"migrate", "backup"}
    assert "DURE_WORKER_URL" not in given["portal"]


def test_what_is_switched_off_is_not_there():
    kinds = {each["kind"] for each in drawn("migrate.enabled=false", "backup.enabled=false", "ingress.enabled=false")}
    assert not kinds & {"Job", "CronJob", "Ingress"}


# The container


def test_the_container_takes_in_what_there_is_and_nothing_else():
    text = read(DEPLOY / "container" / "Containerfile")
    taken = {name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for name in line.split()}
    let_in = set(re.findall(r"^!(.+)$", read(ROOT / ".dockerignore"), re.MULTILINE))
    assert taken == let_in
    assert all((ROOT / name).exists() for name in taken)
    assert re.search(r"^USER (\d+)$", text, re.MULTILINE)[1] == str(pods(drawn())["portal"]["securityContext"]["runAsUser"])
