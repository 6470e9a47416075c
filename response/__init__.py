"""Carries an answer through: cases, commands, briefing."""
