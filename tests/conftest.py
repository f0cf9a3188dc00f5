"""Settings for all tests: which examples the property tests try."""

from hypothesis import HealthCheck, Phase, settings

# `make test` is the same each time: what is tried follows from the test alone.
settings.register_profile(
    "default",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    # Making a failing example smaller can take minutes: the thorough profile does it.
    phases=[Phase.explicit, Phase.generate],
)
# `make thorough` draws anew each time, and tells how to try again what failed.
settings.register_profile(
    "thorough",
    settings.get_profile("default"),
    max_examples=1000,
    derandomize=False,
    print_blob=True,
    phases=list(Phase),
)
settings.load_profile("default")
