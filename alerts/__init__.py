"""Turns events into issues with reasons and clocks; delivers notifications."""
