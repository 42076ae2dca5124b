package import Metadata

/// The terms that users accept, once in each region, before they or an application of theirs reach anything there. (The
/// terms of bringing data are different: clients accept those before they upload.)
package enum UserTerms {
  /// The version of the text, raised with every change. Users who accepted an earlier one are asked again.
  package static let version = 1

  /// The paragraphs of the text.
  package static let paragraphs = [
    "You use this clean room for the accounts that you were invited to, and keep your password to yourself.",
    "You do not try to find out who the people behind the signals are, neither with queries nor with what they return.",
    "What applications do that you have let in counts as done by you. You can take that leave back through the operator.",
    "The operator records who administers what and when, and may end your access.",
  ]

  /// The region that counts if the server has none.
  package static let defaultRegion = Region.northAmerica
}
