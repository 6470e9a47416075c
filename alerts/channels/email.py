"""E-mail by SMTP, with STARTTLS unless the operator turned it off.

By the standard library, because an operator who must mend a mail server needs its own words
(docs/decisions/2026-11-24-apprise.md); the words are cleaned of secrets before they are kept.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from config.settings import Settings
from records.errors import ConfigError, RetryLater
from records.identity import make_id
from records.issue import Notification

NAME = "email"
TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail account."""

    host: str
    port: int
    sender: str
    receivers: tuple[str, ...]
    user: str
    password: Callable[[], str]
    tls: bool

    def send(self, notification: Notification) -> None:
        """Send one message. Raises RetryLater with the server's words, without secrets."""
        failed = self._attempt(notification)
        # Raised here, not while handling the server's error, which may repeat the password.
        if failed:
            raise RetryLater(self._clean(failed))

    def _attempt(self, notification: Notification) -> str:
        """Try once; return what went wrong, or nothing."""
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S) as server:
                if self.tls:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password())
                refused = server.send_message(self._message(notification))
        except UnicodeError:
            return "邮件没有发出: 用户名、密码或地址里有邮件服务器不接受的字符"
        except (OSError, ValueError, smtplib.SMTPException) as error:
            return f"邮件没有发出: {_words(error)}"
        return f"邮件被 {len(refused)} 个收件地址拒收" if refused else ""

    def _message(self, notification: Notification) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = " ".join(notification.subject.split())
        message["From"] = self.sender
        message["To"] = ", ".join(self.receivers)
        # The same notification has the same id, so a mail sent twice around a crash is shown once.
        domain = self.sender.rpartition("@")[2] or "localhost"
        message["Message-ID"] = f"<{make_id('mail', notification.key)}@{domain}>"
        message.set_content(notification.body)
        return message

    def _clean(self, text: str) -> str:
        for secret in (self.password(), self.user):
            if secret:
                text = text.replace(secret, "***")
        return text


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"
    return str(error) or type(error).__name__


def open_channel(settings: Settings) -> Mail | None:
    """Return the mail channel, or None while no server is set. Raises ConfigError when the set-up is half done."""
    server = settings.text("mail_server")
    if not server:
        return None
    host, _, port = server.partition(":")
    receivers = tuple(part.strip() for part in settings.text("mail_to").split(",") if part.strip())
    if not settings.text("mail_from") or not receivers:
        raise ConfigError("设了 mail_server 就要同时设 mail_from 和 mail_to")
    if port and not port.isdigit():
        raise ConfigError(f"mail_server 应写成 主机:端口, 现在是 {server!r}")
    return Mail(
        host=host,
        port=int(port or 25),
        sender=settings.text("mail_from"),
        receivers=receivers,
        user=settings.text("mail_user"),
        password=lambda: settings.text("mail_password"),
        tls=bool(settings["mail_tls"]),
    )
