"""Reaching a person: the request form, what it suggests, and what becomes of requests."""
