"""Roles: who may give which command, read from roles.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from config.settings import TABLES
from config.tables import check_names, rows, unique
from records.errors import UsageError

Right = Literal[
    "acknowledge", "dismiss", "open", "assign", "receive", "note", "draft", "submit", "review", "sign", "publish",
    "promise", "kept", "urge", "order", "feedback", "grade", "return", "close", "reopen", "evaluate",
]  # fmt: skip
"""The commands a role may be given: of an issue (the first two) and of a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role: its id, its Chinese name, and the commands it may give."""

    id: str
    name: str
    may: tuple[Right, ...]


@cache
def roles() -> Mapping[str, Role]:
    """Return the roles in force by id."""
    return load_roles(TABLES / "roles.toml")


def load_roles(file: Path) -> Mapping[str, Role]:
    """Read the roles by id. Raises ConfigError with file, line and what is allowed."""
    check_names(file, ("roles",))
    return {role.id: role for role in unique(file, "roles", "id", rows(file, "roles", Role))}


def check_may(role_id: str, command: str, what: str) -> None:
    """Refuse with one sentence when the role may not give the command; `what` names it in Chinese."""
    role = roles().get(role_id)
    if role is None:
        raise UsageError(f"没有名为 {role_id} 的角色; 可用的有 {'、'.join(roles())}")
    if command not in role.may:
        able = "、".join(other.name for other in roles().values() if command in other.may)
        raise UsageError(f"{role.name}不能{what}; 可以由{able or '管理员'}来办")
