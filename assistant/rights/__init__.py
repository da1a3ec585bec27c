"""What a resident may ask about what is kept of her, and how far each wish has come."""
