"""What programs of the end-to-end checks say of each of their checks."""


def check(name, work):
    try:
        work()
    except Exception as error:
        print(f"FAILED - {name}: {type(error).__name__} {error}".replace("\n", " "))
    else:
        print(f"ok - {name}")


def expect(actual, wanted):
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


def refused(error, work):
    try:
        work()
    except error:
        return
    raise AssertionError(f"was not refused with {error.__name__}")
