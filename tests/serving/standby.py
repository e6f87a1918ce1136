"""A primary and a standby that confirms each commit, on loopback; the primary can be lost, and the standby take its place."""

import contextlib
import os
import shutil
import signal
import subprocess

import psycopg

from dure.connectors.postgres.binaries import as_server_user, find_binaries, give_to_server_user
from portal.serving import free_port
from serving.running import until

PASSWORD = "secret-of-a-test"  # noqa: S105 - of a server that ends with the test


class Pair:
    """Two servers of PostgreSQL, of which one copies the other. `primary` and `other` are their ports.

    `confirmed`: each commit waits until the standby has it on disk.
    """

    def __init__(self, folder, *, confirmed=True):
        self.folder, self.confirmed = folder, confirmed
        give_to_server_user(folder)
        self.binaries = find_binaries(folder)
        self.primary, self.other = self.ports = (free_port(), free_port())
        secret = folder / "password"
        secret.write_text(PASSWORD)
        give_to_server_user(secret)
        options = ["-U", "dure", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"]
        self.run("initdb", "-D", self.data(self.primary), *options)
        self.start(self.primary)
        with psycopg.connect(self.address(self.primary, "postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE dure")
        self.copy()

    @property
    def url(self):
        """Of both, as an installation names them."""
        return f"postgresql://dure:{PASSWORD}@{','.join(f'127.0.0.1:{port}' for port in self.ports)}/dure"

    def address(self, port, name="dure"):
        return f"postgresql://dure:{PASSWORD}@127.0.0.1:{port}/{name}"

    def data(self, port):
        return self.folder / f"data-{port}"

    def run(self, program, *words):
        given = as_server_user(self.folder)
        given["env"] = {**given.get("env", os.environ), "PGPASSWORD": PASSWORD}
        done = subprocess.run([self.binaries / program, *map(str, words)], check=False, capture_output=True, text=True, **given)
        assert done.returncode == 0, f"{program}: {done.stderr[-2000:]}"

    def start(self, port):
        log = self.folder / f"log-{port}"
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        given = as_server_user(self.folder)
        control = [self.binaries / "pg_ctl", "-s", "-w", "-D", self.data(port), "-l", log, "-o", options, "start"]
        subprocess.run([str(each) for each in control], check=True, stdout=subprocess.DEVNULL, **given)

    def copy(self):
        """Make the other one a standby of the primary."""
        shutil.rmtree(self.data(self.other), ignore_errors=True)
        place = ["-h", "127.0.0.1", "-p", self.primary, "-U", "dure"]
        self.run("pg_basebackup", "-D", self.data(self.other), *place, "-R", "--checkpoint=fast", "--no-sync")
        self.start(self.other)
        with psycopg.connect(self.address(self.primary), autocommit=True) as connection:
            if self.confirmed:
                connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                connection.execute("SELECT pg_reload_conf()")
            wanted = [("sync" if self.confirmed else "async",)]
            state = "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
            until(lambda: connection.execute(state).fetchall() == wanted, "the standby follows")

    def lose_the_primary(self):
        """kill -9 of all its processes."""
        self.kill(self.primary)

    def kill(self, port):
        leader = int((self.data(port) / "postmaster.pid").read_text().split()[0])
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)

    def stop_the_standby(self):
        self.run("pg_ctl", "-s", "-m", "immediate", "-D", self.data(self.other), "stop")

    def promote(self):
        """The standby takes writes from now on; nobody stands by it yet."""
        self.run("pg_ctl", "-s", "-w", "-D", self.data(self.other), "promote")
        self.primary, self.other = self.other, self.primary

    def end(self):
        for port in self.ports:
            with contextlib.suppress(OSError, ValueError):
                self.kill(port)
