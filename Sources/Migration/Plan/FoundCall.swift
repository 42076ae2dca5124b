/// The location of a finding: a file, and a line, an entry or a name in it.
package struct FileLocation: Sendable, Hashable {
  package let file: String
  /// `12`, or `entry 12`, or `Folder / Request`.
  package let position: String

  package var text: String { "\(file):\(position)" }
}

/// A call of the retired API, as it was found. Values of headers, of the query and of the body are no part of it.
struct FoundCall: Sendable {
  /// nil where the location does not show it.
  var method: String?
  var host: InstanceHost?
  /// Without the query; parts that are only known when the program runs are `{}`.
  var path: String
  var queryNames: [String] = []
  /// nil where headers can't be seen, as in logs and source code.
  var headerNames: [String]?
  var body: FoundBody?
  var location: FileLocation
}

/// The body of a call that was found.
enum FoundBody: Sendable {
  /// The names of its members: `columns[].name` for those of the elements of a list.
  case members([String])
  /// It is no JSON object.
  case other

  /// The members of a JSON text.
  init(_ text: String) {
    guard let node = try? JSONReader.read(Array(text.utf8)), case .object(let members) = node else {
      self = .other
      return
    }
    var names: [String] = []
    for member in members {
      names.append(member.name)
      for element in member.value.elements ?? [] {
        names += (element.members ?? []).map { "\(member.name)[].\($0.name)" }
      }
    }
    self = .members(names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
  }
}

/// The meaning of a location that was looked at.
enum Finding: Sendable {
  case call(FoundCall, RetiredAPI.Match)
  case unplaced(UnplacedFinding)
  /// A call of the API that replaced the old one.
  case living
  /// A call of something else altogether.
  case elsewhere
}

/// A finding that may be about the retired API, and can't be placed.
package struct UnplacedFinding: Sendable, Hashable {
  /// The reasons.
  package enum Reason: String, Sendable, Hashable, CaseIterable, Encodable {
    /// Below an old path, where the table has nothing.
    case unknownPath = "unknown_path"
    /// The table has the path, with other methods.
    case unknownMethod = "unknown_method"
    /// An old path at a host that is not known to be an instance's.
    case foreignHost = "foreign_host"
    /// In source code that nowhere speaks of AMC.
    case ambiguous
    /// A piece of a path, whose other pieces are elsewhere.
    case fragment
    /// The URL of an instance, without a path.
    case hostAlone = "address"
    /// A line that is longer than the limit; only its beginning was looked at.
    case longLine = "long_line"
    /// A line or an entry that can't be read.
    case unreadable

    /// The meaning, in a sentence.
    package var text: String {
      switch self {
      case .unknownPath: "below an old path, but not among the known calls"
      case .unknownMethod: "an old path with a method that it is not known to have had"
      case .foreignHost:
        "an old path, but the host is not known to be an instance's; --host HOST=ID says that it is"
      case .ambiguous: "looks like an old path, but nothing in the file speaks of AMC"
      case .fragment: "a piece of an old path, whose other pieces are elsewhere"
      case .hostAlone: "the URL of an instance; the base URL replaces it"
      case .longLine: "the line is too long; only its beginning was looked at"
      case .unreadable: "can't be read as what the file was taken for"
      }
    }
  }

  package let location: FileLocation
  package let reason: Reason
  package var method: String?
  package var host: String?
  /// With `{}` for every part that is not a word of the old API.
  package var path: String?
}
