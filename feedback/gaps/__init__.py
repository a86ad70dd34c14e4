"""Questions that customers ask in vain: grouped, diagnosed, followed until they are answered."""
