def celsius_to_fahrenheit(celsius):
    """Return the temperature in degrees Fahrenheit, rounded to one decimal place."""
    return round(celsius * 9 / 5 + 32, 1)


def fahrenheit_to_celsius(fahrenheit):
    """Return the temperature in degrees Celsius, rounded to one decimal place."""
    return round((fahrenheit - 32) * 5 / 9, 1)
