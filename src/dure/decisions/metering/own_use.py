"""Did each provider keep its own use within its contract, at every instant and in all?"""

from fractions import Fraction

from dure.decisions.metering.intervals import seconds
from dure.decisions.metering.states import ServerTime
from dure.decisions.metering.usage import share_text
from dure.formats.kinds import Reason, exact
from dure.formats.stages.metering import OwnUse, OwnUseContract


def own_use(provider: str, contract: OwnUseContract | None, times: list[ServerTime]) -> tuple[OwnUse, Reason | None]:
    """One provider's own use, and the reason when it is above what was agreed (nothing, without a contract)."""
    agreed = exact(contract.share) if contract else Fraction(0)
    own = sum(seconds(time.own_use) * time.server.gpus for time in times)
    serving = sum(seconds(time.in_service) * time.server.gpus for time in times)
    own_in_all = own + (contract.own_before_gpu_seconds if contract else 0)
    serving_in_all = serving + (contract.in_service_before_gpu_seconds if contract else 0)
    most = _most_at_once(times)
    within = most <= agreed and own_in_all <= agreed * serving_in_all
    made = OwnUse(
        provider=provider,
        contracted=contract.share if contract else "0",
        used=share_text(own, serving or 1),
        most_at_once=share_text(most.numerator, most.denominator),
        cumulative=share_text(own_in_all, serving_in_all or 1),
        own_gpu_seconds=own_in_all,
        in_service_gpu_seconds=serving_in_all,
        within=within,
    )
    if within:
        return made, None
    detail = {"contracted": made.contracted, "most_at_once": made.most_at_once, "cumulative": made.cumulative}
    return made, Reason(item=provider, code="own_use_above_contract" if contract else "own_use_without_contract", detail=detail)


def _most_at_once(times: list[ServerTime]) -> Fraction:
    """The largest share of the GPUs in service that was in own use at one instant."""
    steps: dict[int, list[int]] = {}
    for time in times:
        for column, spans in enumerate((time.own_use, time.in_service)):
            for start, end in spans:
                steps.setdefault(start, [0, 0])[column] += time.server.gpus
                steps.setdefault(end, [0, 0])[column] -= time.server.gpus
    most, own, serving = Fraction(0), 0, 0
    for _, (own_step, serving_step) in sorted(steps.items()):
        own, serving = own + own_step, serving + serving_step
        if own and own * most.denominator > most.numerator * serving:
            most = Fraction(own, serving)
    return most
