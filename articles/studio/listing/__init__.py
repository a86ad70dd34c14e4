"""All articles in one list: filters, what each row says, acts on many."""
