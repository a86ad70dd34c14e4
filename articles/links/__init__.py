"""Links from articles to other sites: which of them still lead somewhere."""
