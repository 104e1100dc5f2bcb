"""What is done, what completion means."""
