"""Judges documents and groups them into events."""
