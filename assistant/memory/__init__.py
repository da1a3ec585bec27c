"""What is remembered between turns: conversations, and webhooks already answered."""
