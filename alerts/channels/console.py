"""The console: prints a notification where `alerts watch` runs."""

import sys
from typing import TextIO

from config.settings import Settings
from records.errors import RetryLater
from records.issue import Notification

NAME = "console"


class Console:
    """Writes to a stream."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def send(self, notification: Notification) -> None:
        """Print the message. Raises RetryLater when nobody reads any more."""
        try:
            self._out.write(f"{notification.body}\n\n")
            self._out.flush()
        except (OSError, ValueError) as error:
            raise RetryLater("控制台写不出去") from error


def open_channel(settings: Settings) -> Console:  # noqa: ARG001 - every channel is opened alike
    """Return the console, which needs no set-up."""
    return Console(sys.stdout)
