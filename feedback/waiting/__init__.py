"""“Tell me when it is answered”: who waits for which question, and the message that ends it."""
