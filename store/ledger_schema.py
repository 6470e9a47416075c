"""The ledger's tables as its statements name them, and bringing a database to them.

What a table looks like is made by the steps in store/ledger_migrations; a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
    text,
)

from records.errors import ConfigError

REVISIONS = ("0001",)
"""Known steps in order; the last is the head (a test compares it with Alembic's)."""

metadata = MetaData()

issues = Table(
    "issues",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("raised_at", BigInteger, nullable=False),
    Column("record", Text, nullable=False),
    Index("issues_raised_at", "raised_at"),
)
cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("issue_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Index("cases_issue_id", "issue_id"),
    Index("cases_opened_at", "opened_at"),
)
moves = Table(
    "moves",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("record", Text, nullable=False),
)
statements = Table(
    "statements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("record", Text, nullable=False),
    Index("statements_case_id", "case_id"),
)
evaluations = Table(
    "evaluations",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("hours", Integer, primary_key=True, autoincrement=False),
    Column("record", Text, nullable=False),
)
corrections = Table(
    "corrections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("judgement", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("record", Text, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index("audit_subject", "subject"),
)
audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    CheckConstraint("one = 1", name="audit_head_is_one_row"),
)
outbox = Table(
    "outbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("error", Text),
    Column("lease_owner", Text),
    Column("lease_until", BigInteger),
    Index("outbox_created_at", "created_at"),
)
notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


def revision_of(connection: Connection, where: str) -> str | None:
    """Return the step an open database is at, None when it is empty. Raises ConfigError for a foreign or newer one."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if "alembic_version" not in tables or audit_head.name not in tables:
        raise ConfigError(f"{where} 不是本系统的台账, 请换一个数据文件夹或移走它")
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found not in REVISIONS:
        raise ConfigError(
            f"{where} 是更新版本的程序写的 (结构 {found}, 本程序只到 {REVISIONS[-1]}); 请升级程序"
        )
    return str(found)
