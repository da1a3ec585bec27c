"""What residents meant where they were misunderstood, as staff say."""
