package import Metadata

/// What users agree to, once in each region, before they or an application of theirs get to anything there. (The terms of
/// bringing data are others: clients accept those, before they upload.)
package enum UserTerms {
  /// Rises with every change of the text; whoever accepted an earlier one is asked again.
  package static let version = 1

  /// The paragraphs of the text.
  package static let paragraphs = [
    "You use this clean room for the accounts that you were invited to, and keep your password to yourself.",
    "You do not try to find out who the people behind the signals are, neither with queries nor with what they return.",
    "What applications do that you have let in counts as done by you. You can take that leave back through the operator.",
    "The operator records who administers what and when, and may end your access.",
  ]

  /// The region that counts where the server is not told its own.
  package static let defaultRegion = Region.northAmerica
}
