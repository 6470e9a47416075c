"""Background: policy documents published before an event began and on its subject, which its posts may misread.

The events keep a notice and the posts that misread it apart when they share few words; the subject words of the
rule book bring them together. Only what was seen before the event's first document counts, so no later document
changes the answer.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from alerts.mention import Mention, mentions_of
from alerts.rules.policy_misread import is_policy, may_claim
from alerts.view import View
from store.interface import Corpus, Found, Query

DAYS = 45
"""How old a notice may be (本系统默认值: a consultation lasts 30 days at least)."""
ASKED = "通告 OR 公告 OR 通知 OR 办法 OR 条例 OR 细则 OR 方案 OR 征求意见"
MOST = 500


def background_for(members: Sequence[Found], corpus: Corpus, view: View) -> tuple[Mention, ...]:
    """Return the notices an event may be about; nothing when no member makes a claim."""
    mentions = mentions_of(members, view.signs)
    if sum(may_claim(mention) for mention in mentions) < 2:
        return ()
    first = mentions[0]
    page = corpus.search(
        Query(text=ASKED, since=first.at - timedelta(days=DAYS), until=first.at), limit=MOST
    )
    return related(mentions, mentions_of(page.hits, view.signs), view)


def related(
    mentions: Sequence[Mention], notices: Iterable[Mention], view: View
) -> tuple[Mention, ...]:
    """Return the newest notice seen before the event's first document and on its subject."""
    first = mentions[0]
    subjects = view.book.subjects(first.text)
    own = {mention.document.id for mention in mentions}
    found = [
        notice
        for notice in notices
        if notice.at < first.at
        and notice.document.id not in own
        and is_policy(notice)
        and subjects & view.book.subjects(notice.text)
    ]
    return tuple(found[-1:])
