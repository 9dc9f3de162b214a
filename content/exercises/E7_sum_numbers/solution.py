def sum_file(path):
    """Return the sum of the numbers in a text file, one number a line."""
    total = 0.0
    with open(path, encoding="utf-8") as file:
        for line_number, line in enumerate(file, start=1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            try:
                total += float(text)
            except ValueError:
                raise ValueError(f"line {line_number}: not a number: {text}") from None
    return total
