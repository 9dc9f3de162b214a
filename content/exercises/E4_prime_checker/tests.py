import starter


def test_small_primes():
    assert starter.is_prime(2) is True
    assert starter.is_prime(3) is True
    assert starter.is_prime(7) is True


def test_numbers_with_divisors():
    assert starter.is_prime(4) is False
    assert starter.is_prime(9) is False
    assert starter.is_prime(15) is False


def test_zero_and_one_are_not_prime():
    assert starter.is_prime(0) is False
    assert starter.is_prime(1) is False


def test_a_larger_prime():
    assert starter.is_prime(7919) is True
