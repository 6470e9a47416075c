"""The warden: a tiny process that ends the children when the supervisor is killed outright.

It reads `+pid` and `-pid` lines from the supervisor. When the pipe closes without the supervisor having stopped
its children (kill -9), it ends their process groups: SIGTERM first, SIGKILL to what is left. It inherits the lock
of the data folder, so a new start waits until the last child of the old one is gone. Standard library only.
"""

import contextlib
import os
import signal
import sys
import time

GRACE = 8.0


def watch() -> set[int]:
    """Return the process groups that still live when the supervisor is gone."""
    alive: set[int] = set()
    for line in sys.stdin:
        sign, number = line[0], int(line[1:])
        if sign == "+":
            alive.add(number)
        else:
            alive.discard(number)
    return alive


def end(groups: set[int], grace: float = GRACE) -> None:
    """End process groups: ask, wait, then kill."""
    _send(groups, signal.SIGTERM)
    until = time.monotonic() + grace
    while _living(groups) and time.monotonic() < until:
        time.sleep(0.1)
    _send(groups, signal.SIGKILL)


def _send(groups: set[int], number: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def _living(groups: set[int]) -> bool:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, 0)
            return True
    return False


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end(watch())
