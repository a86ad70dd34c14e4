"""The source of truth: articles, their translations, revisions and addresses."""
