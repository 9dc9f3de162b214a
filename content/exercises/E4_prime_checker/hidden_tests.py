import starter


def primes_below(limit):
    """The sieve: cross out the multiples, keep what is left."""
    crossed = set()
    primes = []
    for number in range(2, limit):
        if number not in crossed:
            primes.append(number)
            crossed.update(range(number * number, limit, number))
    return primes


def test_all_numbers_below_two_thousand():
    answers = [starter.is_prime(number) for number in range(2000)]
    assert all(type(answer) is bool for answer in answers)
    assert [number for number, prime in enumerate(answers) if prime] == primes_below(2000)


def test_negative_numbers():
    assert starter.is_prime(-7) is False
    assert starter.is_prime(-2) is False


def test_squares_of_primes():
    for prime in (11, 13, 97, 101, 997):
        assert starter.is_prime(prime * prime) is False


def test_large_numbers():
    assert starter.is_prime(1_000_000_007) is True
    assert starter.is_prime(1_000_000_011) is False
    assert starter.is_prime(31_607 * 31_607) is False
