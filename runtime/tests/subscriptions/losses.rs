//! What is lost when an object dies, or a database does not answer: nothing that a client was told.
