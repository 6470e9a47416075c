"""The labelled material the models learn from: the public sets in ../shared/data and our own labels.

Rows keep a fold from the hash of their text, so train and test are the same for ever and a copy never sits on
both sides. Weak labels (appeal of a message from its title's verb) are made here, with title and verb
taken out of what the model sees.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from nlp.clean import clean, letters

LABELS = Path(__file__).parent / "labels" / "hot_titles.jsonl"
HASHED = Path(__file__).parent / "labels" / "by_hash.jsonl"
FOLDS = 10
WEAK_CHARS = 500
"""A message says what it wants in its first lines; a weak label needs no more of it."""
TEST_FOLD = 0

REVIEWS = {
    "hotel": "reviews/chnsenticorp_htl.jsonl.gz",
    "waimai": "reviews/waimai_10k.jsonl.gz",
    "shopping": "reviews/online_shopping.jsonl.gz",
    "nlpcc2014": "nlpcc2014/train.jsonl.gz",
    "weibo2018": "weibo2018/train.jsonl.gz",
    "weibo_senti": "weibo_senti/dev.jsonl.gz",
}
_MOODS = {
    "angry": "negative",
    "sad": "negative",
    "fear": "negative",
    "happy": "positive",
    "neutral": "neutral",
}
"""SMP's `surprise` (5 %) is neither good nor bad news; it is left out of training and of the figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One labelled text; an empty label means the row does not teach that judgement. `sets`: where it is from."""

    text: str
    source: str
    sentiment: str = ""
    appeal: str = ""
    domains: tuple[str, ...] = ()
    needs: str = ""
    criterion: str = ""
    weight: float = 1.0
    key: str = ""

    @property
    def fold(self) -> int:
        """0 … 9 by the hash of the text, or of what several rows made of one text have in common."""
        key = (self.key or self.text).encode("utf-8", "surrogatepass")
        return int(sha256(key).hexdigest()[:8], 16) % FOLDS


def polar_rows(data: Path) -> Iterator[Row]:
    """Yield rows that are positive or negative: reviews and Weibo sets; weibo_senti without its emoticons."""
    for source, path in REVIEWS.items():
        for record in read(data / path):
            text = record["text"]
            if source == "weibo_senti":
                text = re.sub(r"\[[^\[\]\s]{1,8}\]", "", text)
            yield Row(
                text=text, source=source, sentiment="positive" if record["label"] else "negative"
            )


def mood_rows(data: Path) -> Iterator[Row]:
    """Yield rows of SMP2020: three classes from six."""
    for source, name in (
        ("virus", "virus_train"),
        ("virus_eval", "virus_eval_labeled"),
        ("usual_eval", "usual_eval_labeled"),
    ):
        for record in read(data / "smp2020" / f"{name}.jsonl.gz"):
            if record["label"] in _MOODS:
                yield Row(text=record["text"], source=source, sentiment=_MOODS[record["label"]])


def gold_rows(data: Path) -> list[Row]:
    """Return the 400 items of response_gold."""
    return [_gold(record, "gold") for record in read(data / "response_gold" / "dev.jsonl")]


def own_rows(path: Path = LABELS) -> list[Row]:
    """Return hot-search titles labelled here, one by one, by response_gold's guide."""
    return [_gold(record, "own") for record in read(path)] if path.exists() else []


def hashed_rows(data: Path, path: Path = HASHED) -> list[Row]:
    """Return texts of folders that may not be committed, labelled here by the hash of the text."""
    labels = {record["sha256"]: record for record in read(path)} if path.exists() else {}
    texts = [(whole(record), record["text"]) for record in messages(data)]
    posts = read(data / "ced_cascades" / "cascades.jsonl.gz")
    texts += [(record["text"], record["text"]) for record in posts]
    found = ((text, key, labels.get(_text_hash(text))) for text, key in texts)
    return [
        _gold({**label, "text": text, "key": key}, "hashed") for text, key, label in found if label
    ]


def _text_hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_held_out(row: Row) -> bool:
    """Say whether a message belongs to the test fold: no row made of its body may teach anything."""
    return row.source in {"message", "message_body", "hashed"} and row.fold == TEST_FOLD


def strangers(rows: Sequence[Row], test: Sequence[Row]) -> list[int]:
    """Return the places of the rows that share no body with a test item.

    response_gold's messages come back as weak rows of gov_messages; judged by models that had seen
    the very text, its figures would flatter.
    """
    known = "\n".join(letters(clean(row.text)) for row in test)
    return [at for at, row in enumerate(rows) if not _opening(row) or _opening(row) not in known]


def _opening(row: Row) -> str:
    """Return the first letters of a row's body; nothing for a text too short to be recognised by."""
    body = letters(clean((row.key or row.text).split("\n", 1)[-1][:200]))[:40]
    return body if len(body) >= 6 else ""


def _gold(record: dict[str, Any], source: str) -> Row:
    domains = tuple(record.get("domain", ()))
    return Row(
        text=record["text"],
        source=source,
        sentiment=record.get("sentiment", ""),
        appeal=record.get("appeal", ""),
        domains=domains or ("none",),
        needs=record["needs_response"],
        criterion=record["criterion"],
        key=record.get("key", ""),
    )


