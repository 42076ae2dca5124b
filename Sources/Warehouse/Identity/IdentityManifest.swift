import struct Foundation.Date
import ObjectStorage

/// The files of an identity graph, and what is in them. What it does not list does not exist.
package struct IdentityManifest: FileManifest, Hashable {
  /// The version of this format. In the files of version 1, links were made with MD5.
  static let currentFormat = 3
  static let unsealedFormat = 2
  static let filesNeedAManifest = true

  /// A file with the links of a rule, one a row.
  package struct Links: Codable, Hashable, Sendable {
    /// The file's key below the graph's folder.
    package var name: String
    package var rule: MatchRule
    /// The links that lead to one user.
    package var linkCount: Int
    /// The links that several users share, and that lead to nobody.
    package var ambiguousCount: Int
    /// Length and SHA-256 of the file; nil for a file that an earlier release wrote.
    var digest: ObjectDigest?
  }

  /// The file with the users, one a row.
  package struct Users: Codable, Hashable, Sendable {
    /// The file's key below the graph's folder.
    package var name: String
    package var count: Int
    /// Length and SHA-256 of the file; nil for a file that an earlier release wrote.
    var digest: ObjectDigest?
  }

  /// The settings that made-up people follow from.
  package struct Sandbox: Codable, Hashable, Sendable {
    /// How many users the sandbox has.
    package var users: Int
    package var seed: Int
    /// The last day of its events, as `yyyy-MM-dd`.
    package var lastDay: String
    /// The number of days of events that move with the clock; nil for a sandbox whose days stay.
    package var movingDays: Int?
    /// Whether most records of unknown people match somebody, as in AMC's sandboxes. The graphs of older sandboxes
    /// lack the people who are nobody, and have no such matches.
    package var matchesStrangers: Bool?

    package init(users: Int, seed: Int, lastDay: String, movingDays: Int? = nil) {
      self.users = users
      self.seed = seed
      self.lastDay = lastDay
      self.movingDays = movingDays
      matchesStrangers = true
    }
  }

  /// A file that is no longer part of the graph, but may still be read by work that began before.
  struct RetiredFile: Codable, Hashable, Sendable {
    var name: String
    var retiredAt: Date
  }

  /// The version of the format that it was written in.
  var format = currentFormat
  /// Rises by one with every change.
  package internal(set) var generation = 0
  /// At most one of each rule.
  package internal(set) var links: [Links] = []
  /// Nil before anyone was loaded.
  package internal(set) var users: Users?
  /// Nil where people are real.
  package internal(set) var sandbox: Sandbox?
  var retired: [RetiredFile] = []

  init() {}

  /// How many people and devices it knows.
  package var userCount: Int { users?.count ?? 0 }

  /// The names of all files that are part of the graph.
  var fileNames: [String] { links.map(\.name) + (users.map { [$0.name] } ?? []) }

  mutating func add(_ digests: [String: ObjectDigest]) {
    for index in links.indices { links[index].digest = digests[links[index].name] ?? links[index].digest }
    if let name = users?.name, let digest = digests[name] { users?.digest = digest }
  }

  var keptFiles: [ManifestFile] {
    links.map(\.listed) + (users.map { [$0.listed] } ?? [])
      + retired.map {
        ManifestFile(name: $0.name, expected: ExpectedObject(byteCount: nil, sha256: nil), isCurrent: false)
      }
  }
}

extension IdentityManifest.Links {
  /// The file as every kind of manifest lists it.
  var listed: ManifestFile { ManifestFile(name: name, expected: ExpectedObject(known: digest)) }
}

extension IdentityManifest.Users {
  /// The file as every kind of manifest lists it.
  var listed: ManifestFile { ManifestFile(name: name, expected: ExpectedObject(known: digest)) }
}

extension ExpectedObject {
  fileprivate init(known digest: ObjectDigest?) {
    self.init(byteCount: digest?.byteCount, sha256: digest?.sha256)
  }
}
