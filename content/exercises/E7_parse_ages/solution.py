def parse_age(text):
    """Return text as an age; raise ValueError with a helpful message if it is none."""
    try:
        age = int(text)
    except ValueError:
        raise ValueError(f"not a whole number: {text}") from None
    if not 0 <= age <= 130:
        raise ValueError(f"out of range: {age}")
    return age


def parse_ages(texts):
    """Return a list of all ages and a list of all error messages."""
    ages = []
    problems = []
    for text in texts:
        try:
            ages.append(parse_age(text))
        except ValueError as error:
            problems.append(str(error))
    return ages, problems
