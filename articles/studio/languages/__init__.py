"""Translations: what is behind, and two languages side by side."""
