"""Requests to register an organisation, with their documents, until an officer has answered them."""
