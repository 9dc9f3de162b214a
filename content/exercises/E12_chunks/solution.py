def chunks(items, size):
    """Yield lists of size items; the last one may be shorter."""
    if size < 1:
        raise ValueError("size must be at least 1")
    chunk = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def powers(base):
    """Yield 1, base, base squared and so on, without end."""
    power = 1
    while True:
        yield power
        power *= base
