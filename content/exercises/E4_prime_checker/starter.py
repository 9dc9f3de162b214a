def is_prime(number):
    """Return True if number is a prime number."""
    pass
