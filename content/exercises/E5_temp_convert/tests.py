import starter


def test_boiling_water():
    assert starter.celsius_to_fahrenheit(100) == 212.0
    assert starter.fahrenheit_to_celsius(212) == 100.0


def test_freezing_water():
    assert starter.celsius_to_fahrenheit(0) == 32.0
    assert starter.fahrenheit_to_celsius(32) == 0.0


def test_rounds_to_one_decimal_place():
    assert starter.celsius_to_fahrenheit(36.6) == 97.9
    assert starter.fahrenheit_to_celsius(70) == 21.1


def test_negative_temperatures():
    assert starter.celsius_to_fahrenheit(-10) == 14.0
    assert starter.fahrenheit_to_celsius(-4) == -20.0
