"""From built tables to people and programs: load, overview, hydrate, agreement, comparison, manifest."""
