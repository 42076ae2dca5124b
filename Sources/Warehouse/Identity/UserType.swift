/// The kind of identifier that a user is known by, as the data sources' `user_id_type` has it. Where the rows of a user
/// say different things, the first of these counts.
package enum UserType: String, Sendable, Hashable, CaseIterable {
  /// A person with an account.
  case account = "adUserId"
  /// A device whose person is not known.
  case device = "sisDeviceId"
  /// A browser whose person is not known.
  case browser = "adBrowserId"
}
