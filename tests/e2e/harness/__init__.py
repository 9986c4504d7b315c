"""What the end-to-end tests are written with: the tools, the servers, and a deployed application."""
