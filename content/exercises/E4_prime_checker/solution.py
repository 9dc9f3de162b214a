from math import isqrt


def is_prime(number):
    """Return True if number is a prime number."""
    if number < 2:
        return False
    for divisor in range(2, isqrt(number) + 1):
        if number % divisor == 0:
            return False
    return True
