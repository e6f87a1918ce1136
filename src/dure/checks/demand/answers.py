"""Is every need counted once, and is every answer counted or explained?"""

from collections.abc import Iterator

from dure.formats.kinds import Fault
from dure.formats.stages.demand import DemandFacts, DemandRecommendation, Response


def wrong_answers(facts: DemandFacts, made: DemandRecommendation) -> Iterator[Fault]:
    """Needs counted twice, or not at all, or left out without a reason."""
    answers = {answer.id: answer for answer in facts.responses}
    if set(made.counted) - set(answers) or len(set(made.counted)) != len(made.counted):
        yield Fault(code="counted_twice", where="$.counted", message="an answer is counted twice, or is none.")
        return
    taken: dict[tuple[str, str, str], Response] = {}
    for name in made.counted:
        answer = answers[name]
        if answer.same_need_as:
            yield Fault(code="counted_twice", where=name, message=f"is the same need as {answer.same_need_as}.")
        if other := taken.get(key := (answer.organisation, answer.use, answer.gpu_model)):
            yield Fault(code="counted_twice", where=name, message=f"{other.id} is of the same organisation, use and model.")
        taken[key] = answer
    reasons = {(reason.item, reason.code) for reason in made.reasons}
    for answer in facts.responses:
        if answer.id in made.counted:
            continue
        code = "same_need_as_another" if answer.same_need_as else "same_organisation_use_and_model"
        if (answer.id, code) not in reasons:
            yield Fault(code="not_explained", where=answer.id, message="is not counted, and no reason says why.")
        kept = taken.get((answer.organisation, answer.use, answer.gpu_model))
        if not answer.same_need_as and (kept is None or _rank(kept) < _rank(answer)):
            yield Fault(code="need_not_counted", where=answer.id, message="the largest of such answers is the one that counts.")


def _rank(answer: Response) -> tuple[int, int, list[int]]:
    """Larger is counted: servers, then weeks, then the id that sorts first."""
    return answer.servers, answer.weeks, [-ord(letter) for letter in answer.id] + [1]
