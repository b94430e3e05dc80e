"""A firm's facts against the conditions of support programmes: met, not met or unknown."""

from agent.eligibility.extract import profile_from
from agent.eligibility.judge import Judged, Judgement, check_eligibility, match_programs
from agent.eligibility.profile import Profile, merged, profile_of, summary

__all__ = [
    "Judged",
    "Judgement",
    "Profile",
    "check_eligibility",
    "match_programs",
    "merged",
    "profile_from",
    "profile_of",
    "summary",
]
