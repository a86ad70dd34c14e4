"""The frame of the REST API: tokens, problems, pages, limits, and its description."""
