"""Files of requests: what may come in, where they lie, and who is given them."""
