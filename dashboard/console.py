"""What the commands say to the person at the console: one line at a time, and never a reason to fail."""

import contextlib
import sys


def say(sentence: str) -> None:
    """Print one line; a closed console (`make run | head`) is no error."""
    with contextlib.suppress(OSError, ValueError):
        print(sentence, flush=True)


def complain(sentence: str) -> None:
    """Print one line of trouble."""
    with contextlib.suppress(OSError, ValueError):
        print(sentence, file=sys.stderr, flush=True)
