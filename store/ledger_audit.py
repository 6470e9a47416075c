"""The audit chain: each row's digest is an HMAC over the row and the digest before it; the key lies outside.

Whoever changes, removes or inserts a row without the key breaks the chain at that row; rows cut off at the end are
told by the head.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from records.errors import ConfigError
from records.source import AuditRow
from store.codec import micros, moment, storable
from store.ledger_schema import audit, audit_head


def audit_key(file: Path) -> bytes:
    """Return the chain's key, made on first use: readable by the owner only, in a folder of the owner only."""
    if not file.exists():
        _make_key(file)
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise ConfigError("读不出审计密钥, 请从保管处恢复这个文件", file=file) from error
    if len(key) < hashlib.sha256().digest_size:
        raise ConfigError("审计密钥不完整, 请从保管处恢复这个文件", file=file)
    return key


def _make_key(file: Path) -> None:
    """Write a new key beside its place and link it there, so that two first starts agree on one whole key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_hex(32).encode("ascii"))
        os.fsync(handle)
        os.link(part, file)
    except FileExistsError:
        pass  # the other start was faster; its key stands
    finally:
        os.close(handle)
        part.unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a row says, before it has its number and digest."""

    actor: str
    role: str
    action: str
    subject: str
    detail: str
    at: datetime


class Chain:
    """Appends and verifies, with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.key_id = hmac.new(key, b"key id", "sha256").hexdigest()[:8]

    def append(self, connection: Connection, entry: Entry) -> None:
        """Append a row within the caller's write transaction, which holds the head's lock."""
        head = connection.execute(select(audit_head.c.seq, audit_head.c.digest)).one()
        values = {
            "seq": head.seq + 1,
            "at": micros(entry.at),
            "actor": storable(entry.actor),
            "role": storable(entry.role),
            "action": storable(entry.action),
            "subject": storable(entry.subject),
            "detail": storable(entry.detail),
            "key_id": self.key_id,
        }
        digest = self._digest(head.digest, values)
        connection.execute(audit.insert().values(**values, digest=digest))
        connection.execute(update(audit_head).values(seq=values["seq"], digest=digest))

    def _digest(self, before: str, values: dict[str, object]) -> str:
        said = json.dumps([before, *values.values()], ensure_ascii=False, separators=(",", ":"))
        return hmac.new(self._key, said.encode("utf-8"), "sha256").hexdigest()

    def verify(self, connection: Connection) -> str | None:
        """Return None when the chain is whole, else one sentence that names the first broken row."""
        before, expected = "", 0
        for row in connection.execute(select(audit).order_by(audit.c.seq)):
            expected += 1
            if row.seq != expected:
                return f"审计链在第 {expected} 行断开: 这一行被删去了"
            if row.key_id != self.key_id:
                return (
                    f"审计链从第 {expected} 行起由另一把密钥 ({row.key_id}) 签名, 无法核对; "
                    "请恢复原来的审计密钥"
                )
            values = {name: value for name, value in row._mapping.items() if name != "digest"}  # noqa: SLF001 - SQLAlchemy's public name for it
            if not hmac.compare_digest(self._digest(before, values), row.digest):
                return f"审计链在第 {expected} 行断开: 内容与签名不符"
            before = row.digest
        head = connection.execute(select(audit_head.c.seq, audit_head.c.digest)).one()
        if (head.seq, head.digest) != (expected, before):
            return f"审计链在第 {expected + 1} 行断开: 末尾有 {head.seq - expected} 行被删去了"
        return None


def rows_of(connection: Connection, subject: str | None, limit: int) -> list[AuditRow]:
    """Return audit rows, newest first."""
    asked = select(audit).order_by(audit.c.seq.desc()).limit(limit)
    if subject is not None:
        asked = asked.where(audit.c.subject == subject)
    return [
        AuditRow(
            seq=row.seq,
            at=moment(row.at),
            actor=row.actor,
            role=row.role,
            action=row.action,
            subject=row.subject,
            detail=row.detail,
            digest=row.digest,
        )
        for row in connection.execute(asked)
    ]
