import Foundation
import Testing

/// Only one file uses the router, so a handler can only be registered with its authorisation.
@Suite struct RouterTests {
  /// Text that makes a router, or lets an application use another responder than that of the declared operations.
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

  /// Authorisation is decided in one place: routes use the request that they are given.
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
