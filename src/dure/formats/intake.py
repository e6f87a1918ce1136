"""The rules of the always-open intake: when prices are recomputed, how early applicants are notified, who is protected."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import Count, Rules, Share


class IntakeRules(Rules, frozen=True, kw_only=True):
    """How the always-open intake prices requests and gives notice."""

    topic: ClassVar[str] = "intake"
    resolve_every_weeks: Annotated[int, Meta(ge=1, le=520), Meta(description="weeks after which bid prices are recomputed")]
    demand_samples: Annotated[
        int, Meta(ge=1, le=99), Meta(description="forecasts of future demand over which bid prices are averaged")
    ]
    notice_weeks: Annotated[
        Count, Meta(description="weeks between acceptance and start; a request that could start only later keeps waiting")
    ]
    idle_price: Annotated[
        Share, Meta(description="part of the bid price above which a request may take capacity that would otherwise stay idle")
    ]
    small_request_gpu_weeks: Annotated[Count, Meta(description="largest request, in GPU-weeks, that pays the reduced price")]
    small_request_price: Annotated[Share, Meta(description="part of the servers' bid price that such a small request pays")]
