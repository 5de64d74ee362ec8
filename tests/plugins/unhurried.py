"""Property tests judge what comes out, never how fast: a loaded machine must not turn one red."""

from hypothesis import HealthCheck, settings

PROFILE = "unhurried"

settings.register_profile(PROFILE, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(PROFILE)
