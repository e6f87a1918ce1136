"""A real nginx on the loopback with the documented configuration and a certificate of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from portal.serving import PATIENCE, free_port
from serving.running import until

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = Path(__file__).parent.parent.parent / "docs" / "how-to" / "nginx.conf"
AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/dure.conf;
}}
"""


def need_nginx():
    """Leaves the test out, and says so, where there is no nginx; in CI that is a failure."""
    if NGINX is None:
        message = "the proxy's tests need nginx: apt-get install -y --no-install-recommends nginx-light openssl"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


def certificate(folder, name):
    """A certificate for that name, signed by itself, and its key."""
    made, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", key, "-out", made, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


@contextlib.contextmanager
def proxy(folder, behind):
    """The ports for https and http of an nginx in front of that port, its certificate, and its log."""
    made, key = certificate(folder, "localhost")
    https, http = free_port(), free_port()
    text = CONFIGURATION.read_text(encoding="utf-8")
    for written, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"), ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{https} ssl;"), ("gpu.example.kr", "localhost"),
        ("/etc/ssl/dure/certificate.pem", str(made)), ("/etc/ssl/dure/key.pem", str(key)),
        ("/var/log/nginx/", f"{folder}/"),
    ):  # fmt: skip
        assert written in text, f"{written} is not in {CONFIGURATION.name} any more"
        text = text.replace(written, here)
    (folder / "dure.conf").write_text(text, encoding="utf-8")
    around = folder / "nginx.conf"
    around.write_text(AROUND.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    process = subprocess.Popen([NGINX, "-p", folder, "-c", around], stderr=subprocess.DEVNULL)

    def answers():
        assert process.poll() is None, (folder / "error.log").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", https), timeout=PATIENCE):
            return True

    try:
        until(answers, "nginx answers")
        yield https, http, made, folder / "dure.log"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
