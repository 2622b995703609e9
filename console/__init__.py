"""Web pages: for now the browser phone."""
