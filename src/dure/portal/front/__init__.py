"""What stands between the network and the pages: waits for slow clients, so that no thread has to."""
