"""E-mail that comes in: which request it belongs to, and what nobody wrote."""
