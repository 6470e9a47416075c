"""Records as JSON and back, driven by their own type hints, so that a record's shape is written down once.

A field the stored text lacks takes its default, one it has too many is passed over: an older and a newer program
read each other's rows.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

Record = TypeVar("Record")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Return an aware time as whole microseconds since 1970, exactly."""
    return (moment - EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """Return the aware UTC time that `micros` made `value` from."""
    return EPOCH + timedelta(microseconds=value)


def storable(text: str) -> str:
    """Return `text` with lone surrogates replaced: no database takes them."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def plain(value: object) -> Any:
    """Return a record as dicts, lists and scalars; times as ISO 8601 in UTC."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def encode(record: object) -> str:
    """Return a record as one line of JSON."""
    return storable(json.dumps(plain(record), ensure_ascii=False, separators=(",", ":")))


def decode(kind: Callable[..., Record], text: str) -> Record:
    """Return the record of type `kind` that `encode` wrote."""
    return typing.cast("Record", _builder(kind)(json.loads(text)))


def _same(value: Any) -> Any:
    return value


@cache
def _builder(hint: Any) -> Callable[[Any], Any]:
    """Return the function that makes a value of type `hint` from plain JSON."""
    if dataclasses.is_dataclass(hint):
        return _record_builder(hint)
    if hint is datetime:
        return datetime.fromisoformat
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return _tuple_builder(parts)
    if origin in {types.UnionType, typing.Union}:
        inner = _builder(next(part for part in parts if part is not types.NoneType))
        return lambda value: None if value is None else inner(value)
    return _same


def _tuple_builder(parts: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        each = _builder(parts[0])
        if each is _same:
            return tuple
        return lambda values: tuple([each(value) for value in values])
    builders = [_builder(part) for part in parts]
    return lambda values: tuple(
        [build(value) for build, value in zip(builders, values, strict=True)]
    )


def _record_builder(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    builders = [(field.name, _builder(hints[field.name])) for field in dataclasses.fields(kind)]

    def build(values: dict[str, Any]) -> Any:
        return kind(**{name: make(values[name]) for name, make in builders if name in values})

    return build
