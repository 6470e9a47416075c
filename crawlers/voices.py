"""Who speaks, without saying who: daily pseudonyms for private people, masked names and numbers (guardrail G01).

A voice is an HMAC of the user's id under a salt of the day of publication. The salts lie in the data folder's
secrets, for the owner only, and are destroyed after 30 days; from then on nobody can tell two voices apart.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path

from records.clock import BEIJING

KEEP_DAYS = 30
SOMEBODY = "@某人"


class Voices:
    """Makes the day's pseudonyms."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "secrets" / "voices"
        self._salts: dict[date, bytes] = {}

    def voice(self, user: str, published_at: datetime, now: datetime) -> str:
        """Return the pseudonym of `user` on the Beijing day of `published_at`."""
        salt = self._salt(published_at.astimezone(BEIJING).date(), now.astimezone(BEIJING).date())
        return hmac.new(salt, user.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:20]

    def forget(self, now: datetime) -> int:
        """Destroy the salts of days older than 30 days; return how many."""
        oldest = now.astimezone(BEIJING).date() - timedelta(days=KEEP_DAYS)
        gone = 0
        for file in self._folder.glob("*.salt"):
            if date.fromisoformat(file.stem) < oldest:
                file.unlink(missing_ok=True)
                gone += 1
        self._salts = {day: salt for day, salt in self._salts.items() if day >= oldest}
        return gone

    def _salt(self, day: date, today: date) -> bytes:
        if day not in self._salts:
            # A day beyond keeping gets a salt that is never written: its voices cannot be joined later.
            old = today - day > timedelta(days=KEEP_DAYS)
            self._salts[day] = secrets.token_bytes(32) if old else self._kept(day)
        return self._salts[day]

    def _kept(self, day: date) -> bytes:
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        file = self._folder / f"{day.isoformat()}.salt"
        if not file.exists():
            part = self._folder / f".{secrets.token_hex(6)}.part"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(secrets.token_bytes(32))
                out.flush()
                os.fsync(out.fileno())
            try:
                os.link(part, file)  # fails where another process was first: its salt stands
            except FileExistsError:
                pass
            finally:
                part.unlink()
        return file.read_bytes()


NAME_END = "\u2060"
"""Marks where a mentioned name ends, which only the link tells; it is gone from every stored text."""
_AT = re.compile(
    rf"[@＠]{NAME_END}*(?P<name>[^@＠<>\n{NAME_END}]{{1,40}}(?={NAME_END})|[\w·•・‧-]{{1,30}})"
)
"""A name may follow anything: what stands before an @ in an e-mail address went with the address."""
_NUMBERS = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "[证件号]"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "[手机号]"),
    (re.compile(r"(?<!\d)(?:\d{4}[ -]){3,4}\d{3,7}(?!\d)"), "[卡号]"),
    (re.compile(r"(?<!\d)[3-6]\d{15,18}(?!\d)"), "[卡号]"),
    (
        re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"),
        "[邮箱]",
    ),
    (
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?(?=[A-HJ-NP-Z\d]{0,5}\d)[A-HJ-NP-Z\d]{5,6}(?![A-Za-z\d])"
        ),
        "[车牌]",
    ),
)


def mask(text: str, institutions: Collection[str] = ()) -> str:
    """Return `text` with private @-names as @某人 and personal numbers masked."""
    return _AT.sub(
        lambda m: m.group() if m["name"] in institutions else SOMEBODY, mask_numbers(text)
    )


def mask_numbers(text: str) -> str:
    """Return `text` with personal numbers and e-mail addresses masked."""
    for pattern, shown in _NUMBERS:
        text = pattern.sub(shown, text)
    return text
