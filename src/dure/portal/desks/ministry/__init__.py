"""The ministry's desk: is the programme on time, in budget, fair and useful? Approves policy, shares and awards."""
