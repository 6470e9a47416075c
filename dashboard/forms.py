"""The forms of a case: for each step its fields, and how they become the command of `response`.

A step that the state table or the role does not allow is not offered; a field that is wrong is one sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

import streamlit as st

from config.roles import roles
from config.rulebook import GRADES, rulebook_of
from dashboard import reads, text, when
from records.case import Case
from records.clock import BEIJING, beijing
from records.errors import UsageError
from records.statement import StatementKind
from response import commands, grading
from response.casefile import CaseFile
from response.commands import is_order
from response.steps import STEPS, By, steps_from

Kind = Literal[
    "line", "area", "time", "body", "kind", "answers", "flag", "promise", "clock", "grade"
]
Values = Mapping[str, Any]
Command = Callable[[CaseFile, By, Values], Case]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form: its name, how it is asked, the label's name when it differs."""

    name: str
    kind: Kind = "line"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One step's fields and the command they are given to."""

    fields: tuple[Field, ...]
    command: Command


def _simple(function: Callable[..., Case], *names: str) -> Command:
    """Return a command that takes its fields by their own names."""

    def run(file: CaseFile, by: By, values: Values) -> Case:
        given = {name: values[name] for name in names}
        return function(reads.ledger(), file.case.id, by, **given)

    return run


def _assign(file: CaseFile, by: By, values: Values) -> Case:
    helpers = tuple(part.strip() for part in str(values["assisting"]).split("、") if part.strip())
    again = file.case.state != "open"
    function: Callable[..., Case] = commands.reassign if again else commands.assign
    return function(
        reads.ledger(),
        file.case.id,
        by,
        body=values["body"],
        contact=values["contact"],
        assisting=helpers,
        note=values["note"],
    )


def _note(file: CaseFile, by: By, values: Values) -> Case:
    return commands.note(reads.ledger(), file.case.id, by, values["text"])


def _publish(file: CaseFile, by: By, values: Values) -> Case:
    return commands.publish(
        reads.ledger(),
        file.case.id,
        by,
        kind=cast("StatementKind", values["kind"]),
        body=values["publisher"],
        title=values["title"],
        text=values["text"],
        url=values["url"],
        published_at=values["published_at"],
        answers=tuple(values["answers"]),
        conference=values["conference"],
    )


def _kept(file: CaseFile, by: By, values: Values) -> Case:
    return commands.promise_kept(
        reads.ledger(), file.case.id, by, text=values["promise"], kept_at=values["kept_at"]
    )


def _grade(file: CaseFile, by: By, values: Values) -> Case:
    return grading.grade(
        reads.ledger(),
        file.case.id,
        by,
        book=rulebook_of(reads.desk()),
        grade=values["grade"],
        authority=values["by_body"],
    )


_REASON = Field(name="reason", kind="area")
_NOTE = Field(name="note", kind="area")
_TEXT = Field(name="text", kind="area")
FORMS: Mapping[str, Form] = {
    "assign": Form(
        fields=(
            Field(name="body", kind="body"),
            Field(name="contact"),
            Field(name="assisting"),
            _NOTE,
        ),
        command=_assign,
    ),
    "receive": Form(fields=(_NOTE,), command=_simple(commands.receive, "note")),
    "note": Form(fields=(_TEXT,), command=_note),
    "draft": Form(
        fields=(Field(name="title"), _TEXT), command=_simple(commands.draft, "title", "text")
    ),
    "submit": Form(fields=(_NOTE,), command=_simple(commands.submit, "note")),
    "review_pass": Form(fields=(_REASON,), command=_simple(commands.review_pass, "reason")),
    "review_return": Form(fields=(_REASON,), command=_simple(commands.review_return, "reason")),
    "sign": Form(fields=(_NOTE,), command=_simple(commands.sign, "note")),
    "sign_return": Form(fields=(_REASON,), command=_simple(commands.sign_return, "reason")),
    "publish": Form(
        fields=(
            Field(name="kind", kind="kind"),
            Field(name="publisher", kind="body"),
            Field(name="title"),
            _TEXT,
            Field(name="url"),
            Field(name="published_at", kind="time"),
            Field(name="answers", kind="answers"),
            Field(name="conference", kind="flag"),
        ),
        command=_publish,
    ),
    "promise": Form(
        fields=(_TEXT, Field(name="due", kind="time")),
        command=_simple(commands.promise, "text", "due"),
    ),
    "kept": Form(
        fields=(Field(name="promise", kind="promise"), Field(name="kept_at", kind="time")),
        command=_kept,
    ),
    "urge": Form(fields=(_TEXT,), command=_simple(commands.urge, "text")),
    "order": Form(
        fields=(Field(name="from_body"), _TEXT, Field(name="due", kind="time")),
        command=_simple(commands.order, "from_body", "text", "due"),
    ),
    "feedback": Form(
        fields=(Field(name="clock", kind="clock"), _TEXT),
        command=_simple(commands.feedback, "clock", "text"),
    ),
    "grade": Form(
        fields=(Field(name="grade", kind="grade"), Field(name="by_body")), command=_grade
    ),
    "return_to": Form(
        fields=(_REASON, Field(name="suggest", kind="body")),
        command=_simple(commands.return_to, "reason", "suggest"),
    ),
    "close": Form(fields=(_REASON,), command=_simple(commands.close, "reason")),
    "reopen": Form(fields=(_REASON,), command=_simple(commands.reopen, "reason")),
}


