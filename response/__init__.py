"""Carries an answer through: cases, commands, clocks, evaluation, the leader's page."""
