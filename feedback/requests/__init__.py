"""Requests to a person: what was asked and answered, and where each stands."""
