extension Migrations {
  /// The reach of lookalike audiences; NULL for audiences of the query's own users.
  static let lookalikes = """
    ALTER TABLE audience ADD COLUMN lookalikeReach TEXT
      CHECK (lookalikeReach IN ('MOST_SIMILAR', 'SIMILAR', 'BALANCED', 'BROAD', 'MOST_BROAD'));
    """
}
