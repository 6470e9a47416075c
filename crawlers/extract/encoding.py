"""Which bytes are which characters: what the bytes say goes before what the page or the server claims.

Of the real pages a tenth declare another encoding than they use; strict UTF-8 almost never passes by accident.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u202a-\u202e\u2066-\u2069]")
GARBLED = re.compile(r"[\u0080-\u00ff]{3,}")
FOREIGN = ("big5", "euc-jp", "shift_jis", "euc-kr")


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of `body` without control and bidi characters."""
    return _CONTROL.sub("", _decoded(body, content_type))


def _decoded(body: bytes, content_type: str) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    try:
        return _mended(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    name = declared(body, content_type)
    if name in FOREIGN:
        return body.decode(name, "replace")
    utf8, chinese = body.decode("utf-8", "replace"), body.decode("gb18030", "replace")
    return utf8 if _damage(utf8) <= _damage(chinese) else chinese


def declared(body: bytes, content_type: str = "") -> str:
    """Return the declared encoding's Python name, "" when none or unknown."""
    found = _DECLARED.search(content_type.encode("latin-1", "ignore")) or _DECLARED.search(
        body[:8192]
    )
    try:
        return codecs.lookup(found.group(1).decode("ascii")).name if found else ""
    except LookupError:
        return ""


def _damage(text: str) -> float:
    """Return how broken a decoding is: replacement marks, and characters no Chinese page uses."""
    odd = sum(1 for c in text if "\u0370" <= c <= "\u1fff" or "\ue000" <= c <= "\uf8ff")
    return text.count("\ufffd") + 0.5 * odd


def _mended(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1 and encoded once more."""
    if len(GARBLED.findall(text)) < 10:
        return text
    for name in ("cp1252", "latin-1"):
        try:
            return text.encode(name).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return text


def is_garbled(text: str) -> bool:
    """Whether a text is mojibake that could not be mended."""
    return len("".join(GARBLED.findall(text))) > 0.2 * max(1, len(text)) or text.count(
        "\ufffd"
    ) > max(3, 0.05 * len(text))
