"""The error tree: each error says whether to retry, to quarantine the record, or to tell the user.

HuiyingError
├── RetryLater      the world failed (network, lock, full disk): the same call may work later
├── Quarantine      this record cannot be processed: set it aside with its reason, go on with the rest
└── TellUser        a person must act; `exit_code` is what a command ends with
    ├── WorkFailed      the work failed                       exit 1
    └── UsageError      the call was wrong                    exit 2
        └── ConfigError     a settings or table file is wrong     exit 2
"""

from pathlib import Path


class HuiyingError(Exception):
    """Root of every error this product raises on purpose; a command that meets it ends with `exit_code`."""

    exit_code = 1


class RetryLater(HuiyingError):
    """The world failed, not the record: the same call may work later."""


class Quarantine(HuiyingError):
    """This record cannot be processed; `reason` is one sentence kept beside it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TellUser(HuiyingError):
    """A person must act. The message is one sentence that says what to do."""


class WorkFailed(TellUser):
    """The work was started and failed."""


class UsageError(TellUser):
    """The call was wrong."""

    exit_code = 2


class ConfigError(UsageError):
    """A settings or table file is wrong. The message names file, line and what is allowed."""

    def __init__(self, message: str, *, file: Path | None = None, line: int | None = None) -> None:
        where = "" if file is None else f"{file}:{line}: " if line else f"{file}: "
        super().__init__(where + message)
        self.file = file
        self.line = line
