PARTNERS = {")": "(", "]": "[", "}": "{"}


def is_balanced(text):
    """Return True if all brackets in text are closed in the right order."""
    return first_problem(text) is None


def first_problem(text):
    """Return the index of the first bracket that has no partner, or None."""
    open_places = []
    for place, character in enumerate(text):
        if character in PARTNERS.values():
            open_places.append(place)
        elif character in PARTNERS:
            if not open_places or text[open_places.pop()] != PARTNERS[character]:
                return place
    return open_places[0] if open_places else None
