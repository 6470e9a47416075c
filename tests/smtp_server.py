"""A small SMTP server on loopback for the tests of the mail channel: takes mail, or refuses with the password in its words."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy


class _Session(socketserver.StreamRequestHandler):
    server: "MailServer"

    def handle(self) -> None:
        """Speak SMTP until QUIT."""
        self._say("220 loopback")
        while line := self.rfile.readline():
            words = line.decode().strip().split(" ")
            if not self._answer(words[0].upper(), words):
                return

    def _answer(self, verb: str, words: list[str]) -> bool:
        if verb == "EHLO":
            self._say("250-loopback\r\n250 AUTH PLAIN")
        elif verb == "AUTH":
            self._login(words)
        elif verb == "DATA":
            self._say("354 go on")
            self._take()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _login(self, words: list[str]) -> None:
        told = base64.b64decode(words[2]).decode().split("\0")
        if self.server.refuse:
            self._say(f"535 no such password {told[2]} for {told[1]}")
        else:
            self._say("235 welcome")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.mails.append(f"{mail['Subject']}\n{mail.get_content()}")
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it took in `mails`; with `refuse` it lets nobody in."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[str] = []
        self.refuse = False

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server in a thread."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
