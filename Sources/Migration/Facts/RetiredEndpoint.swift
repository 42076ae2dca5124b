/// An operation of the retired instance-level API, and what took its place.
///
/// Source: AMC's guide "Migration overview", endpoint equivalencies; for two operations the public client "AMC Uploader
/// from AWS" 1.0.0 to 2.3.1.
package struct RetiredEndpoint: Sendable, Hashable {
  /// The source that describes the old operation.
  package enum Source: String, Sendable, Hashable {
    case guide
    case client
  }

  /// The operation that is called now.
  package struct Replacement: Sendable, Hashable {
    package let method: String
    package let path: PathTemplate
    /// Of its body and its answer.
    package let mediaType: String
  }

  /// The operation's name in the published API, or the nearest to it.
  package let operation: String
  package let method: String
  /// Below the address of an instance.
  package let path: PathTemplate
  /// The path without the stage that stands before most.
  let pathBelowStage: PathTemplate
  /// nil where nothing took its place.
  package let replacement: Replacement?
  /// The changes of query parameters.
  package let queryChanges: [FieldChange]
  /// The changes of the body's members, and those to be added. Where there is no body, those to be added.
  package let bodyChanges: [FieldChange]
  package let source: Source
  /// Anything else to know, in whole sentences.
  package let note: String?
}

/// The change of a query parameter, or of a member of a body.
package struct FieldChange: Sendable, Hashable {
  /// The kinds of changes.
  package enum Change: String, Sendable, Hashable, CaseIterable, Encodable {
    case keep
    case rename
    /// To another place, with or without another name.
    case move
    case drop
    /// Stays, with another sense or type.
    case check
    /// Needed, and was not there before.
    case add
    /// Can be there, and was not before.
    case new
    /// The table does not know it.
    case unknown
  }

  /// The member's name; members of the elements of a list have `[].` between.
  package let name: String
  package let change: Change
  /// The new name, where that is another one.
  package let to: String?
  package let note: String?

  /// A change of these values.
  package init(name: String, change: Change, to: String? = nil, note: String? = nil) {
    self.name = name
    self.change = change
    self.to = to
    self.note = note
  }
}

/// A header that calls need now, or need no more.
package struct HeaderChange: Sendable, Hashable {
  package let name: String
  /// The value, with names in braces for what only the caller knows; nil for a header to drop.
  package let value: String?
  package let note: String?
}
