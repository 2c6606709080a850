"""Flask without a subject: who may come in, what goes out, how a page is put together."""
