def fizzbuzz(limit):
    """Return what is said for every number from 1 to limit, as a list of strings."""
    said = []
    for number in range(1, limit + 1):
        if number % 15 == 0:
            said.append("FizzBuzz")
        elif number % 3 == 0:
            said.append("Fizz")
        elif number % 5 == 0:
            said.append("Buzz")
        else:
            said.append(str(number))
    return said
