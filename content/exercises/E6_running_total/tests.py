import starter


def test_three_days():
    assert starter.running_total([12, 8, 15]) == [12, 20, 35]


def test_negative_amounts():
    assert starter.running_total([5, -5, 1]) == [5, 0, 1]


def test_empty_list():
    assert starter.running_total([]) == []


def test_the_given_list_stays_as_it_is():
    amounts = [1, 2, 3]
    starter.running_total(amounts)
    assert amounts == [1, 2, 3]


def test_the_result_is_a_new_list():
    amounts = [4]
    assert starter.running_total(amounts) is not amounts
