"""What a customer whom a token named has done: one page for the staff, one call for other programs."""
