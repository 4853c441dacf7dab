"""Nginx before the site, as ``.deploy`` sets it up, but for TLS.

It believes 127.0.0.1, as it would a CDN, so that visitors may have addresses of their own.
"""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Forwarded-For;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
{site}
}}
"""


@contextmanager
def nginx(folder: Path, address: str) -> Iterator[str]:
    """Serve what this address serves; nginx is there, or the benchmark ends."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    site = (Path(settings.BASE_DIR) / ".deploy" / "nginx.conf").read_text(encoding="utf-8")
    site = re.sub(r"# <tls>.*?# </tls>\n", "", site, flags=re.DOTALL)
    for name, value in {
        "UPSTREAMS": f"server {address.removeprefix('http://')};",
        "HTTP": f"127.0.0.1:{port}",
        "HOSTS": "127.0.0.1",
        "ROOT": str(folder),
    }.items():
        site = site.replace(f"@{name}@", value)
    path = folder / "nginx.conf"
    path.write_text(AROUND.format(folder=folder, site=site), encoding="utf-8")
    server = subprocess.Popen([program, "-c", path, "-e", folder / "nginx.log"])
    try:
        for _ in range(100):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise AssertionError((folder / "nginx.log").read_text())
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
