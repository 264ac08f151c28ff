"""Skills360: a platform that carries a cross-sector hackathon from the first workshop to the year after the winner."""
