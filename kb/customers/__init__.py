"""Who a customer is, as a site that knows them says under its signature."""
