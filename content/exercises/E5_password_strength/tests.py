import starter


def test_too_short():
    assert starter.check_password_strength("aB3!") == "Weak"
    assert starter.check_password_strength("Pa55 w!") == "Weak"


def test_only_two_kinds():
    assert starter.check_password_strength("password123") == "Weak"


def test_three_kinds():
    assert starter.check_password_strength("Password123") == "Medium"


def test_four_kinds_but_not_long():
    assert starter.check_password_strength("Passw0rd!") == "Medium"


def test_four_kinds_and_long():
    assert starter.check_password_strength("Pass word 123!") == "Strong"
