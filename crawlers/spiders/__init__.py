"""The spiders, one a kind of source; a new kind is one file here and its pages in tests/pages/<kind>/."""

import importlib
import pkgutil

from crawlers.spider import SourceSpider


def spider_classes() -> dict[str, type[SourceSpider]]:
    """Return the spider of each kind, found by looking into this folder."""
    found: dict[str, type[SourceSpider]] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for value in vars(loaded).values():
            if (
                isinstance(value, type)
                and issubclass(value, SourceSpider)
                and value is not SourceSpider
            ):
                found[value.kind] = value
    return found
