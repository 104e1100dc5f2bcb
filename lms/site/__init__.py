"""Landing page, health, administration."""
