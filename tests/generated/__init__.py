"""Small adversarial batches, and what differs between two results for them."""
