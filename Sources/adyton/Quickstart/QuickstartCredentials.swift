import Base
import Foundation
import Login
import Metadata

/// The credentials of the quickstart's clients, which are the same each time it runs.
///
/// The store has only hashes of secrets, so they are kept beside it: in `quickstart.json`, which only the owner of the
/// data folder can read, by the instance that each client is for. The instances are sandboxes: nothing that somebody
/// reads with these credentials is about anybody.
struct QuickstartCredentials {
  let folder: DataFolder
  let metadata: MetadataStore

  /// The client of the instance: the kept one while its credentials are valid, otherwise a new one.
  func client(of place: Connection.Place) async throws -> ClientCredentials {
    var kept = read()
    if let known = kept[place.instanceID], try await isValid(known, for: place) { return known }
    let credentials = try await Provisioning(store: metadata).createClient(
      name: "quickstart", accountIDs: [place.accountID])
    kept[place.instanceID] = credentials
    try write(kept)
    return credentials
  }

  /// Whether the client still gets tokens, and may still act for the account.
  private func isValid(_ credentials: ClientCredentials, for place: Connection.Place) async throws -> Bool {
    let hasAccess = try await metadata.read {
      try $0.hasAccess(clientID: credentials.clientID, accountID: place.accountID)
    }
    guard hasAccess else { return false }
    do {
      _ = try await Provisioning(store: metadata).accessToken(for: credentials)
      return true
    } catch is LoginError {
      return false
    }
  }

  private var url: URL { folder.url.appending(path: "quickstart.json") }

  /// The kept credentials; empty where the file is missing or not ours, which is then written anew.
  private func read() -> [String: ClientCredentials] {
    guard let data = try? Data(contentsOf: url) else { return [:] }
    return (try? JSONDecoder().decode([String: ClientCredentials].self, from: data)) ?? [:]
  }

  /// Replaces the file in one step. It is never readable for others.
  private func write(_ kept: [String: ClientCredentials]) throws {
    let draft = folder.url.appending(path: "quickstart.json.new")
    try? FileManager.default.removeItem(at: draft)
    let isMade = FileManager.default.createFile(
      atPath: draft.path(percentEncoded: false), contents: Data(try JSONEncoder.pretty.text(of: kept).utf8),
      attributes: [.posixPermissions: 0o600])
    guard isMade, rename(draft.path(percentEncoded: false), url.path(percentEncoded: false)) == 0 else {
      throw DataFolderError.unusable(path: folder.url.path(percentEncoded: false), errno: errno)
    }
  }
}
