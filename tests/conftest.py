"""Settings for all tests: how many examples the property tests try."""

from hypothesis import HealthCheck, Phase, settings

# Making a failing example smaller can take minutes: ask for it with --hypothesis-profile=thorough.
settings.register_profile(
    "default",
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
settings.register_profile(
    "thorough", settings.get_profile("default"), max_examples=1000, phases=list(Phase)
)
settings.load_profile("default")
