"""E-mail and in-app messages, in the reader's language."""
