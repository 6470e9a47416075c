"""docs/response.md is complete: every state, every command, every verb of the command line."""

import argparse
from pathlib import Path
from typing import get_args

import pytest

from config.roles import Right, check_may, roles
from config.settings import ROOT
from records.case import MOVES
from records.errors import UsageError
from response import commands
from response.__main__ import _parser
from response.steps import STATE_NAMES, STEPS

PAGE = (ROOT / "docs" / "response.md").read_text(encoding="utf-8")


def test_every_state_and_its_arrows_stand_in_the_document() -> None:
    """A state without a row, or a row without its arrows, makes the build red."""
    rows = {line.split("`")[1]: line for line in PAGE.splitlines() if line.startswith("| `")}
    for state, afters in MOVES.items():
        assert STATE_NAMES[state] in rows[state]
        for after in afters:
            assert STATE_NAMES[after] in rows[state].split("|")[3], (state, after)


def test_every_command_of_people_stands_in_the_document() -> None:
    """Each function that takes a hand is named."""
    named = {
        name
        for name in vars(commands)
        if name in STEPS or name in {"open_case", "promise_kept", "reinstate"}
    }
    assert {"open_case", "assign", "publish", "close"} <= named
    for name in named:
        assert f"`{name}`" in PAGE


def test_every_verb_of_the_command_line_has_its_heading() -> None:
    """`python -m response VERB`, both ways."""
    parser = _parser()
    actions = parser._subparsers._group_actions if parser._subparsers else []
    (choice,) = [one for one in actions if isinstance(one, argparse._SubParsersAction)]
    told = {line.split()[-1] for line in PAGE.splitlines() if line.startswith("### python -m")}
    assert told == set(choice.choices)


def test_every_right_belongs_to_some_role_and_no_administrator_reads_business() -> None:
    """No step is out of everybody's reach; the three administrators have no right on a case."""
    given = {right for role in roles().values() for right in role.may}
    assert {step.right for step in STEPS.values()} <= given <= set(get_args(Right))
    assert not {"system_admin", "security_admin", "audit_admin"} & set(roles())
    with pytest.raises(UsageError, match="没有名为"):
        check_may("audit_admin", "note", "登记进展")


def test_the_recorded_desk_ships_with_the_package() -> None:
    """The log lies beside the code that reads it."""
    assert (Path(ROOT) / "response" / "sample" / "desk_log.jsonl").exists()
