import starter


def test_exactly_finished_and_one_page_more():
    for first_day in range(1, 15):
        pages = 0
        for day in range(1, 15):
            pages += first_day + day - 1
            days = starter.reading_days(pages, first_day)
            assert type(days) is int
            assert days == day
            assert starter.reading_days(pages + 1, first_day) == day + 1


def test_single_pages():
    assert starter.reading_days(1, 1) == 1
    assert starter.reading_days(2, 1) == 2
    assert starter.reading_days(3, 1) == 2


def test_a_very_long_book():
    assert starter.reading_days(1_000_000, 1) == 1414
