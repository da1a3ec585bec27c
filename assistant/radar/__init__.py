"""The same trouble from several residents in a place and time, told to staff as one risk."""
