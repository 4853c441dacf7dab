"""A small mail server on this machine, to send to for real."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as sending needs, and keeps what was sent.

    ``refuses`` names an address that it does not know, ``delay`` is how long it thinks about each
    answer; a ``silent`` one takes connections and never says a word.
    """

    daemon_threads = True
    block_on_close = False

    refuses = ""
    delay = 0.0

    def __init__(self, *, silent: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.silent = silent
        self.connections = 0
        self.letters: list[EmailMessage] = []
        self.stopped = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        if self.server.silent:
            self.server.stopped.wait()
            return
        self.say("220 here")
        for line in self.rfile:
            verb = line.decode().strip().upper()
            if verb == "DATA":
                self.say("354 go on")
                self.read_letter()
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            elif verb.startswith("RCPT") and self.refuses(verb):
                self.say("550 nobody here by that name")
            else:
                self.say("250 well")

    def say(self, line: str) -> None:
        self.server.stopped.wait(self.server.delay)
        self.wfile.write(line.encode() + b"\r\n")

    def refuses(self, verb: str) -> bool:
        return bool(self.server.refuses) and self.server.refuses.upper() in verb

    def read_letter(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        text = b"".join(line.removeprefix(b".") if line[:2] == b".." else line for line in lines)
        self.server.letters.append(message_from_bytes(text, policy=policy.default))


@contextmanager
def mail_server(*, silent: bool = False) -> Iterator[MailServer]:
    """Run a server as long as the block lasts."""
    with MailServer(silent=silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()
