"""The rules of the always-open intake: when prices are made anew, how early people are told, who is protected."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import Count, Rules, Share


class IntakeRules(Rules, frozen=True, kw_only=True):
    """`resolve_every_weeks`: bid prices are made anew that often, each time from `demand_samples` samples.

    `notice_weeks`: an acceptance is given that many weeks before the start; who could start only later waits.
    `idle_price`: in the weekly decision the last in order may pay this part of the price for what would lie idle.
    Requests of at most `small_request_gpu_weeks` pay the part `small_request_price` of the price of their servers.
    """

    topic: ClassVar[str] = "intake"
    resolve_every_weeks: Annotated[int, Meta(ge=1, le=520)]
    demand_samples: Annotated[int, Meta(ge=1, le=99)]
    notice_weeks: Count
    idle_price: Share
    small_request_gpu_weeks: Count
    small_request_price: Share
