"""How often something may be done, counted in the database: exactly so often, whoever asks at the same moment."""
