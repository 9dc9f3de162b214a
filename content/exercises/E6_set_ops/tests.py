import starter

CHESS = ["Ann", "Bo", "Cy"]
THEATRE = ["Bo", "Di"]


def test_union():
    assert starter.set_ops(CHESS, THEATRE)["union"] == {"Ann", "Bo", "Cy", "Di"}


def test_intersection():
    assert starter.set_ops(CHESS, THEATRE)["intersection"] == {"Bo"}


def test_difference():
    assert starter.set_ops(CHESS, THEATRE)["difference"] == {"Ann", "Cy"}


def test_symmetric_difference():
    assert starter.set_ops(CHESS, THEATRE)["symmetric_difference"] == {"Ann", "Cy", "Di"}


def test_nothing_in_common():
    assert starter.set_ops([1, 2], [3])["intersection"] == set()
