"""The ledger's schema, step by step, applied by Alembic when a ledger is opened."""
