"""Two short questions to a few visitors: were you satisfied, would you recommend us."""
