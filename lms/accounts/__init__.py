"""People, sign-in, roles and their scope."""
