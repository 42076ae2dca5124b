/// The columns that resolution adds to records.
package enum ResolvedColumns {
  /// The instance's user key, BIGINT; NULL for a record that matches nobody.
  package static let userKey = "resolved_user_key"
  /// The kind of the user's identifier, VARCHAR (`adUserId`, `sisDeviceId`, …); NULL for a record that matches nobody.
  package static let userType = "resolved_user_type"
}
