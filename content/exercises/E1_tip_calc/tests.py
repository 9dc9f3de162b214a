import starter


def test_twenty_percent():
    assert starter.calculate_tip(45, 20) == 9.0


def test_rounds_to_cents():
    assert starter.calculate_tip(87.35, 18) == 15.72


def test_no_tip():
    assert starter.calculate_tip(30, 0) == 0
