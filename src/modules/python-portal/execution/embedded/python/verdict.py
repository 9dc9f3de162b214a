"""What an exception says about a case."""


def outcome(action, *arguments):
    """Runs something of the tests and returns what it raised, or None."""
    try:
        action(*arguments)
    except BaseException as error:
        return error
    return None


def end(reporter, name, error, is_set_up):
    """Reports a case that raised `error` (or None): a failed assertion fails it, whatever else is raised is an error."""
    if error is None:
        reporter.end(name, "passed")
    else:
        reporter.end(name, "error" if is_set_up else status_of(error), error)


def status_of(error):
    return "failed" if isinstance(error, AssertionError) and not hasattr(error, "_starter_line") else "error"