def offered(file: CaseFile, role: str) -> list[str]:
    """Return the steps this role can take now, in the order of the work."""
    may = roles()[role].may
    allowed = steps_from(file.case.state)
    found = [name for name in FORMS if name in allowed and STEPS[name].right in may]
    if not any(given.kept_at is None for given in file.case.promises):
        found = [name for name in found if name != "kept"]
    if not any(is_order(row) for row in file.case.clocks):
        found = [name for name in found if name != "feedback"]
    return found


def ask(file: CaseFile, step: str) -> dict[str, Any]:
    """Draw the fields of a step; return what stands in them."""
    return {
        field.name: _ask(file, field, f"{file.case.id}_{step}_{field.name}")
        for field in FORMS[step].fields
    }


def run(file: CaseFile, step: str, by: By, values: Values) -> Case:
    """Read the fields and give the command. Raises UsageError with one sentence when a field is wrong."""
    form = FORMS[step]
    ready = {
        field.name: _time(str(values[field.name])) if field.kind == "time" else values[field.name]
        for field in form.fields
    }
    return form.command(file, by, ready)


def _ask(file: CaseFile, field: Field, key: str) -> Any:
    label = text.FIELDS[field.label or field.name]
    choices = _choices(file, field.kind)
    if choices is not None:
        names = dict(choices)
        return st.selectbox(
            label, list(names), format_func=lambda value: names[value], key=key, filter_mode=None
        )
    if field.kind == "body":
        return _ask_body(file, label, key)
    if field.kind == "answers":
        return st.multiselect(
            label, _questions(file), key=key, placeholder=text.CHOOSE, filter_mode=None
        )
    return _ask_plain(field.kind, label, key)


def _ask_plain(kind: Kind, label: str, key: str) -> Any:
    if kind == "flag":
        return st.checkbox(label, key=key)
    if kind == "time":
        value = f"{beijing(reads.now()):%Y-%m-%d %H:%M}"
        return st.text_input(label, value=value, key=key, help=text.TIME_FORMAT_HELP)
    if kind == "area":
        return st.text_area(label, key=key, max_chars=4000, height=90)
    return st.text_input(label, key=key, max_chars=200)


def _choices(file: CaseFile, kind: Kind) -> Sequence[tuple[str, str]] | None:
    if kind == "kind":
        return list(text.STATEMENTS.items())
    if kind == "grade":
        return [(name, name) for name in GRADES]
    if kind == "promise":
        return [
            (given.text, f"{given.text} ({when.moment(given.due)})")
            for given in file.case.promises
            if given.kept_at is None
        ]
    if kind == "clock":
        return [
            (row.clock, f"{row.clock} {row.source}") for row in file.case.clocks if is_order(row)
        ]
    return None


def _ask_body(file: CaseFile, label: str, key: str) -> str:
    """Offer the suggested body first, then the operator's table; another name is typed in a field of its own.

    Streamlit's own way to type a new choice speaks English ("Add:", "No results").
    """
    suggested = [file.case.body, file.issue.body.name if file.issue else ""]
    known = [name for name in (*suggested, *reads.names().bodies) if name]
    choices = [*dict.fromkeys(known), text.OTHER_BODY]
    picked = st.selectbox(label, choices, key=key, filter_mode=None)
    if picked != text.OTHER_BODY:
        return picked
    return st.text_input(text.OTHER_BODY_NAME, key=f"{key}_other", max_chars=60)


def _questions(file: CaseFile) -> list[str]:
    return list(file.issue.questions) if file.issue else []


def _time(written: str) -> datetime:
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
    except ValueError as error:
        raise UsageError(text.WRONG_TIME) from error
