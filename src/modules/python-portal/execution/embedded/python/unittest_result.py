"""What unittest tells about the tests of one class."""

from unittest import TestResult

from .verdict import status_of


class Result(TestResult):
    def __init__(self, owner, reporter):
        super().__init__()
        self._owner = owner
        self._reporter = reporter
        self._status, self._error, self._message = "error", None, None
        self.ended = set()
        self.set_up_error = None

    def startTest(self, test):
        super().startTest(test)
        self._status, self._error, self._message = "error", None, "the test did not end"
        self._reporter.begin(self._name(test))

    def stopTest(self, test):
        super().stopTest(test)
        self.ended.add(self._name(test))
        self._reporter.end(self._name(test), self._status, self._error, self._message)

    def addSuccess(self, test):
        self._status, self._message = "passed", None

    def addFailure(self, test, failure):
        self._fail(failure[1])

    def addError(self, test, failure):
        if hasattr(test, "_testMethodName"):
            self._fail(failure[1])
        else:  # setUpClass or setUpModule
            self.set_up_error = failure[1]

    def addSubTest(self, test, subtest, failure):
        if failure is not None and self._error is None:
            self._fail(failure[1])

    def addSkip(self, test, reason):
        """Not passed: whether a test is skipped can depend on the student's module."""
        if hasattr(test, "_testMethodName"):
            self._status, self._message = "failed", f"skipped: {reason}"

    def addExpectedFailure(self, test, failure):
        self.addSuccess(test)

    def addUnexpectedSuccess(self, test):
        self._status, self._message = "failed", "the test passed although it should fail"

    def _fail(self, error):
        self._status, self._error, self._message = status_of(error), error, None

    def _name(self, test):
        return f"{self._owner}.{test._testMethodName}"
