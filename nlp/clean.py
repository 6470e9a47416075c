"""The one normaliser: any text a platform shows → the text that models, tables and fingerprints read.

It is total (any string in, a bounded string out) and idempotent enough to be run on its own output.
Only this file may import opencc.
"""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

MAX_CHARS = 60_000
"""What lies beyond never changed a judgement in our material; it bounds the time one document can take."""

_NOISE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffd\ud800-\udfff]+"
)
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_PINYIN = re.compile(
    rf"(?<=[\u4e00-\u9fff])\((?:[a-zü]{{0,4}}[{_TONES}][a-zü]{{0,4}}|de|le|zhe|ma|ne|ba|zi|men)\)",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?:/+|www\.)[\w./?=&%#:;,~+\-!$*']{2,300}", re.IGNORECASE | re.ASCII)
_CHAIN = re.compile(r"//\s*@[^\s:：@/]{1,30}\s*[:：]?")
_AT = re.compile(r"(?<![A-Za-z0-9._])@(?:某某|某人|[\w\-·]{1,30})[:：]?")
_TOPIC = re.compile(r"\{%#?|#?%\}|#([^#\n]{1,60})#")
_FILLER = re.compile(r"转发微博|轉發微博|repost|网页链接|原图|收起全文|展开全文", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_EMOTICON = re.compile(r"\[[\w\u4e00-\u9fff]{1,8}\]")
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def clean(text: str) -> str:
    """Return the model text: NFKC, simplified, lower case, one line, without handles, links and noise.

    Words inside #话题# stay, [表情] stays (it carries mood), the words of a //@转发 chain stay.
    """
    text = _NOISE.sub("", text[:MAX_CHARS])
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:MAX_CHARS]
        text = _NOISE.sub("", text)
        if "(" in text:
            text = _PINYIN.sub("", text)
        text = _simplifier().convert(text)
    return _SPACE.sub(" ", _without_platform_marks(text)).strip().lower()


def _without_platform_marks(text: str) -> str:
    """Drop what the platform added to the words: links, handles, chain marks, hash signs."""
    if "/" in text or "www" in text:
        text = _URL.sub(" ", text)
    if "@" in text:
        text = _AT.sub(" ", _CHAIN.sub(" ", text))
    if "#" in text or "%" in text:
        text = _TOPIC.sub(lambda found: f" {found[1]} " if found[1] else " ", text)
    return _FILLER.sub(" ", text)


def without_emoticons(text: str) -> str:
    """Return model text with its [表情] taken out; for fingerprints and for honest sentiment figures."""
    return _EMOTICON.sub("", text) if "[" in text else text


def letters(model_text: str) -> str:
    """Return only letters, digits and characters of model text: what two copies have in common."""
    return _NOT_WORD.sub("", without_emoticons(model_text))
