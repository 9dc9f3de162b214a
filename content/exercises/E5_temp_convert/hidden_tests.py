import starter


def check(convert, degrees, expected):
    result = convert(degrees)
    assert type(result) is float
    assert result == expected


def test_the_scales_meet_at_forty_below():
    check(starter.celsius_to_fahrenheit, -40, -40.0)
    check(starter.fahrenheit_to_celsius, -40, -40.0)


def test_more_values_in_fahrenheit():
    check(starter.celsius_to_fahrenheit, 37.7, 99.9)
    check(starter.celsius_to_fahrenheit, 21.3, 70.3)
    check(starter.celsius_to_fahrenheit, -273, -459.4)


def test_more_values_in_celsius():
    check(starter.fahrenheit_to_celsius, 0, -17.8)
    check(starter.fahrenheit_to_celsius, 100, 37.8)
    check(starter.fahrenheit_to_celsius, 451, 232.8)


def test_there_and_back_again():
    for degrees in range(-100, 101):
        there = starter.celsius_to_fahrenheit(degrees)
        check(starter.fahrenheit_to_celsius, there, degrees)
