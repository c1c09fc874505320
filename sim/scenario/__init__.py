"""What the user says: validated, frozen."""
