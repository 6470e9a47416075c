"""Hotline calls (12345): daily batch files named by an index, each read once."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from scrapy.http import Response

from crawlers.addresses import address_key, canonical
from crawlers.extract import dates
from crawlers.extract.posts import Unreadable, load_json
from crawlers.intake import Draft
from crawlers.spider import SourceFailed, SourceSpider
from crawlers.voices import mask

_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9_.:/-]{1,40}")
_KEY = re.compile(r"[A-Za-z_]{1,20}")


class HotlineSpider(SourceSpider):
    """Reads the index of batches, then each new batch."""

    kind: ClassVar[str] = "hotline"

    async def poll(self) -> int:
        """Read the index and take in the batches that are new."""
        shown, batches = 0, dict(self.owed)
        for start in self.source.start:
            response = await self.fetch_start(start)
            if response is None:
                shown += 1
                continue
            named = self.batches(response)
            shown, batches = shown + len(named), batches | named
        for key in sorted(self.intake.unvisited(batches)):
            await self._batch(key, batches[key])
        return shown

    def batches(self, response: Response) -> dict[str, str]:
        """Return the batch files that an index names, by frontier key."""
        try:
            value = load_json(response.body)
            urls = [canonical(str(entry["url"]), response.url) for entry in value["batches"]]
        except (Unreadable, KeyError, TypeError) as error:
            raise SourceFailed("unreachable", f"批次目录读不出来: {error}") from error
        return {address_key(url): url for url in urls if url}

    async def _batch(self, key: str, url: str) -> None:
        with self.one_page(key, url):
            response = await self.fetch(url)
            if response is None:
                return
            try:
                self.take(response)
            except Unreadable as error:
                self.intake.reject(url, str(error), visit=key)
                return
            self.intake.flush()
            self.intake.done(key, "list")

    def take(self, response: Response) -> None:
        """Take in the calls of one batch, each bad one set aside. Raises Unreadable when it is no batch."""
        value = load_json(response.body)
        if not isinstance(value, dict) or not isinstance(value.get("items"), list):
            raise Unreadable("批次文件里没有 items")
        now = self.watch.clock.now()
        batch = dates.iso(str(value.get("batch_at") or ""), now)
        for place, call in enumerate(value["items"], 1):
            draft = call_draft(
                call, response.url, batch.at if batch else None, self.source.districts, now
            )
            if draft is None:
                which = call_name(call, place)
                sample = f"{which}; {call_keys(call)}"
                self.intake.reject(
                    response.url, "工单缺少编号、内容或来电时间", sample, which=which
                )
            else:
                self.intake.take(draft)


def call_name(call: Any, place: int) -> str:
    """Return what a bad call is known by: its place in the batch and, where it is one, its number."""
    number = str(call.get("id") or "") if isinstance(call, dict) else ""
    return f"第 {place} 件 {mask(number)}" if _NUMBER.fullmatch(number) else f"第 {place} 件"


def call_keys(call: Any) -> str:
    """Return the names of a bad call's keys, never a value: what a citizen wrote has no place in quarantine."""
    if not isinstance(call, dict):
        return "不是工单"
    names = [key for key in call if _KEY.fullmatch(key)]
    return f"有 {'、'.join(names)}" if names else "没有可认的键"


def call_draft(
    call: Any, url: str, batch_at: datetime | None, districts: Mapping[str, str], now: datetime
) -> Draft | None:
    """Return the draft of one call, None when its number, text or time is missing."""
    if not isinstance(call, dict):
        return None
    native, text = str(call.get("id") or ""), str(call.get("text") or "").strip()
    moment = dates.iso(str(call.get("called_at") or ""), now)
    if not native or not text or moment is None:
        return None
    district = str(call.get("district") or "")
    return Draft(
        native=native,
        url=f"{canonical(url)}#{native}",
        title=str(call.get("title") or "").strip(),
        text=text,
        published_at=moment.at,
        precision=moment.precision,
        stated_at=batch_at,
        user=native,
        source_class="individual",
        region=districts.get(district),
        label=str(call.get("class") or "") or None,
    )
