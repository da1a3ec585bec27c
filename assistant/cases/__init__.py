"""What residents asked of the staff: requests and alarms, and who wants nothing unasked."""
