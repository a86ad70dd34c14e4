"""A disposable projection of the articles: keyword and semantic search."""
