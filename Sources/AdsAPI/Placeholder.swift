// Filled by its own piece of work.
