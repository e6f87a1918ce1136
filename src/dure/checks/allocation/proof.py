"""Does the printed bound follow from the certificate, cases included?"""

from dure.checks.allocation.bound import ANY, MICRO, Arrays, Choice, Pass
from dure.checks.allocation.values import leased_gpu_weeks, with_owed
from dure.formats.kinds import Fault
from dure.formats.stages.allocation import AllocationRecommendation, Branch, Certificate, Prices

MOST_CASES = 20_000_000  # leaves times applications: a proof that nobody could check in an hour proves nothing


def bound_faults(arrays: Arrays, recommendation: AllocationRecommendation) -> tuple[list[Fault], Pass | None]:
    """Faults in prices and bound; and the pass over the root's prices, for explanations."""
    certificate = recommendation.certificate
    wrong = _price_faults(arrays, certificate, "$.certificate")
    for number, prices in enumerate(certificate.leaf_prices):
        wrong += _price_faults(arrays, prices, f"$.certificate.leaf_prices[{number}]")
    if wrong:
        return wrong, None
    root = Pass(arrays, certificate)
    try:
        bound = total(arrays, root, {}) if not certificate.branches else _largest_leaf(arrays, certificate)
    except ValueError as error:
        return [Fault(code="wrong_branches", where="$.certificate.branches", message=str(error))], root
    bound = min(bound, total(arrays, root, {})) if certificate.branches else bound
    if bound // MICRO != recommendation.bound:
        message = f"the prices prove {bound // MICRO}, not {recommendation.bound}."
        return [Fault(code="wrong_bound", where="$.bound", message=message)], root
    return [], root


def total(arrays: Arrays, prices: Pass, choices: dict[str, Choice]) -> int:
    """The bound in micro-points under these prices, when some applications are left only some options."""
    bound = prices.constant() + prices.leased(with_owed(arrays.facts, leased_gpu_weeks(arrays.facts)))
    for application in arrays.facts.applications:
        gain = prices.gain(application, choices.get(application.id, ANY))
        if gain is None:
            return -(1 << 62)
        bound += gain
    return bound


def _price_faults(arrays: Arrays, prices: Prices, where: str) -> list[Fault]:
    wrong = []
    expected: set[str] = set()
    for pool, servers in arrays.laid.items():
        by_pod = {f"{pool}/{pod}" for pod in servers.pods}
        expected |= {pool} if pool in prices.prices else by_pod
    if set(prices.prices) != expected:
        extra = sorted(set(prices.prices) ^ expected)[:4]
        wrong.append(Fault(code="wrong_prices", where=where, message=f"each pool is priced once, whole or by pod: {extra}."))
    for key, weekly in prices.prices.items():
        if len(weekly) != arrays.facts.weeks or min(weekly, default=0) < 0:
            wrong.append(Fault(code="wrong_prices", where=f"{where}.{key}", message="needs one price of at least 0 per week."))
    limit = arrays.rules.share_penalty * MICRO
    sectors = {sector.id for sector in arrays.facts.sectors}
    for name, price in prices.share_prices.items():
        if name not in sectors or abs(price) > limit:
            wrong.append(
                Fault(code="wrong_prices", where=f"{where}.share_prices", message=f"{name}: {price} is not within {limit}.")
            )
    for name, price in prices.cap_prices.items():
        if name not in arrays.caps or price < 0:
            wrong.append(
                Fault(code="wrong_prices", where=f"{where}.cap_prices", message=f"{name}: {price} is no price of a cap.")
            )
    return wrong


def _largest_leaf(arrays: Arrays, certificate: Certificate) -> int:
    """Walk the cases from the root; every node is reached once, every leaf has prices."""
    leaves = sum(node.kind == "leaf" for node in certificate.branches)
    if leaves * len(arrays.facts.applications) > MOST_CASES:
        raise ValueError(f"{leaves} leaves are too many for {len(arrays.facts.applications)} applications.")
    passes = [Pass(arrays, prices) for prices in certificate.leaf_prices]
    applications = {application.id for application in arrays.facts.applications}
    seen: set[int] = set()
    best = -(1 << 62)
    todo: list[tuple[int, dict[str, Choice]]] = [(0, {})]
    while todo:
        number, choices = todo.pop()
        if number in seen or number >= len(certificate.branches):
            raise ValueError(f"node {number} is missing or reached twice.")
        seen.add(number)
        node = certificate.branches[number]
        if node.kind == "leaf":
            if node.prices >= len(passes):
                raise ValueError(f"leaf {number} has no prices.")
            best = max(best, total(arrays, passes[node.prices], choices))
            continue
        if node.application not in applications or len(node.below) != 2:
            raise ValueError(f"node {number} splits nothing in two.")
        old = choices.get(node.application, Choice())
        for place, choice in zip(node.below, halves(old, node), strict=True):
            todo.append((place, {**choices, node.application: choice}))
    return best


def halves(choice: Choice, node: Branch) -> tuple[Choice, Choice]:
    """The options that satisfy the node's condition, and all others, refusal among them unless ruled out above."""
    if node.kind == "granted":
        return choice._replace(granted=True), choice._replace(refused=True)
    if node.kind == "pool":
        pool = frozenset([str(node.pool)])
        inside = choice._replace(granted=True, in_pool=choice.in_pool & pool if choice.in_pool else pool)
        if choice.in_pool and not choice.in_pool & pool:
            inside = choice._replace(granted=True, refused=True)
        return inside, choice._replace(not_in=choice.not_in | pool)
    low, high = choice.starts if node.kind == "start" else choice.sizes
    field = "starts" if node.kind == "start" else "sizes"
    first = choice._replace(granted=True, **{field: (low, min(high, node.at))})  # type: ignore[arg-type]
    return first, choice._replace(**{field: (max(low, node.at), high)})  # type: ignore[arg-type]
