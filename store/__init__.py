"""Where records live between the stages: the corpus (documents, scores, events), the spool and the ledger."""
