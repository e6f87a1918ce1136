"""Do the published estimates follow from the answers, and is no need counted twice?

Everything is computed again from the facts and the list of counted answers, by the textbook formulas over
full lists (a zero for everyone who wants nothing). Raked weights are recognised, not computed: they must
fit the margins and be frame counts times one factor per sector and one per size.
"""

from collections.abc import Iterator
from fractions import Fraction

from dure.checks.demand.answers import wrong_answers
from dure.checks.demand.survey import Survey, half_width, survey_of
from dure.checks.demand.weights import wrong_weights
from dure.formats.kinds import Fault, decimal_text
from dure.formats.stages.demand import DemandFacts, DemandRecommendation, DemandRules, Estimate


def faults(facts: DemandFacts, rules: DemandRules, recommendation: DemandRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    if found := [*wrong_answers(facts, recommendation), *wrong_weights(facts, rules, recommendation)]:
        return found
    survey = survey_of(facts, rules, recommendation)
    return [
        *_response_rate(facts, rules, recommendation),
        *_estimates(survey, recommendation),
        *_shares(facts, survey, recommendation),
        *_forecast(survey, recommendation),
        *_would_pay(survey, recommendation),
        *_past(facts, recommendation),
    ]


def _response_rate(facts: DemandFacts, rules: DemandRules, made: DemandRecommendation) -> Iterator[Fault]:
    answered = len({answer.organisation for answer in facts.responses})
    rate = decimal_text(Fraction(answered, facts.invited), rules.share_decimals)
    if rate != made.response_rate:
        yield Fault(code="wrong_response_rate", where="$.response_rate", message=f"is {rate}, not {made.response_rate}.")


def _estimates(survey: Survey, made: DemandRecommendation) -> Iterator[Fault]:
    """Every cell that somebody wants something in, every margin, and the total, each once and right."""
    wanted = {("", "", "", "")}
    for answer in survey.answers:
        if answer.servers:
            key = (answer.sector, answer.size, answer.use, answer.gpu_model)
            wanted |= {key, (key[0], "", "", ""), ("", key[1], "", ""), ("", "", key[2], ""), ("", "", "", key[3])}
    told = [made.total, *made.estimates]
    keys = [(one.sector, one.size, one.use, one.gpu_model) for one in told]
    if sorted(keys) != sorted(wanted):
        odd = sorted(set(keys) ^ wanted) or "one twice"
        yield Fault(code="wrong_cells", where="$.estimates", message=f"missing or not asked for: {odd}.")
    for one in told:
        yield from _estimate(survey, one)


def _estimate(survey: Survey, told: Estimate) -> Iterator[Fault]:
    wants = survey.gpus(sector=told.sector, size=told.size, use=told.use, gpu_model=told.gpu_model)
    where = " ".join(filter(None, (told.sector, told.size, told.use, told.gpu_model))) or "total"
    decimals = survey.rules.gpu_decimals
    gpus = decimal_text(sum((survey.weights[name] * want for name, want in wants.items()), Fraction(0)), decimals)
    if gpus != told.gpus:
        yield Fault(code="wrong_estimate", where=where, message=f"{gpus} GPUs, not {told.gpus}.")
    if (count := sum(1 for want in wants.values() if want)) != told.respondents:
        yield Fault(code="wrong_respondents", where=where, message=f"{count} want some, not {told.respondents}.")
    half = half_width(survey, {name: Fraction(want) for name, want in wants.items()}, decimals)
    low = decimal_text(max(Fraction(gpus) - half, Fraction(0)), decimals)
    high = decimal_text(Fraction(gpus) + half, decimals)
    if (low, high) != (told.low, told.high):
        yield Fault(code="wrong_interval", where=where, message=f"[{low}, {high}], not [{told.low}, {told.high}].")


def _shares(facts: DemandFacts, survey: Survey, made: DemandRecommendation) -> Iterator[Fault]:
    """Shares sum to one, lie within one published unit of the exact ones, and have the right margins."""
    sectors, decimals = {cell.sector for cell in facts.frame}, survey.rules.share_decimals
    if set(made.shares) != sectors or set(made.share_margins) != sectors:
        yield Fault(code="wrong_sectors", where="$.shares", message=f"the frame has {sorted(sectors)}.")
        return
    if sum(map(Fraction, made.shares.values())) != 1:
        yield Fault(code="not_one", where="$.shares", message="the shares do not sum to one.")
    everyone = survey.gpus()
    total = sum((survey.weights[name] * want for name, want in everyone.items()), Fraction(0))
    cut_off = []
    for sector in sorted(sectors):
        mine = survey.gpus(sector=sector)
        share = sum((survey.weights[name] * want for name, want in mine.items()), Fraction(0)) / total
        unit = share * 10**decimals
        over = Fraction(made.shares[sector]) * 10**decimals - unit.numerator // unit.denominator
        if over not in {0, 1} or len(made.shares[sector].partition(".")[2]) != decimals:
            yield Fault(
                code="wrong_share", where=sector, message=f"is {decimal_text(share, decimals)}, not {made.shares[sector]}."
            )
        cut_off.append((unit % 1, sector, over))
        errors = {name: (mine[name] - share * want) / total for name, want in everyone.items()}
        half = decimal_text(half_width(survey, errors, decimals), decimals)
        if half != made.share_margins[sector]:
            yield Fault(code="wrong_share_margin", where=sector, message=f"is {half}, not {made.share_margins[sector]}.")
    ordered = [over for _, _, over in sorted(cut_off, key=lambda row: (-row[0], row[1]))]
    if ordered != sorted(ordered, reverse=True):
        yield Fault(code="wrong_share", where="$.shares", message="units left over go to the largest remainders.")


def _forecast(survey: Survey, made: DemandRecommendation) -> Iterator[Fault]:
    """Each month counted day by day."""
    days = survey.gpu_days()
    told = {(entry.month, entry.sector): entry.gpus for entry in made.forecast}
    if len(told) != len(made.forecast) or set(told) != set(days):
        yield Fault(code="wrong_months", where="$.forecast", message=f"{len(days)} months and sectors are wanted.")
    for key in sorted(set(days) & set(told)):
        gpus = decimal_text(days[key], survey.rules.gpu_decimals)
        if gpus != told[key]:
            yield Fault(code="wrong_forecast", where=f"{key[1]} {key[0]}", message=f"{gpus} GPUs, not {told[key]}.")


def _would_pay(survey: Survey, made: DemandRecommendation) -> Iterator[Fault]:
    offers = [answer for answer in survey.answers if answer.servers and answer.would_pay_per_gpu_hour is not None]
    wanted = sorted({(answer.sector, answer.would_pay_per_gpu_hour or 0) for answer in offers})
    if sorted((step.sector, step.price_per_gpu_hour) for step in made.would_pay) != wanted:
        yield Fault(code="wrong_prices", where="$.would_pay", message=f"{len(wanted)} prices were named.")
        return
    for step in made.would_pay:
        ready = [
            one for one in offers if one.sector == step.sector and (one.would_pay_per_gpu_hour or 0) >= step.price_per_gpu_hour
        ]
        gpus = sum((survey.weights[one.organisation] * one.servers for one in ready), Fraction(0)) * survey.rules.gpus_per_server
        if decimal_text(gpus, survey.rules.gpu_decimals) != step.gpus:
            yield Fault(code="wrong_prices", where=f"{step.sector} {step.price_per_gpu_hour}", message=f"{float(gpus)} GPUs.")


def _past(facts: DemandFacts, made: DemandRecommendation) -> Iterator[Fault]:
    told = sorted((entry.sector, entry.error) for entry in made.past_errors)
    real = sorted(
        (past.sector, decimal_text(Fraction(past.estimated_gpus, past.applied_gpus) - 1, 4) if past.applied_gpus else None)
        for past in facts.past
    )
    if told != real:
        yield Fault(code="wrong_past_error", where="$.past_errors", message=f"they are {real}.")
