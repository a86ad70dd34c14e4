"""The help site inside other sites: one script, and what it fetches once it is opened."""
