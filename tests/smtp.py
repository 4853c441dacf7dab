"""A small mail server on this machine, to send to for real."""

import itertools
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from pytest_django import Settings


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as sending needs, and keeps what was sent.

    ``refuses`` names an address that it does not know, ``answers`` says more of several; ``delay``
    is how long it thinks about each answer.  ``takes`` is asked whether it takes the letter with
    this number; it hangs up at one that it does not take.  A ``silent`` one takes connections and
    never says a word.
    """

    daemon_threads = True
    block_on_close = False

    refuses = ""
    delay = 0.0
    takes: Callable[[int], bool] = staticmethod(lambda _number: True)

    def __init__(self, *, silent: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.silent = silent
        self.connections = 0
        self.answers: dict[str, str] = {}
        self.read = itertools.count(1)
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
                letter = self.read_letter()
                if not self.server.takes(next(self.server.read)):
                    return
                self.server.letters.append(letter)
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            elif verb.startswith("RCPT"):
                self.say(self.answer_to(verb.lower()))
            else:
                self.say("250 well")

    def say(self, line: str) -> None:
        self.server.stopped.wait(self.server.delay)
        self.wfile.write(line.encode() + b"\r\n")

    def answer_to(self, verb: str) -> str:
        refuses = self.server.refuses
        if refuses and refuses in verb:
            return "550 nobody here by that name"
        answers = self.server.answers.items()
        return next((answer for address, answer in answers if address in verb), "250 well")

    def read_letter(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        text = b"".join(line.removeprefix(b".") if line[:2] == b".." else line for line in lines)
        return message_from_bytes(text, policy=policy.default)


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


def send_to(port: int, settings: Settings) -> None:
    """Let mail go to the server at this port."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 5
