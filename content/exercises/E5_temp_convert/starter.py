def celsius_to_fahrenheit(celsius):
    """Return the temperature in degrees Fahrenheit, rounded to one decimal place."""
    pass


def fahrenheit_to_celsius(fahrenheit):
    """Return the temperature in degrees Celsius, rounded to one decimal place."""
    pass
