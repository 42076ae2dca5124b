import Base
import Foundation
import Login
import Metadata
import ServerTestSupport
import Testing

@testable import AdsAPI

/// Keys are replaced while a server runs. What the old ones signed and sealed is good until its own time has run out.
@Suite struct KeyRotationTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore
  private let clock = ManualClock(Fixtures.now)
  private let keys: ServerKeys
  private let service: ServerKeyService

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    keys = try await ServerKeys(store: store, secrets: SystemSecretGenerator(), clock: clock)
    service = ServerKeyService(store: store, clock: clock)
  }

  private func rotate(revokes: Bool = false) async throws {
    try await service.rotate(ServerKeyRecord.Name.allCases, revokes: revokes)
    try await keys.refresh()
  }

  /// The parameters of a signed path.
  private func parameters(_ path: String) -> (expires: String, signature: String) {
    let parts = path.split(separator: "?")[1].split(separator: "&").map { $0.split(separator: "=")[1] }
    return (String(parts[0]), String(parts[1]))
  }

  private func isAccepted(_ path: String) -> Bool {
    let (expires, signature) = parameters(path)
    return
      (try? DownloadSigner(keys: keys.downloads).verify(
        "/downloads/e/result.csv", expires: expires, signature: signature, at: clock.now)) != nil
  }

  @Test func urlsAreGoodUntilTheyExpire() async throws {
    let signer = DownloadSigner(keys: keys.downloads)
    let old = signer.signedPath("/downloads/e/result.csv", at: clock.now)
    try await rotate()
    let new = signer.signedPath("/downloads/e/result.csv", at: clock.now)
    #expect(old != new)
    #expect(isAccepted(old) && isAccepted(new))
    clock.advance(bySeconds: Double(DownloadSigner.lifetimeSeconds) - 1)
    #expect(isAccepted(old) && isAccepted(new))
    // Twice in a row.
    try await rotate()
    #expect(isAccepted(old) && isAccepted(new))
    clock.advance(bySeconds: 1)
    #expect(!isAccepted(old) && !isAccepted(new))
    #expect(keys.downloads.valid.count == 2, "The first key is forgotten, the second one checks for ten minutes.")
  }

  @Test func listsCanBeContinuedForADay() async throws {
    let tokens = PageTokens(keys: keys.pages)
    let scope = PageTokens.Scope(operation: "o", clientID: "c", subject: ["s"])
    let old = try tokens.token(position: "17", scope: scope)
    try await rotate()
    let new = try tokens.token(position: "18", scope: scope)
    clock.advance(bySeconds: PageTokens.lifetimeSeconds - 1)
    #expect(try tokens.position(of: old, scope: scope) == "17")
    clock.advance(bySeconds: 1)
    #expect(throws: RequestError.invalidPageToken) { try tokens.position(of: old, scope: scope) }
    #expect(try tokens.position(of: new, scope: scope) == "18")
  }

  @Test func revokedKeysEndAtOnce() async throws {
    let old = DownloadSigner(keys: keys.downloads).signedPath("/downloads/e/result.csv", at: clock.now)
    try await rotate()
    #expect(isAccepted(old))
    try await rotate(revokes: true)
    #expect(!isAccepted(old))
    #expect(keys.downloads.valid.count == 1)
    let new = DownloadSigner(keys: keys.downloads).signedPath("/downloads/e/result.csv", at: clock.now)
    #expect(isAccepted(new))
  }

  /// Another process changes the keys: a server looks for them again and again.
  @Test func aRunningServerFindsNewKeys() async throws {
    let other = try await ServerKeys(store: store, secrets: SystemSecretGenerator(), clock: clock)
    let before = other.downloads.present
    try await rotate()
    #expect(other.downloads.present == before)
    #expect(try await other.queueDue() == 0)
    #expect(other.downloads.present != before)
    #expect(other.downloads.present == keys.downloads.present)
  }

  @Test func rotationsAreListedAndAudited() async throws {
    try await rotate()
    let summaries = try await service.summaries()
    #expect(Set(summaries.map(\.name)) == Set(ServerKeyRecord.Name.allCases))
    #expect(summaries.allSatisfy { $0.retiredValidUntil.count == 1 })
    let acts = try await store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 10) }
    #expect(acts.map(\.action) == Array(repeating: "serverKey.rotate", count: 3))
    #expect(try await store.read { try $0.auditBreak(seen: []) } == nil)
  }
}
