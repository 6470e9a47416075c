"""Collects what media and Weibo-style posts say: spiders, frontier, extraction, politeness."""
