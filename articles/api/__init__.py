"""Articles and categories for programs."""
