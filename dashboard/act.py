"""What people do on the pages: one command each, in a role, its refusal shown as the sentence it is."""

from collections.abc import Callable

import streamlit as st

from alerts import commands as alerting
from config.roles import check_may, roles
from dashboard import reads, text
from dashboard.show import plain
from records.errors import RetryLater, TellUser, UsageError
from records.identity import make_id
from records.issue import Issue
from records.source import Correction
from response import commands
from response.steps import By

ROLE_KEY = "desk_role"
SAID = "desk_said"
FIRST_ROLE = "coordinator"


def role() -> str:
    """Return the role people act in on this machine until login exists."""
    return str(st.session_state.get(ROLE_KEY, FIRST_ROLE))


def actor() -> str:
    """Return the name written into the audit."""
    return text.ACTOR.format(role=roles()[role()].name)


def by(seen: int | None = None) -> By:
    """Return whose hand acts now."""
    return By(actor=actor(), role=role(), at=reads.now(), seen=seen)


def done(command: Callable[[], object], said: str) -> bool:
    """Run a command; tell what was done, or show the refusal. True when it was done."""
    try:
        command()
    except (TellUser, RetryLater) as error:
        st.session_state[SAID] = ("error", str(error))
        return False
    finally:
        reads.forget()
    st.session_state[SAID] = ("success", said)
    return True


def say() -> None:
    """Show what the last command said, once."""
    found = st.session_state.pop(SAID, None)
    if found is not None:
        kind, sentence = found
        (st.success if kind == "success" else st.error)(plain(sentence))


def acknowledge(issue: Issue) -> None:
    """Register that the issue was seen."""
    check_may(role(), "acknowledge", text.ACKNOWLEDGE)
    alerting.acknowledge(reads.ledger(), issue.id, actor=actor(), role=role(), now=reads.now())


def dismiss(issue: Issue, reason: str) -> None:
    """Register that the issue gets no answer, and why."""
    check_may(role(), "dismiss", text.DISMISS)
    alerting.dismiss(
        reads.ledger(), issue.id, reason=reason, actor=actor(), role=role(), now=reads.now()
    )


def reinstate(issue: Issue, reason: str) -> None:
    """Take a dismissal back, and say why."""
    commands.reinstate(reads.ledger(), issue.id, by(), reason=reason)


def open_case(issue: Issue) -> None:
    """Open the case of an issue."""
    commands.open_case(reads.ledger(), issue.id, by())


def correct(subject: str, judgement: str, before: str, after: str, reason: str) -> None:
    """Keep a person's correction of one judgement as data."""
    if not reason.strip():
        raise UsageError(text.NEEDS_REASON)
    if before == after:
        raise UsageError(text.TOPIC_CORRECT_SAME)
    at = reads.now()
    correction = Correction(
        id=make_id("correction", subject, judgement, after, at.isoformat()),
        subject=subject,
        judgement=judgement,
        before=before,
        after=after,
        actor=actor(),
        at=at,
        reason=reason.strip(),
    )
    reads.ledger().save_correction(correction, role=role())