_TITLE_SIGNS: tuple[tuple[str, str], ...] = (
    ("report", r"举报|检举|揭发|涉嫌|违法|非法|无证|骗取|套取|造假|冒领|私自|贪污|传销|诈骗"),
    ("praise", r"感谢|表扬|点赞|致谢"),
    (
        "suggest",
        r"建议|提议|呼吁|倡议|希望.{0,12}(?:增设|增加|加强|完善|建设|开通|规划|出台|推广|加快|提高)|请.{0,12}(?:增设|加快|加强|完善|提高|规划)",
    ),
    (
        "help",
        r"求助|救救|救助|帮帮|恳请|恳求|请求(?:解决|帮助|协调|处理)|拖欠|欠薪|讨薪|欠款|讨要|追讨",
    ),
    (
        "complaint",
        r"投诉|扰民|乱收费|脏乱差|太差|乱象|不合理|强烈(?:反对|要求)|质量问题|不作为|漏水|噪音|噪声|污染|臭|霸王|违规|擅自|虚假|欺骗|不退",
    ),
    ("consult", r"咨询|请问|询问|想问|能否|何时|什么时候|怎么办理|如何办理|是否可以|多少"),
)
VERBS = re.compile(
    r"(?:我要|特此|现|实名|强烈)?(?:投诉|举报|咨询|请问|询问|求助|建议|检举|反映|想问一下|想问|呼吁|恳请|感谢|表扬)(?:一下)?"
)


_APPEAL_MOODS = {
    "complaint": "negative",
    "report": "negative",
    "consult": "neutral",
    "praise": "positive",
}


def message_rows(data: Path) -> Iterator[Row]:
    """Yield messages whose title tells the appeal: masked and without title, and as a whole.

    An enquiry or a proposal is a routine request unless more is known (GUIDE, exception 5).
    """
    for record in messages(data):
        appeal = title_appeal(record["title"])
        if appeal:
            mood = _APPEAL_MOODS.get(appeal, "")
            key = record["text"]
            body = masked(key)[:WEAK_CHARS]
            text = whole(record)[:WEAK_CHARS]
            yield Row(text=body, source="message_body", key=key, appeal=appeal, sentiment=mood)
            routine = appeal in {"consult", "suggest"}
            yield Row(
                text=text,
                source="message",
                key=key,
                appeal=appeal,
                sentiment=mood,
                needs="no" if routine else "",
                criterion="routine_service_request" if routine else "",
                weight=0.3,
            )


def messages(data: Path) -> Iterator[dict[str, Any]]:
    """Yield all government messages: title, time, text."""
    for name in ("posts", "posts_with_reply"):
        yield from read(data / "gov_messages" / f"{name}.jsonl.gz")


def whole(record: dict[str, Any]) -> str:
    """Return a message as one text, the title first."""
    return f"{record['title']}\n{record['text']}"


def title_appeal(title: str) -> str:
    """Return the appeal a title states, or an empty text where it states none or several."""
    found = [appeal for appeal, pattern in _TITLE_SIGNS if re.search(pattern, title)]
    if "report" in found and "complaint" in found and not re.search("举报|检举|揭发", title):
        found.remove("report")
    lead = [appeal for appeal in found if appeal != "consult"]
    kept = lead if lead and not re.search("咨询|请问|询问", title) else found
    return kept[0] if len(kept) == 1 else ""


def masked(text: str) -> str:
    """Return a message's body with the verbs that name its appeal taken out."""
    return VERBS.sub("", text)


_CLASSES = {
    "城乡建设": ("urban_mgmt", "property_realestate", "housing_security", "land_resources"),
    "环境保护": ("ecology",),
    "交通运输": ("transport",),
    "教育文体": ("education",),
    "劳动和社会保障": ("labor_social",),
    "商贸旅游": ("tourism_culture", "consumer_finance", "quality_price"),
    "卫生计生": ("medical", "public_health"),
}


def class_rows(data: Path) -> Iterator[Row]:
    """Yield the 248 messages labelled by seven classes, where a class is one of our domains."""
    for record in read(data / "gov_messages" / "labelled_7class.jsonl.gz"):
        domains = _CLASSES.get(record["label"], ())
        if len(domains) == 1:
            yield Row(text=f"{record['title']}\n{record['text']}", source="class", domains=domains)


def news_rows(data: Path, every: int = 4) -> Iterator[Row]:
    """Yield news titles: what objective reporting sounds like, and what needs no answer (entertainment, sport, games)."""
    idle = {"entertainment", "sports", "game", "stocks", "science", "lottery"}
    for number, record in enumerate(read(data / "thucnews_title" / "dev.jsonl.gz")):
        if number % every == 0:
            away = record["label"] in idle
            yield Row(
                text=record["text"],
                source="news",
                appeal="news" if number % (3 * every) == 0 else "",
                needs="no" if away else "",
                domains=("none",) if away else (),
                criterion="none" if away else "",
                weight=0.3,
            )


def voice_rows(data: Path, every: int = 3) -> Iterator[Row]:
    """Yield everyday Weibo posts that show a mood: what people sound like who ask nothing of an office."""
    for number, record in enumerate(read(data / "smp2020" / "usual_eval_labeled.jsonl.gz")):
        if number % every == 0 and record["label"] != "neutral":
            yield Row(
                text=record["text"],
                source="voice",
                appeal="opinion",
                needs="no",
                criterion="none",
                domains=("none",),
                weight=0.3,
            )


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSON Lines file, packed or plain."""
    packed = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in packed.decode("utf-8").splitlines():
        yield json.loads(line)
