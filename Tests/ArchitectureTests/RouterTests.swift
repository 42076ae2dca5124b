import Foundation
import Testing

/// One file knows the router: a handler can only be registered with its authorisation.
@Suite struct RouterTests {
  /// What makes a router, or lets an application take another responder than that of the declared operations.
  private static let words = ["Router(", "RouterBuilder(", ".group(", "CallbackResponder(", "HTTPResponder {"]

  @Test func theRouterIsInOneFile() throws {
    let files = try ImportTests.swiftFiles(of: "AdsAPI") + ImportTests.swiftFiles(of: "adyton")
    #expect(files.count > 50)
    for file in files where file.lastPathComponent != "Routes.swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for word in Self.words {
        #expect(!text.contains(word), "\(file.lastPathComponent) has \(word): register a handler with Routes instead")
      }
    }
  }

  /// Who is asked is decided in one place: routes take what they are given.
  @Test func noRouteAsksForAuthorisationItself() throws {
    for file in try ImportTests.swiftFiles(of: "AdsAPI") where !file.path.contains("/Authorization/") {
      let text = try String(contentsOf: file, encoding: .utf8)
      for word in [".authenticate(", ".authorize(", "bearerToken(", ".requireRole(", ".requireAccepted("]
      where !(word == ".authorize(" && file.lastPathComponent == "Routes.swift") && !text.contains("func bearerToken(")
      {
        #expect(!text.contains(word), "\(file.lastPathComponent) has \(word)")
      }
    }
  }
}
