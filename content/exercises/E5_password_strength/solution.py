def count_kinds(password):
    """Return how many of the four kinds of characters occur in password."""
    has_lower = any(character.islower() for character in password)
    has_upper = any(character.isupper() for character in password)
    has_digit = any(character.isdigit() for character in password)
    has_other = any(not character.isalnum() for character in password)
    return has_lower + has_upper + has_digit + has_other


def check_password_strength(password):
    """Return "Weak", "Medium" or "Strong"."""
    kinds = count_kinds(password)
    if len(password) < 8 or kinds <= 2:
        return "Weak"
    if kinds == 4 and len(password) >= 12:
        return "Strong"
    return "Medium"
