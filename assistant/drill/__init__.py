"""The fire drill: synthetic callers ring the live configuration and every task is tried."""
