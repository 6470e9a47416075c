"""The channels, each by the contract; e-mail against a real SMTP server on loopback."""

import io
import socket
from collections.abc import Callable, Iterator

import pytest

from alerts.channels import Channel, modules, open_channels
from alerts.channels.console import Console
from alerts.channels.email import Mail, open_channel
from config.channels import ChannelRow, channels_of
from config.desk import open_desk
from config.settings import load
from records.errors import ConfigError, RetryLater
from tests.contracts.channel import SECRET, ChannelContract, message
from tests.smtp_server import MailServer, mail_server


class TestConsole(ChannelContract):
    """Prints."""

    @pytest.fixture
    def out(self) -> io.StringIO:
        """Give the stream."""
        return io.StringIO()

    @pytest.fixture
    def channel(self, out: io.StringIO) -> Channel:
        """Give a console that works."""
        return Console(out)

    @pytest.fixture
    def broken(self) -> Channel:
        """Give a console whose stream is closed."""
        closed = io.StringIO()
        closed.close()
        return Console(closed)

    @pytest.fixture
    def received(self, out: io.StringIO) -> Callable[[], list[str]]:
        """Give what was printed."""
        return lambda: [part for part in out.getvalue().split("\n\n") if part.strip()]


def _mail(port: int) -> Mail:
    return Mail(
        host="127.0.0.1",
        port=port,
        sender="desk@desk.test",
        receivers=("officer@desk.test",),
        user="desk",
        password=lambda: SECRET,
        tls=False,
    )


class TestEmail(ChannelContract):
    """Real SMTP."""

    @pytest.fixture
    def server(self) -> Iterator[MailServer]:
        """Give the far end."""
        with mail_server() as server:
            yield server

    @pytest.fixture
    def channel(self, server: MailServer) -> Channel:
        """Give a mail account that works."""
        return _mail(server.port)

    @pytest.fixture
    def broken(self) -> Iterator[Channel]:
        """Give one whose server refuses the login and repeats the password."""
        with mail_server() as refusing:
            refusing.refuse = True
            yield _mail(refusing.port)

    @pytest.fixture
    def received(self, server: MailServer) -> Callable[[], list[str]]:
        """Give the mails that arrived."""
        return lambda: server.mails

    def test_a_dead_server_is_a_failure_in_words(self) -> None:
        """Nobody listens: the error says so and may be tried again."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with pytest.raises(RetryLater, match="邮件没有发出"):
            _mail(port).send(message())

    def test_starttls_is_not_skipped_where_the_server_lacks_it(self, server: MailServer) -> None:
        """A password never goes over a plain line because the server said so."""
        account = Mail(
            host="127.0.0.1",
            port=server.port,
            sender="desk@desk.test",
            receivers=("officer@desk.test",),
            user="desk",
            password=lambda: SECRET,
            tls=True,
        )
        with pytest.raises(RetryLater):
            account.send(message())
        assert server.mails == []


def test_every_channel_has_its_contract() -> None:
    """A channel file without a contract test would be a channel nobody holds to it."""
    tested = {name for name, value in globals().items() if isinstance(value, type)}
    assert {"Test" + key.title() for key in modules()} <= tested


def test_mail_is_off_until_a_server_is_set() -> None:
    """No server, no channel, no notification by it."""
    assert open_channel(load(file=None, environ={})) is None


def test_a_half_set_up_mail_account_is_refused() -> None:
    """A server without sender or receiver would fail only at the first alarm."""
    settings = load(file=None, environ={"HUIYING_MAIL_SERVER": "127.0.0.1:25"})
    with pytest.raises(ConfigError, match="mail_from"):
        open_channel(settings)


def test_an_unknown_channel_is_refused_with_the_known_ones() -> None:
    """A misspelt row says what there is."""
    row = ChannelRow(name="pigeon", on=True, levels=("I",))
    with pytest.raises(ConfigError, match=r"pigeon.*console"):
        open_channels([row], load(file=None, environ={}))


def test_the_shipped_channels_all_have_a_file() -> None:
    """channels.toml names only what exists."""
    desk = open_desk(load(file=None, environ={}), sample=True)
    assert {row.name for row in channels_of(desk)} <= set(modules())
