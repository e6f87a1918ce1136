"""Which answers count, and can they be true?"""

from collections import defaultdict
from collections.abc import Sequence

from dure.formats.errors import BadInput
from dure.formats.kinds import Reason
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.demand import DemandFacts, Response


def counted_answers(facts: DemandFacts) -> tuple[tuple[Response, ...], tuple[Reason, ...]]:
    """Each need once, in order of id, and a reason for every answer that is not counted."""
    reasons = [
        Reason(item=answer.id, code="same_need_as_another", detail={"same_as": answer.same_need_as})
        for answer in facts.responses
        if answer.same_need_as
    ]
    alike: dict[tuple[str, str, str], list[Response]] = defaultdict(list)
    for answer in facts.responses:
        if not answer.same_need_as:
            alike[answer.organisation, answer.use, answer.gpu_model].append(answer)
    counted = []
    for answers in alike.values():
        largest, *others = sorted(answers, key=lambda answer: (-answer.servers, -answer.weeks, answer.id))
        counted.append(largest)
        reasons += [
            Reason(item=answer.id, code="same_organisation_use_and_model", detail={"counted": largest.id}) for answer in others
        ]
    return tuple(sorted(counted, key=lambda answer: answer.id)), tuple(sorted(reasons, key=lambda reason: reason.item))


def respondents(facts: DemandFacts) -> dict[tuple[str, str], tuple[str, ...]]:
    """The organisations that answered, by cell of the frame."""
    cells: dict[tuple[str, str], set[str]] = {(cell.sector, cell.size): set() for cell in facts.frame}
    for answer in facts.responses:
        cells[answer.sector, answer.size].add(answer.organisation)
    return {cell: tuple(sorted(names)) for cell, names in sorted(cells.items())}


def refuse_nonsense(facts: DemandFacts) -> None:
    """Raise at the first thing that cannot be."""
    require_unique((answer.id for answer in facts.responses), where="$.responses")
    require_unique((f"{cell.sector}, {cell.size}" for cell in facts.frame), where="$.frame")
    require_unique((past.sector for past in facts.past), where="$.past")
    require_known((past.sector for past in facts.past), (cell.sector for cell in facts.frame), where="$.past")
    _refuse_dates(facts.responses)
    cells = {(cell.sector, cell.size) for cell in facts.frame}
    homes: dict[str, tuple[str, str]] = {}
    for answer in facts.responses:
        home = (answer.sector, answer.size)
        if home not in cells:
            raise BadInput(
                f"the frame has no cell {answer.sector}, {answer.size}.",
                where=f"$.responses {answer.id}",
                todo="Add it to the frame, or correct the answer.",
            )
        if homes.setdefault(answer.organisation, home) != home:
            raise BadInput(
                f"{answer.organisation} is in two cells of the frame.",
                where=f"$.responses {answer.id}",
                todo="Give all its answers one sector and one size.",
            )
    _refuse_circles(facts.responses)
    names = respondents(facts)
    for cell in facts.frame:
        answered = len(names[cell.sector, cell.size])
        if answered > cell.organisations:
            raise BadInput(
                f"{answered} answered of {cell.organisations} that there are.",
                where=f"$.frame {cell.sector}, {cell.size}",
                todo="Correct the frame.",
            )
    if len(homes) > facts.invited:
        raise BadInput(f"{len(homes)} organisations answered, {facts.invited} were asked.", where="$.invited", todo="Correct it.")
    if facts.invited > (there := sum(cell.organisations for cell in facts.frame)):
        raise BadInput(f"{facts.invited} were asked, the frame has {there}.", where="$.invited", todo="Correct one of the two.")


def _refuse_dates(answers: Sequence[Response]) -> None:
    for answer in answers:
        if not 2000 <= answer.start_on.year < 2100:
            raise BadInput(
                f"the start {answer.start_on} is not of this century.", where=f"$.responses {answer.id}", todo="Check it."
            )


def _refuse_circles(answers: Sequence[Response]) -> None:
    """Follow `same_need_as` to its end: it must exist, and lead to an answer that stands for itself."""
    same = {answer.id: answer.same_need_as for answer in answers}
    require_known((other for other in same.values() if other), same, where="$.responses[].same_need_as")
    for start, named in same.items():
        seen, at = {start}, named
        while at is not None:
            if at in seen:
                raise BadInput(
                    f"{start} and {at} each stand for the other.",
                    where="$.responses[].same_need_as",
                    todo="Let one of them stand for itself.",
                )
            seen.add(at)
            at = same[at]
