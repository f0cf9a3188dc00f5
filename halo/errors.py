"""What can go wrong, each error one sentence for the person who reads it in the dashboard."""

GONE = (404, 410)
"""Statuses that say that something does not exist."""

DENIED = (401, 403)
"""Statuses that say that a permission is missing, once the token is a new one."""


class HaloError(Exception):
    """Base of all errors of the connector; its text is a sentence that says what to do."""


class SettingsError(HaloError):
    """A value of the configuration is missing or wrong."""


class StateError(HaloError):
    """The state of the last sync is newer, foreign or damaged."""


class NothingReadable(HaloError):
    """Nothing at all can be read now, whatever is asked."""


class SignInError(NothingReadable):
    """No token was issued."""


class Silent(NothingReadable):
    """Halo answered nothing properly for as long as somebody who waits is patient."""


class TableError(HaloError):
    """One table cannot be read now: it is skipped and the others go on."""


class Refused(TableError):
    """A status that trying again does not change; `answered` tells path, status, Halo's words."""

    def __init__(
        self, path: str, status: int, said: str, location: str, scope: str = "all"
    ) -> None:
        self.answered = f"{path} answered {status} ({said})"
        self.status = status
        super().__init__(f"{self.answered}: {cure(path, status, location, scope)}.")


def cure(path: str, status: int, location: str = "", scope: str = "all") -> str:
    """What to do about a status that stays, without a full stop.

    `location` is where Halo points, `scope` what the token was asked with.
    """
    if status in range(300, 400):
        return f"Halo points to {location or 'elsewhere'}; set base_url to it"
    if status in DENIED and scope != "all":
        return f"scope is {scope!r}; set it to all, and allow the application all in Halo"
    if status in DENIED:
        of = path.strip("/").partition("/")[0]
        return (
            f"grant the API application the permission to read {of}, and the role of its agent too"
        )
    if status == 404:
        return "this tenant does not have it, or base_url is not the root of the instance"
    return "see what Halo says"


class Unreadable(TableError):
    """Halo answered with something that is not what the endpoint sends."""


class Unfiltered(Unreadable):
    """A tenant that does not honour the filter by which a list was asked."""


class GaveUp(TableError):
    """Halo did not answer properly until patience ended."""


class Limited(GaveUp):
    """Halo's request limit is used up, and stays so for longer than there is patience."""
