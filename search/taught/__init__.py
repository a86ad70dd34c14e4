"""What writers and votes teach search: synonyms and phrasings, kept, learnt and previewed."""
