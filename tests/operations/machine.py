"""A throw-away machine: what `.deploy/install` sets up, in a folder, on loopback ports, no systemd.

PostgreSQL, Redis and nginx are real and its own.  The test plays systemd: it holds the sockets and
runs what the units say.
"""

import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPResponse, HTTPSConnection
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import trustme

from tests.needs import missing
from tests.operations.postgres import Server

ROOT = Path(__file__).parents[2]
HOST = "localhost"
PYTHON = "/usr/bin/python3"  # Debian's own, as on a server
PROGRAMS = {"nginx": "/usr/sbin/nginx", "redis-server": "redis-server", "curl": "curl"}
# Who owns the processes of the app: on every Debian there is somebody who owns nothing.
USER = "nobody" if os.geteuid() == 0 else os.environ.get("USER", "")


class Machine:
    """The machine in a folder; ``with machine() as …`` starts and ends it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self.http, self.https, self.redis, self.postgres = free_ports(4)
        self.root = folder / "srv/digest"
        self.sockets = [self._listening(f"web{number}.sock") for number in (1, 2)]
        self._web: dict[socket.socket, subprocess.Popen[bytes]] = {}
        self._ask, self._log = folder / "restart", (folder / "log").open("ab")
        stack.callback(self._log.close)
        authority = trustme.CA()
        authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(f"{folder}/tls.pem")
        self.tls = ssl.create_default_context()
        authority.configure_trust(self.tls)

    @property
    def address(self) -> str:
        """Where readers find it."""
        return f"https://{HOST}:{self.https}"

    def run(self, *command: str | Path | int) -> str:
        """Run a command to its end; return what it printed."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    def install(self) -> str:
        """Set it up as a person would, but for where things lie and who restarts the app."""
        first, second = self.socket_path(0), self.socket_path(1)
        options: dict[str, str | Path | int] = {
            "--host": HOST,
            "--title": "The 论文 $HOME",
            "--prefix": self.folder,
            "--user": USER,
            "--python": PYTHON,
            "--address": "127.0.0.1",
            "--http-port": self.http,
            "--https-port": self.https,
            "--cache": f"redis://127.0.0.1:{self.redis}/0",
            "--workers": 1,
            "--listen": first,
            "--restart": f"touch {self._ask}; while [ -e {self._ask} ]; do sleep 0.05; done",
        }
        return self.run(
            ".deploy/install", "--no-packages", *chain.from_iterable(options.items()),
            "--tls", self.folder / "tls.pem", self.folder / "tls.pem",
            "--postgres", self.folder, self.postgres, "--upstream", first, "--upstream", second,
        )  # fmt: skip

    def manage(self, *arguments: str) -> str:
        """Run a command of the app that is deployed."""
        return self.run(self.root / "manage", *arguments)

    def socket_path(self, number: int) -> Path:
        """Return where one of the app's two masters listens."""
        return self.folder / f"web{number + 1}.sock"

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        """Ask nginx."""
        connection = HTTPSConnection(HOST, self.https, context=self.tls, timeout=75)
        with closing(connection):
            connection.request("GET", quote(path), headers=headers)
            answer = connection.getresponse()
            return answer, answer.read()

    def get_from(self, number: int, path: str) -> str:
        """Ask one of the app's masters, past nginx."""
        return self.run(
            "curl", "--silent", "--show-error", "--fail", "--unix-socket", self.socket_path(number),
            "--header", f"Host: {HOST}:{self.https}", "--header", "X-Forwarded-Proto: https",
            f"http://{HOST}{path}",
        )  # fmt: skip

    def start_postgres(self) -> None:
        """Start a server that knows people by their name on this machine, as Debian's does."""
        server = Server(self.folder / "postgres", self.folder, self.postgres)
        server.make("-A", "peer")
        server.start()
        self._stack.callback(server.stop)

    def start_redis(self) -> None:
        """Start a server that keeps nothing on disk."""
        self._start(["redis-server", "--port", str(self.redis), "--bind", "127.0.0.1",
                     "--save", "", "--dir", str(self.folder)])  # fmt: skip
        wait_for(lambda: reachable(self.redis))

    def start_nginx(self) -> None:
        """Start a server with the site that was written, where Debian's own includes it."""
        main = self.folder / "nginx.conf"
        site = self.folder / "etc/nginx/sites-enabled/digest"
        owner = "user www-data;" if os.geteuid() == 0 else ""
        temporary = "".join(
            f"{name}_temp_path {self.folder}/nginx_{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        main.write_text(
            f"{owner} daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/log;\n"
            "events {}\nhttp { include /etc/nginx/mime.types; access_log off;\n"
            f"sendfile on; {temporary} include {site}; }}\n"
        )
        self.run(PROGRAMS["nginx"], "-t", "-q", "-c", main)
        self._start([PROGRAMS["nginx"], "-c", str(main)])
        wait_for(lambda: reachable(self.https))

    def play_systemd(self) -> None:
        """Restart the app's masters whenever a script asks for it, one after the other."""
        ended = threading.Event()

        def play() -> None:
            while not ended.wait(0.02):
                if self._ask.exists():
                    self._restart()
                    self._ask.unlink()

        thread = threading.Thread(target=play)
        thread.start()
        for one in self.sockets:
            self._stack.callback(self._end_web, one)
        self._stack.callback(thread.join)
        self._stack.callback(ended.set)

    def _restart(self) -> None:
        for one in self.sockets:
            self._end_web(one)
            self._web[one] = self._master(one)

    def _end_web(self, listening: socket.socket) -> None:
        if master := self._web.pop(listening, None):
            master.terminate()
            master.wait(60)

    def _master(self, listening: socket.socket) -> subprocess.Popen[bytes]:
        """Start what `digest.service` says, with its socket as the third open file."""
        unit = (self.folder / "etc/systemd/system/digest.service").read_text()
        said = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
        script = (
            'exec 3<&"$1"; set -a; . "$2"; cd "$3"; shift 3; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
        )
        handle = listening.fileno()
        return subprocess.Popen(
            ["bash", "-c", script, "-", str(handle), said["EnvironmentFile"],
             said["WorkingDirectory"], *change_user(said["User"]), *shlex.split(said["ExecStart"])],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, pass_fds=[handle],
            stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def _start(self, command: list[str]) -> None:
        process = subprocess.Popen(command, stdout=self._log, stderr=self._log)
        self._stack.callback(process.wait, 30)
        self._stack.callback(process.terminate)

    def _listening(self, name: str) -> socket.socket:
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(self.folder / name))
        (self.folder / name).chmod(0o666)
        listening.listen(128)
        self._stack.callback(listening.close)
        return listening


def change_user(name: str) -> list[str]:
    """Return what goes before a command so that this user runs it, in the same process."""
    return ["setpriv", f"--reuid={name}", "--clear-groups"] if os.geteuid() == 0 else []


def free_ports(count: int) -> list[int]:
    """Return as many ports of 127.0.0.1 that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def reachable(port: int) -> bool:
    """Say whether somebody listens there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def wait_for(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until this holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def machine() -> Iterator[Machine]:
    """Start a machine and set it up; end all of it afterwards."""
    for name, program in PROGRAMS.items():
        if not shutil.which(program):
            missing(name)
    # Not in a folder of the test's, which nobody but its owner may enter.
    with TemporaryDirectory(prefix="digest-", dir="/tmp") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        made = Machine(folder, stack)
        made.start_postgres()
        made.start_redis()
        made.play_systemd()
        made.install()
        made.start_nginx()
        yield made
