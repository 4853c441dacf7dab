"""A static file through nginx, as `.deploy` has it, against the same through the app.

Both give out the same stylesheet.  Limit: five
times as many, so that two cores spend theirs on pages.
"""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.benchmarks import scratch
from tests.benchmarks.figures import Figure, amount, at_least
from tests.benchmarks.pages import site
from tests.benchmarks.serving import rate_of

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def measure(entries: int) -> Iterator[Figure]:
    """Measure both, one after the other."""
    if not Path(NGINX).exists():
        raise SystemExit("static: needs nginx")
    with scratch.database() as folder, site(folder) as app:
        with urlopen(f"{app}/", timeout=60) as response:  # noqa: S310 - our own server
            home = response.read().decode()
        (style,) = re.findall(r'"/static/([^"]+/site\.[^"]+\.css)"', home)
        with nginx(folder) as server:
            through_nginx = rate_of(f"{server}/static/{style}")
            through_app = rate_of(f"{app}/static/{style}")
    yield Figure("a stylesheet through the app", amount(through_app, "/s"))
    yield Figure("  through nginx", amount(through_nginx, "/s"))
    yield at_least("  nginx : app", through_nginx / through_app, 5)


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """Give out the gathered files beside the scratch database, by as many processes as cores."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder.chmod(0o755)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 2;\n"
        "events {} http { include /etc/nginx/mime.types; access_log off; sendfile on;\n"
        f"server {{ listen 127.0.0.1:{port};\n"
        f"location /static/ {{ alias {folder}/static/; gzip_static on; }} }} }}\n"
    )
    server = subprocess.Popen([NGINX, "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
