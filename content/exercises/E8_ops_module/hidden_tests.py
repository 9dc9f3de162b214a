import unittest

import starter


class OperationsTest(unittest.TestCase):
    def check(self, operation, expected):
        for a in range(-7, 8):
            for b in range(-7, 8):
                result = operation(a, b)
                self.assertIs(type(result), int)
                self.assertEqual(result, expected(a, b))

    def test_whole_numbers(self):
        self.check(starter.add, lambda a, b: a + b)
        self.check(starter.subtract, lambda a, b: a - b)
        self.check(starter.multiply, lambda a, b: a * b)

    def test_division_undoes_multiplication(self):
        for a in range(-7, 8):
            for b in (-4, -1, 2, 5):
                self.assertEqual(starter.divide(a * b, b), a)

    def test_zero_divided(self):
        self.assertEqual(starter.divide(0, 5), 0)

    def test_every_zero_is_refused(self):
        for zero in (0, 0.0, -0.0):
            with self.assertRaises(ValueError):
                starter.divide(8, zero)


class CalculateTest(unittest.TestCase):
    def test_every_operator(self):
        results = [starter.calculate(line) for line in ("8 + 2", "8 - 2", "8 * 2", "8 / 2")]
        self.assertEqual(repr(results), "[10.0, 6.0, 16.0, 4.0]")

    def test_negative_numbers_and_fractions(self):
        self.assertEqual(starter.calculate("-1.5 - -2"), 0.5)

    def test_more_spaces(self):
        self.assertEqual(starter.calculate("  9   /  4 "), 2.25)

    def test_refuses_nonsense(self):
        for line in ("", "5", "1 + 2 + 3", "1 +2", "one + 2", "1 + two", "1 // 2", "2 ** 3", "4 / 0"):
            with self.assertRaises(ValueError, msg=line):
                starter.calculate(line)

    def test_names_the_unknown_operator(self):
        with self.assertRaises(ValueError) as caught:
            starter.calculate("7 mod 2")
        self.assertEqual(str(caught.exception), "unknown operator: mod")


class ModuleTest(unittest.TestCase):
    def test_offers_only_functions_that_exist(self):
        self.assertEqual(len(starter.__all__), 5)
        for name in starter.__all__:
            self.assertTrue(callable(getattr(starter, name)), name)
