"""What the acts themselves and the shapes of values say, as it is raised.

`{1}`, `{2}` stand for the values that a text holds, in their order. Each is kept complete by a house test.
"""

from django.utils.translation import gettext_noop

# of the acts
ACTS = (
    gettext_noop("{1} won cannot be committed: {2} of {3} are free."),
    gettext_noop("{1} won cannot be paid: {2} of {3} are left."),
    gettext_noop("the lines come to {1} won, more than the {2} appropriated."),
    gettext_noop("awards of {1} won exceed the {2} won that are left of {3}."),
    gettext_noop("payments would come to {1} won of {2} billed."),
    gettext_noop("the shares sum to {1}, not to 1."),
    gettext_noop("{1} points are more than {2}."),
    gettext_noop("{1} points are not in steps of {2}."),
    gettext_noop("criteria do not match: {1}."),
    gettext_noop("came on {1} already."),
    gettext_noop("no report is due on {1}."),
    gettext_noop("holds {1} servers, of which {2} were to be taken back."),
    gettext_noop("the pool holds servers of {1} at {2}."),
    gettext_noop("{1} is not waiting for service in this pool."),
    gettext_noop("the panel does not judge {1}."),
    gettext_noop("server {1} is not in the register."),
    gettext_noop("application {1} has a grant of this round already."),
    gettext_noop("evaluator {1} has stepped back from {2}."),
    gettext_noop("{1} comes twice."),
    gettext_noop("{1} {2} comes twice."),
    gettext_noop("the deadline is not after the opening."),
    gettext_noop("{1} contains {2}."),
    gettext_noop("at least {1} of {2} servers, from week {3} to {4}."),
    gettext_noop("{1} is not a day."),
    gettext_noop("{1} is not a month."),
    gettext_noop("{1} is not a period of the calendar."),
    gettext_noop("{1} is not a Monday."),
    gettext_noop("the desk {1} {2} organisation."),
    gettext_noop("{1} and {2} months are beyond the calendar."),
    gettext_noop("a step of {1} servers keeps {2} for own use."),
    gettext_noop("is given as a whole and in parts."),
    gettext_noop("a value is out of range."),
    gettext_noop("a date or a number is out of range."),
    gettext_noop("{1} is not a non-negative decimal as text."),
    gettext_noop("{1} is not a decimal as text."),
    gettext_noop("{1} cannot be in a token's scope."),
    gettext_noop("no value in force on {1}."),
    gettext_noop("is for stage {1}, not {2}."),
    gettext_noop("has no sectors or no pools."),
    gettext_noop("has no terms to amend."),
    gettext_noop("no rule {1}."),
    gettext_noop("is of version {1}; versions 1 to {2} are known."),
)
# of values and files, the messages of msgspec among them
SHAPES = (
    gettext_noop("Expected `{1}`, got `{2}`."),
    gettext_noop("Object missing required field `{1}`."),
    gettext_noop("Object contains unknown field `{1}`."),
    gettext_noop("Expected `{1}` of length >= {2}."),
    gettext_noop("Expected `{1}` of length <= {2}."),
    gettext_noop("Expected `{1}` >= {2}."),
    gettext_noop("Expected `{1}` <= {2}."),
    gettext_noop("Expected `{1}` matching regex {2}."),
    gettext_noop("Expected `{1}` with {2}."),
    gettext_noop("Invalid enum value {1}."),
    gettext_noop("Invalid {1}."),
    gettext_noop("Integer value out of range."),
    gettext_noop("{1} is a floating-point number."),
    gettext_noop("a text-direction control character hides what is written."),
    gettext_noop("{1} is beyond 2^53 - 1."),
    gettext_noop("key {1} comes twice in one object."),
    gettext_noop("a key holds a character beyond U+FFFF."),
    gettext_noop("the file has {1} bytes; at most {2} are read."),
    gettext_noop("cannot be read ({1})."),
    gettext_noop("byte {1} is not UTF-8."),
    gettext_noop("not JSON: {1}."),
    gettext_noop("nested too deeply."),
    gettext_noop("half a surrogate pair is not a character."),
    gettext_noop("id {1} comes twice."),
    gettext_noop("{1} is not defined in this file."),
    gettext_noop("U+{1} at character {2} cannot be stored or hides what is written."),
)
# where no answer satisfies the rules
INFEASIBLE = (
    gettext_noop("sector {1}: {2} asks for at least {3}, {4} allows at most {5}."),
    gettext_noop("the pool of {1} fills {2} of {3} seats."),
    gettext_noop("no proposal has {1} values left after dropping ({2}); substitutes have to score them."),
    gettext_noop("{1} sectors cannot each have at least {2} of the results."),
    gettext_noop("no portfolio within the rules has {1} public GPUs; following rank order {2} are reached."),
    gettext_noop("the rank walk ends with {1} public GPUs; the minimum is {2}, and another portfolio reaches {3}."),
    gettext_noop(
        "the best of the portfolios of {1} lots could not be proven in {2} branches; offer fewer steps, or split the call."
    ),
    gettext_noop("server {1} is granted to {2} and to {3} at once."),
)
