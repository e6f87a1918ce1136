"""What can be read by API? The one table of resources, arm by arm."""

from dure.portal.api.resource import Resource
from dure.portal.api.tables import demand, people, stem, supply

RESOURCES: tuple[Resource, ...] = (*people.RESOURCES, *supply.RESOURCES, *demand.RESOURCES, *stem.RESOURCES)
BY_NOUN = {resource.noun: resource for resource in RESOURCES}
