"""What an operator may change: settings, operator tables, and the pure rules that read them."""
