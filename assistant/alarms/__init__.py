"""Alarms: who is in danger, and which named person has taken it on."""
