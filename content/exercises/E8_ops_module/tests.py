import unittest

import starter


class OperationsTest(unittest.TestCase):
    def test_add(self):
        self.assertEqual(starter.add(2, 3), 5)

    def test_subtract(self):
        self.assertEqual(starter.subtract(2, 3), -1)

    def test_multiply(self):
        self.assertEqual(starter.multiply(4, 2.5), 10)

    def test_divide(self):
        self.assertEqual(starter.divide(1, 4), 0.25)

    def test_divide_by_zero(self):
        with self.assertRaises(ValueError) as caught:
            starter.divide(1, 0)
        self.assertEqual(str(caught.exception), "cannot divide by zero")


class CalculateTest(unittest.TestCase):
    def test_chooses_the_operation(self):
        self.assertEqual(starter.calculate("6 * 7"), 42.0)

    def test_refuses_an_unknown_operator(self):
        with self.assertRaises(ValueError) as caught:
            starter.calculate("6 ^ 7")
        self.assertEqual(str(caught.exception), "unknown operator: ^")

    def test_refuses_a_line_with_a_part_missing(self):
        with self.assertRaises(ValueError) as caught:
            starter.calculate("6 *")
        self.assertEqual(str(caught.exception), "expected: number operator number")


class ModuleTest(unittest.TestCase):
    def test_says_what_it_offers(self):
        self.assertEqual(sorted(starter.__all__), ["add", "calculate", "divide", "multiply", "subtract"])
