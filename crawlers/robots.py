"""robots.txt as RFC 9309 asks: kept a day at most, and a broken answer (5xx) means keep out for now."""

import time

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser

KEEP_S = 24 * 3600.0
RETRY_S = 300.0
KEEP_OUT = b"User-agent: *\nDisallow: /\n"


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with an expiry: our spiders live for weeks, its parsers would live as long."""

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the parser in force for the request's host, fetched again when too old."""
        until: dict[str, float] = self.__dict__.setdefault("until", {})
        host = request.url.split("/")[2]
        old = until.get(host, 0.0) < time.monotonic()
        if old:
            self._parsers.pop(host, None)
        parser = await super().robot_parser(request)
        if old:
            until[host] = time.monotonic() + (RETRY_S if parser is None else KEEP_S)
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            response = response.replace(body=KEEP_OUT)
        elif response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
