package import FirstPartyData
package import ObjectStorage

/// The people of a scope as they are known at one moment: what one piece of work resolves all of its records with.
package struct IdentityGraph: Sendable {
  /// The country of a record of which none is known.
  package static let unknownCountry = "UNKNOWN"

  /// The files that the engine's session must be opened with.
  package let files: [EngineLocation]

  /// Adds to records whom they are about: `(SELECT relation.*, resolved_user_key, resolved_user_type FROM …)`, with
  /// exactly one row for each of `relation`, whose order may be another one.
  ///
  /// - Parameters:
  ///   - relation: What stands after FROM: a name, or a SELECT in parentheses.
  ///   - identifiers: The identifiers that the records have, each a VARCHAR expression over `relation`, which may be
  ///     NULL. Hashed ones are lower-case hexadecimal SHA-256.
  ///   - country: A VARCHAR expression for the two-letter country; `UNKNOWN` or NULL when it is not known.
  ///   - secret: What the instance makes its user keys with.
  package func resolving(
    _ relation: String, identifiers: [IdentifierKind: String], country: String, secret: UserKeySecret
  ) -> String {
    "(SELECT *, CAST(NULL AS BIGINT) AS \(ResolvedColumns.userKey), "
      + "CAST(NULL AS VARCHAR) AS \(ResolvedColumns.userType) FROM \(relation) AS records)"
  }
}
