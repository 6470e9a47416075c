"""Scrapy's settings for this product: polite, bounded, and with every door shut that Scrapy leaves open.

Scrapy 2.19 comes with robots off, no delay, 1 GiB bodies, certificates unchecked, a telnet and a remote-control
server; each line below is pinned by a test.
"""

from typing import Any

from crawlers.resolver import DIAL, Dial

USER_AGENT = "Huiying/0.1 (government press desk; obeys robots.txt)"
MAX_BYTES = 8 << 20
"""The largest real page of the test material has 0.9 MB; a bomb of 60 MB is refused at 8."""


def scrapy_settings(dial: Dial) -> dict[str, Any]:
    """Return the settings common to all sources."""
    return {
        "USER_AGENT": USER_AGENT,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": 2.0,
        "RANDOMIZE_DOWNLOAD_DELAY": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 2.0,
        "AUTOTHROTTLE_MAX_DELAY": 60.0,
        "DOWNLOAD_TIMEOUT": 30,
        "DOWNLOAD_MAXSIZE": MAX_BYTES,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": 1,
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "COOKIES_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        "REFERER_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "crawlers.resolver.GuardedResolver",
        DIAL: dial,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.robots.Robots": 100,
        },
        "EXTENSIONS": {
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.corestats.CoreStats": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
        },
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_LEVEL": "CRITICAL",
        "STATS_DUMP": False,
    }
