"""Where writers work: the desk, the editor, reviews, revisions, translations, categories, links."""
