"""Categories and addresses, as leads arrange them."""
